/** Everything the pages share, but for positions (tracks.ts). */
import type { Pipeline, Region, Route, Trip, TripState, Vehicle, WaitReason } from "../contracts/api";
import type { VehicleReport } from "../contracts/live";
import type { ApiError } from "../api/client";
import { WorldTime } from "../live/clock";
import { createStore } from "./create";
import { Tracks } from "./tracks";

/** Seconds of landed rows that are kept for the chart. */
export const HISTORY = 60;

export const world = new WorldTime();
export const tracks = new Tracks(world);

export interface LiveState {
  tripId: string;
  state: TripState;
  reason: WaitReason | null;
  eventTime: string;
  eta: string | null;
}

export const fleet = createStore({
  loaded: false,
  vehicles: [] as Vehicle[],
  /** Newest first. */
  trips: [] as Trip[],
  /** By vehicle id: the last state heard on the socket. */
  live: {} as Readonly<Record<string, LiveState>>,
});

export const selection = createStore({
  vehicleId: null as string | null,
  tripId: null as string | null,
  follow: false,
  report: null as VehicleReport | null,
});

export const connection = createStore({
  state: "connecting" as "connecting" | "open" | "lost",
  /** performance.now() of the next try. */
  retryAt: null as number | null,
});

export const pipeline = createStore({
  now: null as Pipeline | null,
  /** Landed rows a second, oldest first, at most a minute. */
  history: Array.from({ length: HISTORY }, () => 0) as readonly number[],
});

export const place = createStore({ region: null as Region | null, error: null as ApiError | null });

/** One line of the planner: an end, or a stop between. `at` is null until a person has chosen a point. */
export interface Stop {
  key: string;
  at: { lat: number; lon: number } | null;
  label: string;
  dwellMin: number;
}

export const planner = createStore({
  open: false,
  vehicleId: null as string | null,
  stops: [] as readonly Stop[],
  /** The stop that the next click on the map sets. */
  activeKey: null as string | null,
  /** A line a person brought (GPX, GeoJSON), instead of stops. */
  track: null as { name: string; geometry: Route["geometry"] } | null,
  routes: [] as readonly Route[],
  chosen: 0,
  busy: false,
  error: null as ApiError | null,
});

export const notice = createStore({ message: null as { error: ApiError } | null });
