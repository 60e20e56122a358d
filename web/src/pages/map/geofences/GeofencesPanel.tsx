import "../closures/closures.css";
import "./geofences.css";
import { useEffect } from "react";
import type { Geofence } from "../../../contracts/api";
import { useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import { drawGeofence, loadGeofences, selectGeofence } from "../../../store/geofenceActions";
import { geofences } from "../../../store/state";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { ProblemNote } from "../../../ui/ProblemNote";
import { GeofenceCard, tellsText } from "./GeofenceCard";
import { GeofenceForm } from "./GeofenceForm";

const REFRESH_MS = 10_000;

/** Areas whose entries and exits are told: the list, one of them, or the form that draws or changes one. */
export default function GeofencesPanel() {
  const { t } = useI18n();
  const { loaded, items, draft, selected, error } = useStore(geofences, (value) => value);
  useEffect(() => {
    void loadGeofences();
    const timer = setInterval(() => void loadGeofences(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const chosen = items.find((one) => one.name === selected);
  if (draft) return <GeofenceForm draft={draft} />;
  if (chosen) return <GeofenceCard key={chosen.name} geofence={chosen} />;
  return (
    <section className="stack" aria-label={t("tab.geofences")} data-testid="geofences">
      <Button kind="primary" icon="plus" testId="new-geofence" onClick={drawGeofence}>
        {t("geofence.new")}
      </Button>
      {error && !loaded && (
        <>
          <ProblemNote error={error} />
          <Button onClick={() => void loadGeofences()}>{t("closure.retry")}</Button>
        </>
      )}
      {!loaded && !error && <p className="quiet centred">…</p>}
      {loaded && items.length === 0 && (
        <div className="closure-empty">
          <strong>{t("geofence.empty")}</strong>
          <p className="quiet">{t("geofence.emptyText")}</p>
        </div>
      )}
      <ul className="rows" data-testid="geofence-list">
        {items.map((one) => (
          <li key={one.name}>
            <Row geofence={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ geofence }: { geofence: Geofence }) {
  const i18n = useI18n();
  return (
    <button type="button" className="row geofence-row" data-testid="geofence-item" onClick={() => selectGeofence(geofence.name)}>
      <span className="row-icon">
        <Icon name="fence" size={22} />
      </span>
      <span className="row-text">
        <strong>{geofence.name}</strong>
        <span className="quiet">{tellsText(i18n, geofence)}</span>
      </span>
      {geofence.source === "file" && <span className="quiet">{i18n.t("geofence.file")}</span>}
    </button>
  );
}
