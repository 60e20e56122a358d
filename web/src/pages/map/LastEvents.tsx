import { useCallback } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { begunTrips, type LastEvent, readLastEvents, withLive } from "../../store/lastEvents";
import { usePolled } from "../../store/polled";
import { fleet, world } from "../../store/state";
import { Link } from "../../ui/Link";
import { ProblemNote } from "../../ui/ProblemNote";
import { EventLine } from "../trip/EventLine";

const AGAIN_MS = 10_000;

/** What happened to a vehicle lately, newest first; each leads to its moment on the trip's page. */
export function LastEvents({ vehicleId }: { vehicleId: string }) {
  const { t } = useI18n();
  const trips = useStore(fleet, (value) => begunTrips(value.trips, vehicleId));
  const live = useStore(fleet, (value) => value.live[vehicleId]);
  const load = useCallback((signal: AbortSignal) => readLastEvents(trips.split(" ").filter(Boolean), signal), [trips]);
  const { value, error } = usePolled(load, AGAIN_MS);
  const events = value && withLive(value, live);
  return (
    <section className="last-events" aria-label={t("vehicle.events")} data-testid="last-events">
      <h3>{t("vehicle.events")}</h3>
      {!events && error && <ProblemNote error={error} />}
      {events?.length === 0 && <p className="quiet" data-testid="no-events">{t("vehicle.noEvents")}</p>}
      <ol>
        {events?.map((event) => (
          <li key={`${event.tripId} ${event.kind} ${event.name} ${event.at}`}>
            <Row event={event} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Row({ event }: { event: LastEvent }) {
  const { format } = useI18n();
  const ms = Date.parse(event.at);
  return (
    <Link to={`/trips/${event.tripId}?at=${new Date(ms).toISOString()}`} testId="last-event" data-kind={event.kind} data-name={event.name}>
      <EventLine event={event} time={format.time(ms, world.now())} />
    </Link>
  );
}
