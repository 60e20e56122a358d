import * as api from "../api/endpoints";
import { ApiError, newIdempotencyKey } from "../api/client";
import type { Imported, Trip, TripCommand, TripState, Vehicle, VehicleChange, VehicleRequest } from "../contracts/api";
import { fleet, notice, selection } from "./state";

const RECENT_TRIPS = 50;
export const FINAL: ReadonlySet<TripState> = new Set(["arrived", "cancelled", "failed"]);

export function report(error: unknown): void {
  if (error instanceof ApiError) notice.set({ message: { error } });
  else throw error;
}

export async function loadFleet(): Promise<void> {
  try {
    const [vehicles, trips] = await Promise.all([api.listVehicles(), api.recentTrips(RECENT_TRIPS)]);
    const known = new Map(fleet.get().trips.map((trip) => [trip.id, trip]));
    fleet.set({ vehicles, trips: byNewest(trips.map((trip) => withRoute(trip, known.get(trip.id)))), loaded: true });
  } catch (error) {
    report(error);
  }
}

const byNewest = (trips: Trip[]): Trip[] => trips.toSorted((a, b) => b.start_at.localeCompare(a.start_at));

/** A trip's route changes with its revision only: the fullest one read of it is kept, so that the map need not draw it again. */
export function withRoute(trip: Trip, known: Trip | undefined): Trip {
  const fuller = known && known.revision === trip.revision && known.route.geometry.coordinates.length >= trip.route.geometry.coordinates.length;
  return fuller ? { ...trip, route: known.route } : trip;
}

export function keepTrip(trip: Trip): void {
  fleet.set(({ trips, vehicles }) => ({
    trips: byNewest([withRoute(trip, trips.find((other) => other.id === trip.id)), ...trips.filter((other) => other.id !== trip.id)]),
    vehicles: vehicles.map((vehicle) => (vehicle.id === trip.vehicle_id ? withTrip(vehicle, trip) : vehicle)),
  }));
}

function withTrip(vehicle: Vehicle, trip: Trip): Vehicle {
  if (!FINAL.has(trip.state)) return { ...vehicle, current_trip_id: vehicle.current_trip_id ?? trip.id };
  return vehicle.current_trip_id === trip.id ? { ...vehicle, current_trip_id: null } : vehicle;
}

export async function refreshTrip(id: string): Promise<void> {
  try {
    keepTrip(await api.getTrip(id));
  } catch (error) {
    // Nobody asked for this; that the server is away is said by the banner.
    if (!(error instanceof ApiError && error.code === "unreachable")) report(error);
  }
}

export async function command(tripId: string, what: TripCommand): Promise<void> {
  try {
    const trip = await api.commandTrip(tripId, what);
    // What was heard live before the command no longer holds.
    fleet.set(({ live }) => {
      const { [trip.vehicle_id]: _stale, ...rest } = live;
      return { live: rest };
    });
    keepTrip(trip);
  } catch (error) {
    report(error);
    await refreshTrip(tripId);
  }
}

/** @throws ApiError for the form to show. */
export async function addVehicle(wanted: VehicleRequest, idempotencyKey: string): Promise<void> {
  keepVehicle(await api.createVehicle(wanted, idempotencyKey));
}

/** @throws ApiError for the form to show. */
export async function editVehicle(id: string, change: VehicleChange): Promise<void> {
  keepVehicle(await api.changeVehicle(id, change));
}

function keepVehicle(vehicle: Vehicle): void {
  fleet.set(({ vehicles }) => {
    const known = vehicles.some((one) => one.id === vehicle.id);
    return { vehicles: known ? vehicles.map((one) => (one.id === vehicle.id ? vehicle : one)) : [...vehicles, vehicle], loaded: true };
  });
  select(vehicle.id);
}

/** @throws ApiError for the page to show, with what is wrong with which line. */
export async function importFile(file: File): Promise<Imported> {
  const done = await api.importVehicles(await file.text(), newIdempotencyKey());
  await loadFleet();
  return done;
}

export async function removeVehicle(id: string): Promise<void> {
  try {
    await api.deleteVehicle(id);
    fleet.set(({ vehicles }) => ({ vehicles: vehicles.filter((vehicle) => vehicle.id !== id) }));
    if (selection.get().vehicleId === id) select(null);
  } catch (error) {
    report(error);
  }
}

/** Marks a vehicle in the past's picture, whether or not it still exists; its route is not drawn. */
export const selectInPast = (vehicleId: string | null): void => selection.set({ vehicleId, tripId: null, follow: false, report: null });

/** Chooses a vehicle, with the trip it is on or the one given. */
export function select(vehicleId: string | null, tripId?: string): void {
  const { vehicles, trips } = fleet.get();
  const vehicle = vehicles.find((v) => v.id === vehicleId);
  const last = trips.find((trip) => trip.vehicle_id === vehicleId);
  const chosen = tripId ?? vehicle?.current_trip_id ?? last?.id ?? null;
  const same = selection.get().vehicleId === vehicleId;
  selection.set({ vehicleId, tripId: chosen, ...(same ? {} : { follow: false, report: null }) });
  if (chosen) void refreshTrip(chosen);
}

/** The state to show for a trip: what the socket said last, else what the API did. */
export function stateOf(trip: Trip, live: ReturnType<typeof fleet.get>["live"]): TripState {
  const heard = live[trip.vehicle_id];
  return heard?.tripId === trip.id && !FINAL.has(trip.state) ? heard.state : trip.state;
}

/** What each vehicle does now; free where it is on no trip. */
export function vehicleStates(trips: readonly Trip[], live: ReturnType<typeof fleet.get>["live"]): (vehicle: Vehicle) => TripState | "idle" {
  const states = new Map(trips.map((trip) => [trip.id, trip.state]));
  return ({ id, current_trip_id: trip }) => {
    if (!trip) return "idle";
    const heard = live[id];
    const state = heard?.tripId === trip ? heard.state : states.get(trip);
    return !state || FINAL.has(state) ? "idle" : state;
  };
}
