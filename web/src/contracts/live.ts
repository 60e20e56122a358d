/** What the live socket (/api/v1/live) carries as text; binary frames are read by live/frame.ts. */
import type { Pipeline, TripState, VehicleClass, WaitReason } from "./api";

/** Last report of one vehicle, as snapshots and details carry it. */
export interface VehicleReport {
  slot?: number;
  vehicle_id: string;
  name: string;
  vehicle_class: VehicleClass;
  trip_id: string;
  state: TripState;
  lat: number;
  lon: number;
  speed_mps: number;
  heading_deg: number;
  distance_m: number;
  remaining_m: number;
  progress: number;
  eta: string | null;
  road_name: string;
  speed_limit_mps: number | null;
  event_time: string;
}

export interface SlottedReport extends VehicleReport {
  slot: number;
}

export interface TripEvent {
  trip_id: string;
  vehicle_id: string;
  state: TripState;
  reason: WaitReason | null;
  event_time: string;
  eta: string | null;
}

export type ServerMessage =
  | { type: "snapshot"; world: { time_ms: number; rate: number }; vehicles: SlottedReport[] }
  | { type: "vehicles"; add: SlottedReport[] }
  | ({ type: "trip" } & TripEvent)
  | ({ type: "pipeline" } & Pipeline)
  | ({ type: "detail" } & DetailBody);

/** One report, or several under `vehicles`. */
export type DetailBody = VehicleReport | { vehicles: VehicleReport[] };

export type ClientMessage =
  | { type: "view"; bbox: [number, number, number, number] }
  | { type: "follow"; vehicle_ids: string[] };
