import type { SlottedReport } from "../src/contracts/live";

/** A report as the live socket carries it; what a test does not care about is set. */
export const reportAt = (slot: number, more: Partial<SlottedReport> = {}): SlottedReport => ({
  slot,
  vehicle_id: `veh_${slot}`,
  name: `Vehicle ${slot}`,
  vehicle_class: "car",
  trip_id: "trp_1",
  state: "driving",
  lat: 43.7,
  lon: 7.4,
  speed_mps: 10,
  heading_deg: 90,
  distance_m: 0,
  remaining_m: 100,
  progress: 0,
  eta: null,
  road_name: "",
  speed_limit_mps: null,
  event_time: "2026-03-05T07:30:00Z",
  ...more,
});
