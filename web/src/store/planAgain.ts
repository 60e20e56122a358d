import type { Trip } from "../contracts/api";
import { newIdempotencyKey } from "../api/client";
import { go } from "./address";
import { openPlanner, setStop } from "./plannerActions";
import { planner, type Stop } from "./state";

/** Opens the planner with the stops of a trip, for the same vehicle. */
export function planAgain(trip: Trip): void {
  go("/");
  openPlanner(trip.vehicle_id);
  const stops = trip.waypoints.map(
    ({ lat, lon, dwell_s }): Stop => ({ key: newIdempotencyKey().slice(0, 8), at: { lat, lon }, label: "", dwellMin: Math.round(dwell_s / 60) }),
  );
  const last = stops.at(-1);
  if (!last) return;
  planner.set({ stops, activeKey: null });
  setStop(last.key, {});
}
