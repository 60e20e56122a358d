import { type FormEvent, useState } from "react";
import type { ClosureKind } from "../../../contracts/api";
import { useI18n } from "../../../i18n";
import { changeDraft, closeDraft, endsTooEarly, LARGEST_M, placeInMiddle, requestOf, saveDraft, SMALLEST_M } from "../../../store/closureActions";
import { useStore } from "../../../store/create";
import { type ClosureDraft, closures, world } from "../../../store/state";
import { Button, IconButton } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { LocalTime } from "../../../ui/LocalTime";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Segments } from "../../../ui/Segments";
import { Slide } from "../../../ui/Slide";

const KINDS: readonly ClosureKind[] = ["closed", "slow"];
const LEAD_MS = 15 * 60_000;
const SPAN_MS = 60 * 60_000;
/** The radius slider is logarithmic: 5 m to 5 km; the box takes every other. */
const [LOG_LEAST, LOG_MOST] = [Math.log(5), Math.log(5000)];

function save(event: FormEvent): void {
  event.preventDefault();
  void saveDraft();
}

/** What happens, where, how wide, and for how long; drawn on the map as it is made. */
export function ClosureForm({ draft }: { draft: ClosureDraft }) {
  const { t, format } = useI18n();
  const { busy, error } = useStore(closures, (value) => value);
  return (
    <form className="stack" aria-label={t("closure.title")} data-testid="closure-form" onSubmit={save}>
      <div className="title-row">
        <IconButton icon="back" label={t("action.back")} onClick={closeDraft} />
        <h2>{t("closure.title")}</h2>
      </div>
      <fieldset className="field">
        <legend>{t("closure.kind")}</legend>
        <div className="kind-grid">
          {KINDS.map((kind) => (
            <label key={kind} className="class-choice kind-choice" data-kind={kind}>
              <input
                type="radio"
                name="closure-kind"
                checked={kind === draft.kind}
                data-testid={`closure-kind-${kind}`}
                onChange={() => changeDraft({ kind })}
              />
              <Icon name={kind === "closed" ? "block" : "slow"} size={24} />
              <strong>{t(`closure.${kind}`)}</strong>
              <span className="quiet">{t(`closure.${kind}Text`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <p className="hint" role="status">
        <Icon name="target" />
        <span>{t(draft.at ? "closure.placed" : "closure.place")}</span>
      </p>
      {!draft.at && (
        <Button testId="closure-middle-of-map" onClick={placeInMiddle}>
          {t("closure.middle")}
        </Button>
      )}
      {draft.at && <Radius radiusM={draft.radiusM} />}
      {draft.kind === "slow" && (
        <Slide
          label={t("closure.factor")}
          text={t("closure.factorOf", { share: format.percent(draft.factor) })}
          min={5}
          max={95}
          step={5}
          value={Math.round(draft.factor * 100)}
          testId="closure-factor"
          onChange={(percent) => changeDraft({ factor: percent / 100 })}
        />
      )}
      <Times draft={draft} />
      {error && <ProblemNote error={error} />}
      <div className="form-actions">
        <Button onClick={closeDraft}>{t("action.cancel")}</Button>
        <Button kind="primary" submit testId="closure-save" disabled={busy || requestOf(draft) === null}>
          {t(draft.kind === "closed" ? "closure.saveClosed" : "closure.saveSlow")}
        </Button>
      </div>
    </form>
  );
}

function Radius({ radiusM }: { radiusM: number }) {
  const { t } = useI18n();
  const [text, setText] = useState<string | null>(null);
  const share = (Math.log(Math.max(1, radiusM)) - LOG_LEAST) / (LOG_MOST - LOG_LEAST);
  return (
    <div className="radius">
      <Slide
        label={t("closure.radius")}
        min={0}
        max={100}
        step={1}
        value={Math.round(100 * Math.min(1, Math.max(0, share)))}
        onChange={(percent) => changeDraft({ radiusM: Math.round(Math.exp(LOG_LEAST + (percent / 100) * (LOG_MOST - LOG_LEAST))) })}
      />
      <input
        type="number"
        min={SMALLEST_M}
        max={LARGEST_M}
        step="any"
        aria-label={t("closure.radius")}
        value={text ?? radiusM}
        data-testid="closure-radius"
        onBlur={() => setText(null)}
        onChange={(event) => {
          setText(event.target.value);
          const metres = event.target.valueAsNumber;
          if (metres >= SMALLEST_M && metres <= LARGEST_M) changeDraft({ radiusM: metres });
        }}
      />
    </div>
  );
}

function Times({ draft }: { draft: ClosureDraft }) {
  const { t } = useI18n();
  const begin = draft.fromMs ?? world.now();
  return (
    <>
      <div className="field">
        <span>{t("closure.from")}</span>
        <Segments
          label={t("closure.from")}
          value={draft.fromMs === null ? "now" : "later"}
          onChange={(mode) => changeDraft({ fromMs: mode === "now" ? null : world.now() + LEAD_MS })}
          options={[
            { value: "now", label: t("closure.fromNow"), testId: "closure-from-now" },
            { value: "later", label: t("closure.fromLater"), testId: "closure-from-later" },
          ]}
        />
        {draft.fromMs !== null && (
          <LocalTime label={t("closure.fromAt")} value={draft.fromMs} testId="closure-from" onChange={(fromMs) => changeDraft({ fromMs })} />
        )}
      </div>
      <div className="field">
        <span>{t("closure.until")}</span>
        <Segments
          label={t("closure.until")}
          value={draft.untilMs === null ? "open" : "time"}
          onChange={(mode) => changeDraft({ untilMs: mode === "open" ? null : begin + SPAN_MS })}
          options={[
            { value: "open", label: t("closure.untilOpen"), testId: "closure-until-open" },
            { value: "time", label: t("closure.untilTime"), testId: "closure-until-time" },
          ]}
        />
        {draft.untilMs !== null && (
          <LocalTime label={t("closure.untilAt")} value={draft.untilMs} testId="closure-until" onChange={(untilMs) => changeDraft({ untilMs })} />
        )}
        {endsTooEarly(draft) && (
          <span className="field-problem" role="alert">
            {t("closure.untilEarly")}
          </span>
        )}
      </div>
    </>
  );
}
