import type { TripQuery } from "../../api/trips";
import { TRIP_STATES, type TripSort, type TripState } from "../../contracts/api";
import { fromLocal } from "../../i18n";
import type { TripsFrom } from "../../store/tripsActions";

const DAY = /^\d{4}-\d\d-\d\d$/;
const HOUR_MS = 3_600_000;

/** What the address says of the list: `/trips?from=lake&state=arrived&since=2026-03-05&q=van`. */
export interface Wanted {
  from: TripsFrom;
  state: TripState | "";
  vehicle: string;
  since: string;
  until: string;
  text: string;
  sort: TripSort;
}

export function wantedOf(query: URLSearchParams): Wanted {
  const day = (name: string) => (DAY.test(query.get(name) ?? "") ? (query.get(name) ?? "") : "");
  const sort = query.get("sort");
  return {
    from: query.get("from") === "lake" ? "lake" : "plans",
    state: TRIP_STATES.find((state) => state === query.get("state")) ?? "",
    vehicle: query.get("vehicle") ?? "",
    since: day("since"),
    until: day("until"),
    text: query.get("q") ?? "",
    sort: sort === "start_at" || sort === "-start_at" ? sort : "-created_at",
  };
}

/** As the API asks it: a day begins at midnight where times are read. */
export function tripQuery(wanted: Wanted, zone: string): TripQuery {
  const midnight = (day: string, days: number) => {
    const ms = fromLocal(`${day}T00:00`, zone);
    if (Number.isNaN(ms)) return {};
    // Days are not all of 24 hours.
    const later = days === 0 ? ms : fromLocal(`${new Date(Date.parse(day) + 36 * HOUR_MS).toISOString().slice(0, 10)}T00:00`, zone);
    return { at: new Date(later).toISOString() };
  };
  const since = wanted.since ? midnight(wanted.since, 0).at : undefined;
  const until = wanted.until ? midnight(wanted.until, 1).at : undefined;
  const text = wanted.text.trim().slice(0, 80);
  return {
    ...(wanted.state ? { state: wanted.state } : {}),
    ...(wanted.vehicle ? { vehicle_id: wanted.vehicle } : {}),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(text ? { q: text } : {}),
    ...(wanted.from === "plans" && wanted.sort !== "-created_at" ? { sort: wanted.sort } : {}),
  };
}

export const isNarrowed = ({ state, vehicle, since, until, text }: Wanted): boolean =>
  Boolean(state || vehicle || since || until || text);
