/** What a vehicle told last, besides where it is: changes of its trips' states, and alerts. */
import { getTripEvents } from "../api/trips";
import type { Trip, TripEvent } from "../contracts/api";
import type { LiveState } from "./state";

const SHOWN = 6;

export interface LastEvent extends TripEvent {
  tripId: string;
}

/** Trips of a vehicle that have begun, the newest first, as one text: it stays the same while they do. */
export function begunTrips(trips: readonly Trip[], vehicleId: string): string {
  return trips
    .filter((trip) => trip.vehicle_id === vehicleId && trip.state !== "scheduled")
    .map(({ id }) => id)
    .join(" ");
}

/** Reads trips until there are enough events, the newest trip first; the lake is not asked for more than that. */
export async function readLastEvents(tripIds: readonly string[], signal: AbortSignal): Promise<LastEvent[]> {
  const found: LastEvent[] = [];
  for (const tripId of tripIds) {
    // One after the other is meant: the next one is asked for only where this one tells too little.
    // oxlint-disable-next-line no-await-in-loop
    const { items } = await getTripEvents(tripId, signal);
    for (const event of items) if (event.kind === "state" || event.kind === "alert") found.push({ ...event, tripId });
    if (found.length >= SHOWN) break;
  }
  // Of those of one moment the later one comes last: a trip that begins at once is scheduled and drives in the same second.
  return newest(found.toReversed());
}

const newest = (events: readonly LastEvent[]): LastEvent[] =>
  events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, SHOWN);

/** With the state that the socket has told since: it is there at once, where the list is read now and then. */
export function withLive(events: readonly LastEvent[], live: LiveState | undefined): readonly LastEvent[] {
  if (!live) return events;
  const last = events.find((event) => event.kind === "state");
  const isNew = !last || (Date.parse(live.eventTime) > Date.parse(last.at) && (live.state !== last.name || live.reason !== last.reason));
  if (!isNew) return events;
  const told = { at: live.eventTime, until: null, kind: "state", name: live.state, reason: live.reason } as const;
  const nothing = { flags: [], lat: null, lon: null, distance_m: null, seq: null, value: null, threshold: null, unit: "", road_name: "" };
  return newest([{ ...told, ...nothing, tripId: live.tripId }, ...events]);
}
