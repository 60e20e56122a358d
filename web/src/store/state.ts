/** Everything the pages share, but for positions (tracks.ts). */
import type { Alert, Closure, ClosureKind, DevicePreview, DeviceProfile, FullDevice, Geofence, PastVehicle, Pipeline, Region, Route, Severity, Trip, TripState, Vehicle, WaitReason } from "../contracts/api";
import type { VehicleReport } from "../contracts/live";
import type { ApiError } from "../api/client";
import { WorldTime } from "../live/clock";
import { createStore } from "./create";
import { Tracks } from "./tracks";

/** Seconds of landed rows that are kept for the chart. */
export const HISTORY = 60;

export const world = new WorldTime();
export const tracks = new Tracks(world);

/** Where everything was at the time that a person looks back to; its clock is that person's. */
export const pastTime = new WorldTime();
export const pastTracks = new Tracks(pastTime);

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
  /** A line a person brought (GPX, GeoJSON) or, without a name, drew; instead of stops. */
  track: null as { name: string | null; geometry: Route["geometry"] } | null,
  /** Whether clicks on the map draw a line. */
  drawing: false,
  canUndo: false,
  canRedo: false,
  routes: [] as readonly Route[],
  chosen: 0,
  /** The device of this trip; null: the vehicle's own. */
  device: null as string | null,
  busy: false,
  error: null as ApiError | null,
});

/** Where a person asked what can be done at a point of the map: CSS px of the page, and the place. */
export const mapMenu = createStore({ at: null as { x: number; y: number; lat: number; lon: number } | null });

export const notice = createStore({ message: null as { error: ApiError } | null });

export const view = createStore({
  /** What the map shows, with a margin: west, south, east, north. */
  bbox: null as [number, number, number, number] | null,
  /** The middle of what the panels leave of the map. */
  middle: null as { lat: number; lon: number } | null,
  /** Where a person wants to look; the map goes there and takes it away. */
  wanted: null as { lat: number; lon: number } | null,
});

export const clock = createStore({
  known: false,
  /** World seconds a second; 0 while paused. */
  rate: 1,
  paused: false,
  revision: 0,
  /** Wall seconds that the slowest worker is behind; null: none drives. */
  behindS: null as number | null,
  /** The rate that a paused world takes when it runs on; null: the one before. */
  nextRate: null as number | null,
  busy: false,
});

export const past = createStore({
  /** Whether the timeline is shown. */
  open: false,
  /** World ms that is looked at; null: the live world. */
  at: null as number | null,
  windowMs: 3_600_000,
  /** World ms at which the timeline ends while a time is looked at, so that its thumb does not creep. */
  heldMs: 0,
  playing: false,
  loading: false,
  /** Whether the first answer is there: until then the map keeps what it showed. */
  shown: false,
  /** By vehicle id, what is in view. */
  vehicles: {} as Readonly<Record<string, PastVehicle>>,
  truncated: false,
  error: null as ApiError | null,
});

export type Tab = "fleet" | "closures" | "geofences" | "devices";

export const panel = createStore({ tab: "fleet" as Tab });

/** A closure that a person is about to make. `at` is null until it has a place. */
export interface ClosureDraft {
  kind: ClosureKind;
  at: { lat: number; lon: number } | null;
  radiusM: number;
  /** Share of the usual speed in a slow zone. */
  factor: number;
  /** World ms; null: from now, until it is opened by hand. */
  fromMs: number | null;
  untilMs: number | null;
}

export const closures = createStore({
  loaded: false,
  /** Newest first. */
  items: [] as readonly Closure[],
  draft: null as ClosureDraft | null,
  selectedId: null as string | null,
  busy: false,
  /** What is wrong with the draft, or with reading the list. */
  error: null as ApiError | null,
});

export type LonLat = readonly [number, number];

/** An area that a person draws, or changes. */
export interface GeofenceDraft {
  /** Null: a new one. */
  id: string | null;
  name: string;
  /** In order; the last joins the first. */
  corners: readonly LonLat[];
  entry: boolean;
  exit: boolean;
  severity: Severity;
  /** Whether clicks on the map add corners. */
  drawing: boolean;
  /** What the corners were before each change. */
  undo: readonly (readonly LonLat[])[];
}

export const geofences = createStore({
  loaded: false,
  /** Those of the rules' file, then the drawn ones. */
  items: [] as readonly Geofence[],
  draft: null as GeofenceDraft | null,
  /** A name: those of a file have no id. */
  selected: null as string | null,
  /** Entries and exits of the chosen one, newest first. */
  crossings: [] as readonly Alert[],
  busy: false,
  error: null as ApiError | null,
});

export const devices = createStore({
  loaded: false,
  /** The ready-made ones, then a person's own. */
  items: [] as readonly DeviceProfile[],
  error: null as ApiError | null,
  /** The one being composed. */
  draft: null as FullDevice | null,
  isNew: false,
  preview: null as DevicePreview | null,
  looking: false,
  busy: false,
  /** What is wrong with the draft. */
  problem: null as ApiError | null,
});
