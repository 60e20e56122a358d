import { useCallback, useEffect } from "react";
import type { Trip, TripState } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { FINAL, refreshTrip, stateOf } from "../../store/fleetActions";
import { connection, fleet, selection, world } from "../../store/state";
import { REPORTING, staleAfterMs } from "../../store/stale";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { StateBadge } from "../../ui/StateBadge";
import { useNow } from "../../ui/useNow";
import { TripVerbs } from "../TripVerbs";

/** Without a connection no report can come: its age is told at once. */
const LOST_MS = 2000;
const REFRESH_MS = 5000;

/** What the selected trip does right now: from the live report where there is one, else from the API. */
export function TripCard({ trip }: { trip: Trip }) {
  const { t, format } = useI18n();
  const live = useStore(fleet, (value) => value.live[trip.vehicle_id]);
  const report = useStore(selection, (value) => (value.report?.trip_id === trip.id ? value.report : null));
  const state = useStore(fleet, (value) => stateOf(trip, value.live));
  const follow = useStore(selection, (value) => value.follow);
  const over = FINAL.has(state);

  useEffect(() => {
    if (over) return undefined;
    const timer = setInterval(() => void refreshTrip(trip.id), REFRESH_MS);
    return () => clearInterval(timer);
  }, [trip.id, over]);

  const told = over ? null : report;
  const progress = state === "arrived" ? 1 : Math.max(told?.progress ?? 0, trip.progress);
  const remaining = told ? told.remaining_m : trip.route.distance_m * (1 - progress);
  const eta = told?.eta ?? trip.eta;
  const reason = live?.tripId === trip.id && state === "waiting" && live.reason ? t(`reason.${live.reason}`) : null;
  return (
    <article className="trip" data-testid="trip-card" data-state={state} data-trip-id={trip.id}>
      <div className="trip-head">
        <div>
          <StateBadge state={state} testId="trip-state" />
          {reason && <span className="quiet"> {reason}</span>}
        </div>
        <StaleBadge eventTime={told?.event_time ?? null} state={state} />
      </div>
      <div className="trip-figures">
        <Speed trip={trip} state={state} />
        <Arrival trip={trip} state={state} eta={eta} />
      </div>
      <div className="trip-progress">
        <div className="bar" role="progressbar" aria-label={t("trip.progress")} aria-valuenow={Math.round(progress * 100)}>
          <span style={{ width: `${progress * 100}%` }} />
        </div>
        <p className="between quiet number">
          <span data-testid="trip-progress">{format.percent(progress)}</span>
          <span>
            <span data-testid="trip-remaining">{format.distance(remaining)}</span> / {format.distance(trip.route.distance_m)}
          </span>
        </p>
      </div>
      <Link to={`/trips/${trip.id}`} className="trip-details" testId="trip-details">
        {t("trips.details")}
        <Icon name="forth" />
      </Link>
      {!over && (
        <TripVerbs trip={trip} state={state} className="trip-actions">
          <Button icon="target" testId="follow" aria-pressed={follow} onClick={() => selection.set({ follow: !follow })}>
            {t("trip.follow")}
          </Button>
        </TripVerbs>
      )}
    </article>
  );
}

function Speed({ trip, state }: { trip: Trip; state: TripState }) {
  const { t, format } = useI18n();
  const report = useStore(selection, (value) => (value.report?.trip_id === trip.id ? value.report : null));
  const running = REPORTING.has(state);
  if (!running) {
    return (
      <div className="figure">
        <span className="quiet">{t("trip.duration")}</span>
        <strong className="number">{format.duration(trip.route.duration_s)}</strong>
        <span className="quiet number">{format.distance(trip.route.distance_m)}</span>
      </div>
    );
  }
  const speed = report?.speed_mps ?? trip.position?.speed_mps ?? 0;
  const limit = report?.speed_limit_mps;
  return (
    <div className="figure">
      <span className="quiet">{t("trip.speed")}</span>
      <strong className="number" data-testid="trip-speed">
        {format.speed(speed)}
      </strong>
      <span className="quiet number">
        {report && (limit ? t("trip.limit", { speed: format.speed(limit) }) : t("trip.noLimit"))}
      </span>
      {report && <span className="road">{report.road_name || t("trip.unnamedRoad")}</span>}
    </div>
  );
}

function Arrival({ trip, state, eta }: { trip: Trip; state: TripState; eta: string | null }) {
  const { t, format } = useI18n();
  const read = useCallback(() => world.now(), []);
  const now = useNow(read, 1000);
  if (state === "scheduled") {
    const starts = Date.parse(trip.start_at);
    return (
      <div className="figure">
        <span className="quiet">{t("trip.starts")}</span>
        <strong className="number">{format.time(starts, now)}</strong>
        <span className="quiet number">{format.duration(Math.max(0, (starts - now) / 1000))}</span>
      </div>
    );
  }
  const at = FINAL.has(state) ? trip.ended_at : eta;
  const ms = at ? Date.parse(at) : null;
  return (
    <div className="figure">
      <span className="quiet">{t(FINAL.has(state) ? "trip.ended" : "trip.eta")}</span>
      <strong className="number" data-testid="trip-eta">
        {ms === null ? "–" : format.time(ms, now)}
      </strong>
      <span className="quiet number">{ms !== null && ms > now && format.duration((ms - now) / 1000)}</span>
    </div>
  );
}

/** Shown where reports that should come do not: the figures are then old. */
function StaleBadge({ eventTime, state }: { eventTime: string | null; state: TripState }) {
  const { t, format } = useI18n();
  const lost = useStore(connection, (value) => value.state === "lost");
  const read = useCallback(() => (eventTime ? (world.now() - Date.parse(eventTime)) / 1000 : 0), [eventTime]);
  const age = useNow(read, 1000);
  const stale = eventTime && REPORTING.has(state) && age * 1000 > (lost ? LOST_MS : staleAfterMs(world.rate));
  if (!stale) return null;
  return (
    <span className="stale number" data-testid="stale">
      {t("trip.stale", { time: format.duration(age) })}
    </span>
  );
}
