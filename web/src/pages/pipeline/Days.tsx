import "./days.css";
import { useCallback, useEffect } from "react";
import { listDays } from "../../api/pipeline";
import type { LakeDay, LayerDay } from "../../contracts/api";
import { type I18n, useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import type { Jobs } from "../../store/jobActions";
import { usePolled } from "../../store/polled";
import { ProblemNote } from "../../ui/ProblemNote";
import { Scroll } from "../../ui/Scroll";
import { DayDetail } from "./DayDetail";
import { LastJob } from "./JobBar";

const EVERY_MS = 10_000;
export const LAYERS = ["landing", "staging", "common"] as const;
export type LayerName = (typeof LAYERS)[number];

/** Days in rows, layers in columns; a cell opens its rules beside it. */
export function Days({ jobs }: { jobs: Jobs }) {
  const { t } = useI18n();
  const { query } = useAddress();
  const [from, to, day] = [query.get("from-day"), query.get("to-day"), query.get("day")];
  const layer = LAYERS.find((one) => one === query.get("layer")) ?? "staging";
  const load = useCallback((signal: AbortSignal) => listDays(from, to, signal), [from, to]);
  const { value: days, error, again } = usePolled(load, EVERY_MS);
  useEffect(again, [again, jobs.ended]);
  return (
    <div className="pl-days" data-open={day !== null}>
      <section className="card" aria-labelledby="days-title">
        <div className="card-head">
          <h2 id="days-title">{t("pl.days")}</h2>
          <div className="filters">
            <DayBox name="from-day" label={t("day.from")} value={from} />
            <DayBox name="to-day" label={t("day.to")} value={to} />
          </div>
        </div>
        {error && <ProblemNote error={error} />}
        {!days && !error && <p className="quiet">{t("pl.loading")}</p>}
        {days?.length === 0 && (
          <div className="nothing" data-testid="days-empty">
            <h2>{t("day.empty")}</h2>
            <p>{t("day.emptyText")}</p>
          </div>
        )}
        {days && days.length > 0 && <Grid days={days.toReversed()} day={day} layer={layer} />}
        <LastJob job={jobs.items.find((job) => job.kind === "refine")} />
      </section>
      {day === null ? (
        days && days.length > 0 && <p className="card quiet centred">{t("day.choose")}</p>
      ) : (
        <DayDetail key={`${day} ${layer}`} day={day} layer={layer} jobs={jobs} />
      )}
    </div>
  );
}

function DayBox({ name, label, value }: { name: string; label: string; value: string | null }) {
  return (
    <label className="pl-daybox">
      <span className="quiet">{label}</span>
      <input type="date" value={value ?? ""} data-testid={name} onChange={(event) => setQuery({ [name]: event.target.value })} />
    </label>
  );
}

function Grid({ days, day, layer }: { days: readonly LakeDay[]; day: string | null; layer: LayerName }) {
  const { t } = useI18n();
  return (
    <Scroll className="table-scroll pl-grid-scroll" label={t("pl.days")}>
      <table className="table pl-grid" data-testid="days-grid">
        <thead>
          <tr>
            <th scope="col">{t("day.day")}</th>
            {LAYERS.map((name) => (
              <th key={name} scope="col">
                {t(`day.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((one) => (
            <tr key={one.day}>
              <th scope="row" className="number">
                {one.day}
              </th>
              {LAYERS.map((name) => (
                <td key={name}>
                  <Cell day={one} layer={name} chosen={one.day === day && name === layer} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** How a layer's day stands, in words. */
export function verdictOf({ state, failed_rules, warned_rules }: LayerDay, { t }: Pick<I18n, "t">): string {
  if (state === "failed") return t("day.failed", { n: failed_rules });
  return state === "warning" ? t("day.warning", { n: warned_rules }) : t(`day.${state}`);
}

function Cell({ day, layer, chosen }: { day: LakeDay; layer: LayerName; chosen: boolean }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const cell = layer === "landing" ? null : day[layer];
  const state = cell ? cell.state : "landed";
  const words = cell ? verdictOf(cell, i18n) : day.landing.rejected > 0 ? t("day.rejected", { n: format.count(day.landing.rejected) }) : "";
  return (
    <button
      type="button"
      className="pl-cell"
      aria-pressed={chosen}
      data-state={state}
      data-stale={cell?.stale ?? false}
      data-testid={`cell-${day.day}-${layer}`}
      onClick={() => setQuery({ day: day.day, layer }, { push: true })}
    >
      <span className="pl-mark" aria-hidden="true" />
      <strong className="number">{format.count(cell ? cell.rows : day.landing.rows)}</strong>
      <span className="quiet">
        {words}
        {cell?.stale && <em className="pl-stale">{t("day.stale")}</em>}
      </span>
    </button>
  );
}
