import type { Figure } from "../../contracts/api";
import { type MessageKey, useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { Button } from "../../ui/Button";
import { Segments } from "../../ui/Segments";
import { named, Select } from "../../ui/Select";
import { daysIn, lastDays, type Span } from "./span";

const PRESETS = [1, 7, 28] as const;

/** Which days, and which vehicles. */
export function Filters({ span, days, vehicles }: { span: Span; days: readonly string[]; vehicles: Figure | null }) {
  const { t } = useI18n();
  const last = days.at(-1) ?? span.to;
  const preset = PRESETS.find((count) => span.to === last && span.from === lastDays(days, count, last));
  const all = (vehicles?.items ?? []) as readonly Readonly<Record<string, string>>[];
  const of = all.filter((one) => (!span.fleet || one["fleet"] === span.fleet) && (!span.vehicleClass || one["vehicle_class"] === span.vehicleClass));
  const values = (column: string) => [...new Set(all.map((one) => one[column] ?? ""))].filter(Boolean).toSorted();
  return (
    <section className="filters dash-filters no-print" aria-label={t("dash.filters")}>
      <Segments
        label={t("dash.span")}
        value={preset === undefined ? "" : String(preset)}
        options={PRESETS.map((count) => ({ value: String(count), label: t(`dash.last.${count}`), testId: `span-${count}` }))}
        onChange={(count) => setQuery(Number(count) === 7 ? { from: null, to: null } : { from: lastDays(days, Number(count), last), to: last }, { push: true })}
      />
      <Day label={t("dash.from")} value={span.from} testId="filter-from" onChange={(from) => setQuery({ from, to: span.to })} />
      <Day label={t("dash.to")} value={span.to} testId="filter-to" onChange={(to) => setQuery({ from: span.from, to })} />
      <Select label={t("dash.fleet")} any={t("dash.allFleets")} value={span.fleet} testId="filter-fleet" options={named(values("fleet"))} onChange={(fleet) => setQuery({ fleet, vehicle: null })} />
      <Select label={t("dash.class")} any={t("dash.allClasses")} value={span.vehicleClass} testId="filter-class" options={values("vehicle_class").map((value) => ({ value, label: t(`class.${value}` as MessageKey) }))} onChange={(kind) => setQuery({ class: kind, vehicle: null })} />
      <Select label={t("dash.vehicle")} any={t("dash.allVehicles")} value={span.vehicle} testId="filter-vehicle" options={of.map((one) => ({ value: one["vehicle_id"] ?? "", label: one["vehicle"] ?? "" }))} onChange={(vehicle) => setQuery({ vehicle })} />
      {(span.fleet || span.vehicleClass || span.vehicle) && (
        <Button icon="close" testId="filter-clear" onClick={() => setQuery({ fleet: null, class: null, vehicle: null })}>
          {t("dash.clear")}
        </Button>
      )}
      <span className="quiet">{t("dash.utcDays", { n: daysIn(span.from, span.to) })}</span>
    </section>
  );
}

function Day({ label, value, testId, onChange }: { label: string; value: string; testId: string; onChange: (day: string) => void }) {
  return <input type="date" aria-label={label} title={label} value={value} required data-testid={testId} onChange={(event) => event.target.value && onChange(event.target.value)} />;
}
