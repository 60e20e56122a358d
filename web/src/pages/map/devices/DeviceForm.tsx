import { type FormEvent, useState } from "react";
import type { FullDevice } from "../../../contracts/api";
import { useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import { changePart, changeSchema, closeDevice, removeDevice, rename, saveDevice } from "../../../store/deviceActions";
import { devices } from "../../../store/state";
import { Button, IconButton } from "../../../ui/Button";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Segments } from "../../../ui/Segments";
import { DevicePreview } from "./DevicePreview";
import { atShare, type FieldSpec, SECTIONS, tableOf, valueOf } from "./fields";

function save(event: FormEvent): void {
  event.preventDefault();
  void saveDevice();
}

/** Composes a device section by section; what it would report stands below and on the map. */
export function DeviceForm({ draft }: { draft: FullDevice }) {
  const { t } = useI18n();
  const { busy, problem, isNew } = useStore(devices, (value) => value);
  return (
    <form className="stack" aria-label={t("device.title")} data-testid="device-form" onSubmit={save}>
      <div className="title-row">
        <IconButton icon="back" label={t("action.back")} testId="close-device" onClick={closeDevice} />
        <h2>{t("device.title")}</h2>
      </div>
      <label className="field">
        <span>{t("device.name")}</span>
        <input
          required
          pattern="[a-z0-9][a-z0-9_\-]{0,39}"
          maxLength={40}
          title={t("device.nameHint")}
          readOnly={!isNew}
          value={draft.name}
          data-testid="device-name"
          onChange={(event) => rename(event.target.value.toLowerCase())}
        />
      </label>
      <div className="sections">
        {SECTIONS.map(({ title, fields }, index) => (
          <details key={title} className="section" open={index === 0} data-testid={title}>
            <summary>{t(title)}</summary>
            <div className="fields">
              {fields.map((spec) => (
                <Field key={`${draft.name} ${spec.key}`} draft={draft} spec={spec} />
              ))}
            </div>
          </details>
        ))}
        <details className="section" data-testid="device.schema">
          <summary>{t("device.schema")}</summary>
          <Segments
            label={t("device.schema")}
            value={String(draft.schema_version)}
            onChange={(version) => changeSchema(Number(version))}
            options={["1", "2"].map((value) => ({ value, label: t("device.version", { n: value }), testId: `schema-${value}` }))}
          />
        </details>
      </div>
      {problem && <ProblemNote error={problem} />}
      <DevicePreview />
      <div className="form-actions">
        {!isNew && <IconButton icon="trash" label={t("device.delete")} testId="delete-device" onClick={() => void removeDevice(draft.name)} />}
        <Button onClick={closeDevice}>{t("action.cancel")}</Button>
        <Button kind="primary" submit testId="save-device" disabled={busy}>
          {t("device.save")}
        </Button>
      </div>
    </form>
  );
}

function Field({ draft, spec }: { draft: FullDevice; spec: FieldSpec }) {
  const { t } = useI18n();
  const value = valueOf(draft, spec);
  const change = (next: unknown) => changePart(spec.part, { [spec.key]: next });
  if (spec.kind === "flag") {
    return (
      <label className="flag">
        <input type="checkbox" checked={value === true} data-testid={`device-${spec.key}`} onChange={(event) => change(event.target.checked)} />
        <span>{t(spec.label)}</span>
      </label>
    );
  }
  if (spec.kind === "quantiles") return <Quantiles label={t(spec.label)} table={value as [number, number][]} onChange={change} />;
  return (
    <label className="field">
      <span>{t(spec.label)}</span>
      <NumberBox spec={spec} value={value as number | null} onChange={change} />
    </label>
  );
}

/** A number in the person's unit; empty means off, where the device can do without. */
function NumberBox({ spec, value, onChange }: { spec: FieldSpec; value: number | null; onChange: (value: number | null) => void }) {
  const { t } = useI18n();
  const [text, setText] = useState<string | null>(null);
  const shown = value === null ? "" : String(Number((value / spec.scale).toPrecision(8)));
  return (
    <input
      type="number"
      step="any"
      min={spec.min / spec.scale}
      max={spec.max / spec.scale}
      required={spec.kind === "number"}
      placeholder={spec.kind === "maybe" ? t("device.off") : undefined}
      value={text ?? shown}
      data-testid={`device-${spec.key}`}
      onBlur={() => setText(null)}
      onChange={(event) => {
        setText(event.target.value);
        const typed = event.target.valueAsNumber * spec.scale;
        if (event.target.value === "" && spec.kind === "maybe") onChange(null);
        else if (typed >= spec.min && typed <= spec.max) onChange(/_ms$|^buffer$/.test(spec.key) ? Math.round(typed) : typed);
      }}
    />
  );
}

/** A distribution by three of its quantiles; a finer one stays as it is until one of them is changed. */
function Quantiles({ label, table, onChange }: { label: string; table: [number, number][]; onChange: (table: [number, number][]) => void }) {
  const { t } = useI18n();
  const values = [atShare(table, 0), Math.round(atShare(table, 0.9)), atShare(table, 1)] as const;
  const names = [t("device.least"), t("device.p90"), t("device.most")];
  return (
    <fieldset className="field quantiles">
      <legend>{label}</legend>
      {values.map((value, index) => (
        <label key={names[index]}>
          <span className="quiet">{names[index]}</span>
          <input
            type="number"
            min={0}
            value={value}
            onChange={(event) => {
              const typed = event.target.valueAsNumber;
              if (!(typed >= 0)) return;
              const [least, p90, most] = values.with(index, typed);
              onChange(tableOf(least ?? 0, p90 ?? 0, most ?? 0));
            }}
          />
        </label>
      ))}
    </fieldset>
  );
}
