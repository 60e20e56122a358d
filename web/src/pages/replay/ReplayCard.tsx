import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { selectInPast } from "../../store/fleetActions";
import { past, selection } from "../../store/state";
import { IconButton } from "../../ui/Button";
import { Link } from "../../ui/Link";
import { StateBadge } from "../../ui/StateBadge";

/** The chosen vehicle at the moment that is looked at. */
export function ReplayCard() {
  const { t, format } = useI18n();
  const vehicleId = useStore(selection, (value) => value.vehicleId);
  const then = useStore(past, (value) => (vehicleId ? value.vehicles[vehicleId] : undefined));
  if (!vehicleId) return null;
  return (
    <aside className="replay-card" aria-label={then?.name ?? vehicleId} data-testid="replay-card">
      <header className="between">
        <h2>{then?.name ?? vehicleId}</h2>
        <IconButton icon="close" label={t("action.dismiss")} onClick={() => selectInPast(null)} />
      </header>
      {then ? (
        <>
          <StateBadge state={then.state} />
          <p className="between number">
            <strong>{format.speed(then.speed_mps)}</strong>
            <span className="quiet">
              {format.distance(then.distance_m)} / {format.distance(then.distance_m + then.remaining_m)}
            </span>
          </p>
          <Link to={`/trips/${encodeURIComponent(then.trip_id)}`} className="button plain" testId="replay-trip">
            {t("replay.trip")}
          </Link>
        </>
      ) : (
        <p className="quiet">{t("past.vehicleNone")}</p>
      )}
    </aside>
  );
}
