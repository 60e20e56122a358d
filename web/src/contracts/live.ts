/** What the live socket (/api/v1/live) carries as text; binary frames are read by live/frame.ts. */
import type { Pipeline } from "./api";
import type { PositionEvent, TripStateEvent } from "./events";

/** Last report of one vehicle, as snapshots and details carry it. */
export interface VehicleReport
  extends Pick<
    PositionEvent,
    | "vehicle_id"
    | "vehicle_class"
    | "trip_id"
    | "state"
    | "lat"
    | "lon"
    | "speed_mps"
    | "heading_deg"
    | "distance_m"
    | "remaining_m"
    | "progress"
    | "eta"
    | "road_name"
    | "speed_limit_mps"
    | "event_time"
  > {
  slot?: number;
  name: string;
}

export interface SlottedReport extends VehicleReport {
  slot: number;
}

export type TripEvent = Pick<TripStateEvent, "trip_id" | "vehicle_id" | "state" | "reason" | "event_time" | "eta">;

/** The world's clock, as it is told when somebody has changed it. */
export interface ClockWord {
  time_ms: number;
  rate: number;
  paused: boolean;
  revision: number;
}

export type ServerMessage =
  | { type: "snapshot"; world: ClockWord; vehicles: SlottedReport[] }
  | ({ type: "world" } & ClockWord)
  | { type: "vehicles"; add: SlottedReport[]; remove?: number[] }
  | ({ type: "trip" } & TripEvent)
  | ({ type: "pipeline" } & Pipeline)
  | { type: "detail"; vehicles: VehicleReport[] }
  /** What was wrong with something this page said. */
  | { type: "error"; detail: string };

export type ClientMessage =
  | { type: "view"; bbox: [number, number, number, number] }
  | { type: "follow"; vehicle_ids: string[] };
