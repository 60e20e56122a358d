import type { PositionEvent, TripStateEvent } from "./events";

/** What the REST API takes and gives (prefix /api/v1). Times are RFC 3339 UTC in world time. */

export type VehicleClass = PositionEvent["vehicle_class"];
export const VEHICLE_CLASSES: readonly VehicleClass[] = ["car", "van", "truck", "bus", "motorcycle", "bicycle"];

export type TripState = TripStateEvent["state"];
/** In the order of the live frames' state codes. */
export const TRIP_STATES: readonly TripState[] = [
  "scheduled",
  "driving",
  "waiting",
  "paused",
  "arrived",
  "cancelled",
  "failed",
];

export type WaitReason = NonNullable<TripStateEvent["reason"]>;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  hint?: string;
  errors?: { pointer: string; detail: string }[];
}

export interface Vehicle {
  id: string;
  name: string;
  vehicle_class: VehicleClass;
  created_at: string;
  current_trip_id: string | null;
}

export interface Waypoint {
  lat: number;
  lon: number;
  dwell_s?: number;
}

export interface LineString {
  type: "LineString";
  /** [lon, lat] pairs. */
  coordinates: [number, number][];
}

export interface Route {
  geometry: LineString;
  distance_m: number;
  duration_s: number;
  provider: string;
  bbox: [number, number, number, number];
  controls: { lat: number; lon: number; kind: string }[];
  roads: string[];
}

export interface RouteRequest {
  waypoints?: Waypoint[];
  geometry?: LineString;
  vehicle_class?: VehicleClass;
  alternatives?: number;
}

export interface TripRequest {
  vehicle_id: string;
  waypoints?: Waypoint[];
  geometry?: LineString;
  start_at?: string;
  alternative?: number;
}

/** In lists the route is only outlined; one trip by its id has it in full. */
export interface Trip {
  id: string;
  vehicle_id: string;
  state: TripState;
  start_at: string;
  created_at: string;
  ended_at: string | null;
  seed: number;
  device_profile: string;
  waypoints: Waypoint[];
  route: Route;
  progress: number;
  eta: string | null;
  position: { lat: number; lon: number; speed_mps: number; heading_deg: number } | null;
  revision: number;
  /** Whether the broker has said when the newest decision takes effect. */
  settled: boolean;
}

export type TripCommand = "pause" | "resume" | "cancel";

export interface Place {
  name: string;
  kind: string;
  lat: number;
  lon: number;
}

export interface Region {
  name: string;
  bbox: [number, number, number, number];
  center: [number, number] | { lat: number; lon: number };
  attribution: string;
  tiles: string;
}

export interface World {
  time: string;
  rate: number;
}

export interface Pipeline {
  topics: Record<string, { end_offset: number; landed: number; lag: number }>;
  stream: {
    rows_per_s: number;
    last_batch_at: string | null;
    batch_duration_ms: number | null;
    rows_landed: Record<string, number>;
  };
  world: World;
  worker: { world_ms: number | null; behind_ms: number | null };
}
