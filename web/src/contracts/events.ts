// Generated from src/rumbo/events/fields.py by `make bless`. Do not edit.

/** One report of a vehicle's device. */
export interface PositionEventV1 {
  /** Version of this contract. */
  schema_version: 1;
  /** The trip. */
  trip_id: string;
  /** The vehicle. */
  vehicle_id: string;
  /** Number of the event within its trip and topic: 0, 1, 2 … without a gap. */
  seq: number;
  /** When the device recorded it, by the device's clock. */
  event_time: string;
  /** Class of the vehicle. */
  vehicle_class: "car" | "van" | "truck" | "bus" | "motorcycle" | "bicycle";
  /** State of the trip at that moment. */
  state: "scheduled" | "driving" | "waiting" | "paused" | "arrived" | "cancelled" | "failed";
  /** Latitude, WGS 84. Unit: deg. */
  lat: number;
  /** Longitude, WGS 84. Unit: deg. */
  lon: number;
  /** Speed over ground. Unit: m/s. */
  speed_mps: number;
  /** Course over ground, clockwise from north. Unit: deg. */
  heading_deg: number;
  /** Longitudinal acceleration. Unit: m/s². */
  acceleration_mps2: number;
  /** Distance driven on this trip. Unit: m. */
  distance_m: number;
  /** Distance driven by the vehicle in its life. Unit: m. */
  odometer_m: number;
  /** Distance to the destination. Unit: m. */
  remaining_m: number;
  /** Share of the route driven. Unit: 1. */
  progress: number;
  /** Expected arrival; null while paused. */
  eta: string | null;
  /** Name or number of the road; empty where it has none. */
  road_name: string;
  /** Class of the road. */
  road_class: "motorway" | "trunk" | "primary" | "secondary" | "tertiary" | "unclassified" | "residential" | "service" | "unknown";
  /** Speed limit of the road. Unit: m/s. */
  speed_limit_mps: number | null;
  /** Radius in which the true position lies with 68 %. Unit: m. */
  accuracy_m: number;
  /** Horizontal dilution of precision. Unit: 1. */
  hdop: number;
  /** Satellites used for the fix. */
  satellites: number;
  /** Fuel or charge left, as a share of full. Unit: 1. */
  energy_level: number;
}

/** One report of a vehicle's device. */
export interface PositionEventV2 {
  /** Version of this contract. */
  schema_version: 2;
  /** The trip. */
  trip_id: string;
  /** The vehicle. */
  vehicle_id: string;
  /** Number of the event within its trip and topic: 0, 1, 2 … without a gap. */
  seq: number;
  /** When the device recorded it, by the device's clock. */
  event_time: string;
  /** Class of the vehicle. */
  vehicle_class: "car" | "van" | "truck" | "bus" | "motorcycle" | "bicycle";
  /** State of the trip at that moment. */
  state: "scheduled" | "driving" | "waiting" | "paused" | "arrived" | "cancelled" | "failed";
  /** Latitude, WGS 84. Unit: deg. */
  lat: number;
  /** Longitude, WGS 84. Unit: deg. */
  lon: number;
  /** Speed over ground. Unit: m/s. */
  speed_mps: number;
  /** Course over ground, clockwise from north. Unit: deg. */
  heading_deg: number;
  /** Longitudinal acceleration. Unit: m/s². */
  acceleration_mps2: number;
  /** Distance driven on this trip. Unit: m. */
  distance_m: number;
  /** Distance driven by the vehicle in its life. Unit: m. */
  odometer_m: number;
  /** Distance to the destination. Unit: m. */
  remaining_m: number;
  /** Share of the route driven. Unit: 1. */
  progress: number;
  /** Expected arrival; null while paused. */
  eta: string | null;
  /** Name or number of the road; empty where it has none. */
  road_name: string;
  /** Class of the road. */
  road_class: "motorway" | "trunk" | "primary" | "secondary" | "tertiary" | "unclassified" | "residential" | "service" | "unknown";
  /** Speed limit of the road. Unit: m/s. */
  speed_limit_mps: number | null;
  /** Radius in which the true position lies with 68 %. Unit: m. */
  accuracy_m: number;
  /** Horizontal dilution of precision. Unit: 1. */
  hdop: number;
  /** Satellites used for the fix. */
  satellites: number;
  /** Fuel or charge left, as a share of full. Unit: 1. */
  energy_level: number;
  /** Which rule of the device made it report. */
  trigger: "time" | "distance" | "turn" | "ignition_on" | "ignition_off" | "low_energy" | "start" | "end";
  /** Whether the ignition is on. */
  ignition: "on" | "off";
  /** Traction power at the engine or motor; negative while recuperating. Unit: kW. */
  power_kw: number;
  /** Energy used since the trip's start, less what was recuperated. Unit: kWh. */
  energy_used_kwh: number;
  /** Speed of the combustion engine; null where there is none. Unit: rpm. */
  engine_speed_rpm: number | null;
}

/** One report of a vehicle's device. Any version. */
export type PositionEvent = PositionEventV1 | PositionEventV2;

/** One change of a trip's state. */
export interface TripStateEvent {
  /** Version of this contract. */
  schema_version: 1;
  /** The trip. */
  trip_id: string;
  /** The vehicle. */
  vehicle_id: string;
  /** Number of the event within its trip and topic: 0, 1, 2 … without a gap. */
  seq: number;
  /** When the device recorded it, by the device's clock. */
  event_time: string;
  /** The state entered. */
  state: "scheduled" | "driving" | "waiting" | "paused" | "arrived" | "cancelled" | "failed";
  /** The state left; null for the first. */
  previous_state: "scheduled" | "driving" | "waiting" | "paused" | "arrived" | "cancelled" | "failed" | null;
  /** Why the vehicle waits, was rerouted or failed; null otherwise. */
  reason: "dwell" | "signal" | "queue" | "stop_sign" | "give_way" | "crossing" | "rerouted" | "out_of_energy" | null;
  /** Latitude, WGS 84. Unit: deg. */
  lat: number;
  /** Longitude, WGS 84. Unit: deg. */
  lon: number;
  /** Distance driven on this trip. Unit: m. */
  distance_m: number;
  /** Distance to the destination. Unit: m. */
  remaining_m: number;
  /** Expected arrival; null where there is none. */
  eta: string | null;
}

/** What the stream found in a trip's reports by one of its rules. */
export interface AlertEvent {
  /** Version of this contract. */
  schema_version: 1;
  /** The alert: follows from the rule, the trip and the report at which it begins. */
  alert_id: string;
  /** The trip. */
  trip_id: string;
  /** The vehicle. */
  vehicle_id: string;
  /** When it was certain, by the device's clock. */
  event_time: string;
  /** Which rule raised it. */
  rule: "overspeed" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "idling" | "geofence_entry" | "geofence_exit" | "silent" | "behind_plan" | "arrival";
  /** How much it matters. */
  severity: "info" | "warning" | "critical";
  /** Time of the first report that caused it. */
  begin_time: string;
  /** Number of that report in its trip. */
  first_seq: number;
  /** Number of the last report that caused it. */
  last_seq: number;
  /** What was found: the greatest, or how long. Unit: by unit. */
  value: number | null;
  /** What had to be passed. Unit: by unit. */
  threshold: number | null;
  /** Unit of value and threshold; empty without. */
  unit: "" | "m/s" | "m/s²" | "s";
  /** Latitude, WGS 84. Unit: deg. */
  lat: number;
  /** Longitude, WGS 84. Unit: deg. */
  lon: number;
  /** Road of the last report; empty where it has none. */
  road_name: string;
  /** Name of the area; null where it is not about one. */
  geofence: string | null;
  /** Version of the rules that raised it. */
  rules_version: string;
}
