import { useEffect, useState } from "react";
import type { Alert, Geofence } from "../../../contracts/api";
import { type I18n, useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import { select } from "../../../store/fleetActions";
import { editGeofence, loadCrossings, removeGeofence, selectGeofence } from "../../../store/geofenceActions";
import { fleet, geofences, panel, world } from "../../../store/state";
import { Button, IconButton } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";

const REFRESH_MS = 5_000;

/** "Entries and exits · Warning" */
export function tellsText({ t }: I18n, { entry, exit, severity }: Pick<Geofence, "entry" | "exit" | "severity">): string {
  const what = entry && exit ? "geofence.both" : entry ? "geofence.entries" : "geofence.exits";
  return `${t(what)} · ${t(`geofence.${severity}`)}`;
}

/** One area: what it tells, who crossed it last, and the way to change it or take it away. */
export function GeofenceCard({ geofence }: { geofence: Geofence }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const { id, name, from } = geofence;
  useEffect(() => {
    void loadCrossings(name);
    const timer = setInterval(() => void loadCrossings(name), REFRESH_MS);
    return () => clearInterval(timer);
  }, [name]);
  return (
    <section className="stack" aria-label={name} data-testid="geofence-card" data-geofence-id={id}>
      <div className="title-row geofence-row">
        <IconButton icon="back" label={t("action.back")} testId="geofence-back" onClick={() => selectGeofence(null)} />
        <span className="row-icon">
          <Icon name="fence" size={22} />
        </span>
        <div className="row-text">
          <h2>{name}</h2>
          <span className="quiet">{tellsText(i18n, geofence)}</span>
          <span className="quiet number">{from ? t("geofence.since", { time: format.time(Date.parse(from), world.now()) }) : t("geofence.always")}</span>
        </div>
      </div>
      <Crossings />
      {id ? (
        <>
          <Button icon="edit" testId="geofence-edit" onClick={() => editGeofence(geofence)}>
            {t("geofence.edit")}
          </Button>
          <Remove id={id} />
        </>
      ) : (
        <p className="quiet">{t("geofence.fileText")}</p>
      )}
    </section>
  );
}

function Crossings() {
  const { t } = useI18n();
  const crossings = useStore(geofences, (value) => value.crossings);
  return (
    <div className="stack">
      <h3>{t("geofence.crossings")}</h3>
      {crossings.length === 0 && <p className="quiet">{t("geofence.nobody")}</p>}
      <ul className="rows" data-testid="crossings">
        {crossings.map((alert) => (
          <li key={alert.alert_id}>
            <Crossing alert={alert} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Crossing({ alert }: { alert: Alert }) {
  const { t, format } = useI18n();
  const vehicle = useStore(fleet, (value) => value.vehicles.find((one) => one.id === alert.vehicle_id));
  const enters = alert.rule === "geofence_entry";
  const open = () => {
    panel.set({ tab: "fleet" });
    select(alert.vehicle_id, alert.trip_id);
  };
  return (
    <button type="button" className="row" data-testid="crossing" data-rule={alert.rule} onClick={open}>
      <span className="row-icon">
        <Icon name={enters ? "forth" : "back"} />
      </span>
      <span className="row-text">
        <strong>{vehicle?.name ?? alert.vehicle_id}</strong>
        <span className="quiet number">
          {t(enters ? "geofence.entered" : "geofence.left")} · {format.time(Date.parse(alert.event_time), world.now())}
        </span>
      </span>
    </button>
  );
}

function Remove({ id }: { id: string }) {
  const { t } = useI18n();
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!sure) {
    return (
      <Button kind="danger" icon="trash" testId="geofence-remove" onClick={() => setSure(true)}>
        {t("geofence.remove")}
      </Button>
    );
  }
  return (
    <div className="trip-actions" role="group" aria-label={t("geofence.removeSure")}>
      <p>{t("geofence.removeSure")}</p>
      <Button onClick={() => setSure(false)}>{t("geofence.removeNo")}</Button>
      <Button
        kind="danger"
        testId="geofence-remove-confirm"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          void removeGeofence(id).finally(() => setBusy(false));
        }}
      >
        {t("geofence.removeYes")}
      </Button>
    </div>
  );
}
