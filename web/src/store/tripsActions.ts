/** The list of trips: read page by page as the address says, and what is done with the chosen ones. */
import { ApiError } from "../api/client";
import { commandTrip } from "../api/endpoints";
import { pageOfLakeTrips, pageOfTrips, type TripQuery } from "../api/trips";
import type { LakeTrip, Trip, TripCommand } from "../contracts/api";
import { createStore } from "./create";
import { each } from "./each";
import { keepTrip } from "./fleetActions";

export type TripsFrom = "plans" | "lake";

export const tripList = createStore({
  from: "plans" as TripsFrom,
  trips: [] as readonly Trip[],
  landed: [] as readonly LakeTrip[],
  cursor: null as string | null,
  loading: true,
  error: null as ApiError | null,
});

export interface Failed {
  id: string;
  error: ApiError;
}

export const bulk = createStore({
  what: null as TripCommand | null,
  done: 0,
  of: 0,
  failed: [] as readonly Failed[],
});

let aborter = new AbortController();

/** The first page of a list, or with `more` the next. What was asked before no longer counts. */
export async function readTrips(from: TripsFrom, query: TripQuery, more = false): Promise<void> {
  aborter.abort();
  aborter = new AbortController();
  const { signal } = aborter;
  const cursor = more ? tripList.get().cursor : null;
  tripList.set({ loading: true, error: null });
  try {
    if (from === "lake") {
      const page = await pageOfLakeTrips(query, cursor, signal);
      tripList.set(({ landed }) => ({ from, landed: more ? [...landed, ...page.items] : page.items, trips: [], cursor: page.next_cursor, loading: false }));
    } else {
      const page = await pageOfTrips(query, cursor, signal);
      tripList.set(({ trips }) => ({ from, trips: more ? [...trips, ...page.items] : page.items, landed: [], cursor: page.next_cursor, loading: false }));
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    tripList.set({ loading: false, error });
  }
}

let stopped = false;

export function stopBulk(): void {
  stopped = true;
}

/** One verb for many trips, some at a time; what fails is told and hinders no other. */
export async function commandAll(ids: readonly string[], what: TripCommand): Promise<void> {
  stopped = false;
  bulk.set({ what, done: 0, of: ids.length, failed: [] });
  const failures = await each(ids, async (id) => replace(await commandTrip(id, what)), {
    onDone: () => bulk.set(({ done }) => ({ done: done + 1 })),
    isStopped: () => stopped,
  });
  bulk.set({ what: null, failed: failures.map(({ item, error }) => ({ id: item, error })) });
}

function replace(trip: Trip): void {
  keepTrip(trip);
  tripList.set(({ trips }) => ({ trips: trips.map((one) => (one.id === trip.id ? trip : one)) }));
}
