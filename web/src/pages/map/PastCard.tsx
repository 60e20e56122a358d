import { useEffect } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { select } from "../../store/fleetActions";
import { past, selection } from "../../store/state";
import { StateBadge } from "../../ui/StateBadge";

/** What a vehicle did at the time that is looked at; nothing to be done about it. */
export function PastCard({ vehicleId }: { vehicleId: string }) {
  const { t, format } = useI18n();
  const then = useStore(past, (value) => value.vehicles[vehicleId]);
  const loading = useStore(past, (value) => value.loading);
  const tripId = then?.trip_id;
  useEffect(() => {
    // The route drawn is that of the trip of that time.
    if (tripId && selection.get().tripId !== tripId) select(vehicleId, tripId);
  }, [vehicleId, tripId]);
  if (!then) return <p className="quiet">{loading ? "…" : t("past.vehicleNone")}</p>;
  const whole = then.distance_m + then.remaining_m;
  return (
    <article className="trip" data-testid="past-card" data-state={then.state} data-trip-id={then.trip_id}>
      <StateBadge state={then.state} testId="past-state" />
      <div className="trip-figures">
        <div className="figure">
          <span className="quiet">{t("trip.speed")}</span>
          <strong className="number">{format.speed(then.speed_mps)}</strong>
        </div>
        <div className="figure">
          <span className="quiet">{t("trip.remaining")}</span>
          <strong className="number">{format.distance(then.remaining_m)}</strong>
        </div>
      </div>
      <div className="trip-progress">
        <div className="bar" role="progressbar" aria-label={t("past.progress")} aria-valuenow={Math.round(then.progress * 100)}>
          <span style={{ width: `${then.progress * 100}%` }} />
        </div>
        <p className="between quiet number">
          <span>{format.percent(then.progress)}</span>
          <span>
            {format.distance(then.distance_m)} / {format.distance(whole)}
          </span>
        </p>
      </div>
    </article>
  );
}
