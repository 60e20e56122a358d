import type { FormEvent } from "react";
import type { Severity } from "../../../contracts/api";
import { useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import {
  changeGeofenceDraft,
  closeGeofenceDraft,
  FEWEST_CORNERS,
  geofenceRequest,
  LONGEST_NAME,
  saveGeofence,
  squareInMiddle,
  undoCorner,
} from "../../../store/geofenceActions";
import { type GeofenceDraft, geofences } from "../../../store/state";
import { Button, IconButton } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { ProblemNote } from "../../../ui/ProblemNote";
import { Segments } from "../../../ui/Segments";

const SEVERITIES: readonly Severity[] = ["info", "warning", "critical"];

function save(event: FormEvent): void {
  event.preventDefault();
  void saveGeofence();
}

/** Name, corners and what is told; drawn on the map as it is made. */
export function GeofenceForm({ draft }: { draft: GeofenceDraft }) {
  const { t } = useI18n();
  const { busy, error } = useStore(geofences, (value) => value);
  const title = t(draft.id === null ? "geofence.title" : "geofence.titleEdit");
  return (
    <form className="stack" aria-label={title} data-testid="geofence-form" onSubmit={save}>
      <div className="title-row">
        <IconButton icon="back" label={t("action.back")} onClick={closeGeofenceDraft} />
        <h2>{title}</h2>
      </div>
      <label className="field">
        <span>{t("geofence.name")}</span>
        <input
          value={draft.name}
          maxLength={LONGEST_NAME}
          required
          data-testid="geofence-name"
          onChange={(event) => changeGeofenceDraft({ name: event.target.value })}
        />
      </label>
      <Corners draft={draft} />
      <fieldset className="field">
        <legend>{t("geofence.tells")}</legend>
        {(["entry", "exit"] as const).map((what) => (
          <label key={what} className="geofence-check">
            <input
              type="checkbox"
              checked={draft[what]}
              data-testid={`geofence-${what}`}
              onChange={(event) => changeGeofenceDraft({ [what]: event.target.checked })}
            />
            <span>{t(what === "entry" ? "geofence.entries" : "geofence.exits")}</span>
          </label>
        ))}
        {!draft.entry && !draft.exit && (
          <span className="field-problem" role="alert">
            {t("geofence.tellsNothing")}
          </span>
        )}
      </fieldset>
      <div className="field">
        <span>{t("geofence.severity")}</span>
        <Segments
          label={t("geofence.severity")}
          value={draft.severity}
          onChange={(severity) => changeGeofenceDraft({ severity })}
          options={SEVERITIES.map((value) => ({ value, label: t(`geofence.${value}`), testId: `geofence-${value}` }))}
        />
      </div>
      {error && <ProblemNote error={error} />}
      <div className="form-actions">
        <Button onClick={closeGeofenceDraft}>{t("action.cancel")}</Button>
        <Button kind="primary" submit testId="geofence-save" disabled={busy || geofenceRequest(draft) === null}>
          {t("geofence.save")}
        </Button>
      </div>
    </form>
  );
}

function Corners({ draft }: { draft: GeofenceDraft }) {
  const { t } = useI18n();
  const { corners, drawing, undo } = draft;
  return (
    <>
      <p className="hint" role="status" data-testid="geofence-hint" data-corners={corners.length}>
        <Icon name="target" />
        <span>{t(!drawing ? "geofence.pull" : corners.length < FEWEST_CORNERS ? "geofence.click" : "geofence.clickMore")}</span>
      </p>
      <div className="geofence-verbs">
        {corners.length === 0 && (
          <Button testId="geofence-middle-of-map" onClick={squareInMiddle}>
            {t("geofence.middle")}
          </Button>
        )}
        {undo.length > 0 && (
          <Button icon="undo" testId="geofence-undo" onClick={undoCorner}>
            {t("geofence.undo")}
          </Button>
        )}
        {corners.length >= FEWEST_CORNERS && (
          <Button testId="geofence-drawing" onClick={() => changeGeofenceDraft({ drawing: !drawing })}>
            {t(drawing ? "geofence.done" : "geofence.goOn")}
          </Button>
        )}
      </div>
    </>
  );
}
