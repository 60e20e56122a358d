import { ApiError, newIdempotencyKey } from "../api/client";
import * as api from "../api/endpoints";
import type { TripRequest } from "../contracts/api";
import { keepTrip, loadFleet, select } from "./fleetActions";
import { asApiError, closePlanner, wanted } from "./plannerActions";
import { planner } from "./state";

let pending: { body: string; key: string } | null = null;

/** Starts the planned trip now, or at world times. Trying again after a lost answer doesn't start a second one. */
export async function startTrip(startAt: readonly string[]): Promise<void> {
  const { vehicleId, chosen, device } = planner.get();
  const question = wanted();
  if (!vehicleId || !question) return;
  const body: TripRequest = { vehicle_id: vehicleId, ...question };
  if (device) body.device_profile = device;
  if (chosen > 0) body.alternative = chosen;
  const wishes = startAt.length === 0 ? [body] : startAt.map((time) => ({ ...body, start_at: time }));
  const text = JSON.stringify(wishes);
  if (pending?.body !== text) pending = { body: text, key: newIdempotencyKey() };
  planner.set({ busy: true, error: null });
  try {
    const tripId = await bookAll(wishes, pending.key);
    pending = null;
    closePlanner();
    select(vehicleId, tripId);
  } catch (error) {
    planner.set({ busy: false, error: asApiError(error) });
  }
}

/** @returns the id of the first trip. @throws ApiError of the first that could not be planned. */
async function bookAll(wishes: readonly TripRequest[], key: string): Promise<string> {
  const [only] = wishes;
  if (only && wishes.length === 1) {
    const trip = await api.createTrip(only, key);
    keepTrip(trip);
    return trip.id;
  }
  const { results } = await api.createTrips(wishes, key);
  await loadFleet();
  const refused = results.find(({ error }) => error)?.error;
  if (refused) throw new ApiError(refused);
  return results[0]?.id ?? "";
}
