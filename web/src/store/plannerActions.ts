import { ApiError, newIdempotencyKey } from "../api/client";
import * as api from "../api/endpoints";
import type { RouteRequest, Trip, TripRequest } from "../contracts/api";
import { keepTrip, select } from "./fleetActions";
import { fleet, planner, selection, type Stop } from "./state";

const SETTLE_MS = 150;
const ALTERNATIVES = 2;

const newStop = (): Stop => ({ key: newIdempotencyKey().slice(0, 8), at: null, label: "", dwellMin: 0 });

export function openPlanner(vehicleId?: string): void {
  const { vehicles } = fleet.get();
  const free = vehicles.find((vehicle) => !vehicle.current_trip_id) ?? vehicles[0];
  const stops = [newStop(), newStop()];
  planner.set({
    open: true,
    vehicleId: vehicleId ?? selection.get().vehicleId ?? free?.id ?? null,
    stops,
    activeKey: stops[0]?.key ?? null,
    track: null,
    routes: [],
    chosen: 0,
    device: null,
    error: null,
  });
}

export function closePlanner(): void {
  aborter?.abort();
  planner.set({ open: false, stops: [], routes: [], track: null, activeKey: null, error: null, busy: false });
}

export function chooseVehicle(vehicleId: string): void {
  planner.set({ vehicleId });
  preview();
}

/** Changes one stop. A new point moves the focus on to the next stop that has none. */
export function setStop(key: string, change: Partial<Stop>): void {
  const stops = planner.get().stops.map((stop) => (stop.key === key ? { ...stop, ...change } : stop));
  const next = change.at ? (stops.find((stop) => !stop.at)?.key ?? null) : planner.get().activeKey;
  planner.set({ stops, activeKey: next });
  preview();
}

/** A click on the map: fills the active stop; with all of them set, adds a new destination. */
export function placeStop(at: { lat: number; lon: number }): void {
  const { activeKey, stops, track } = planner.get();
  if (track) return;
  if (activeKey) setStop(activeKey, { at, label: "" });
  else replaceStops([...stops, { ...newStop(), at }]);
}

export function addStop(): void {
  const { stops } = planner.get();
  const via = newStop();
  planner.set({ activeKey: via.key });
  replaceStops([...stops.slice(0, -1), via, ...stops.slice(-1)]);
}

export function removeStop(key: string): void {
  const stops = planner.get().stops.filter((stop) => stop.key !== key);
  while (stops.length < 2) stops.push(newStop());
  planner.set({ activeKey: stops.find((stop) => !stop.at)?.key ?? null });
  replaceStops(stops);
}

export function moveStop(from: number, to: number): void {
  const stops = [...planner.get().stops];
  const [moved] = stops.splice(from, 1);
  if (!moved || to < 0 || to > stops.length) return;
  stops.splice(to, 0, moved);
  replaceStops(stops);
}

function replaceStops(stops: readonly Stop[]): void {
  planner.set({ stops });
  preview();
}

export async function dropFile(file: File): Promise<void> {
  if (!planner.get().open) openPlanner();
  planner.set({ busy: true, error: null });
  try {
    const text = await file.text();
    const type = text.trimStart().startsWith("<") ? "application/gpx+xml" : "application/geo+json";
    planner.set({ track: { name: file.name, geometry: await api.readGeometry(text, type) }, activeKey: null });
    preview();
  } catch (error) {
    planner.set({ busy: false, error: asApiError(error) });
  }
}

export function dropTrack(): void {
  planner.set(({ stops }) => ({ track: null, activeKey: stops.find((stop) => !stop.at)?.key ?? null }));
  preview();
}

export const chooseRoute = (chosen: number): void => planner.set({ chosen });

/** What to ask a route for, or null while points are missing. */
export function wanted(): Pick<RouteRequest, "waypoints" | "geometry"> | null {
  const { stops, track } = planner.get();
  if (track) return { geometry: track.geometry };
  const set = stops.flatMap((stop, index) => {
    const dwells = index > 0 && index < stops.length - 1 && stop.dwellMin > 0;
    return stop.at ? [{ ...stop.at, ...(dwells ? { dwell_s: stop.dwellMin * 60 } : {}) }] : [];
  });
  return set.length === stops.length && set.length > 1 ? { waypoints: set } : null;
}

let timer = 0;
let aborter: AbortController | null = null;

/** Asks for the route a moment after the last change; an older question is dropped. */
function preview(): void {
  clearTimeout(timer);
  aborter?.abort();
  const question = wanted();
  if (!question) {
    planner.set({ routes: [], busy: false, error: null });
    return;
  }
  planner.set({ busy: true });
  aborter = new AbortController();
  const { signal } = aborter;
  timer = window.setTimeout(() => void ask(question, signal), SETTLE_MS);
}

async function ask(question: RouteRequest, signal: AbortSignal): Promise<void> {
  const vehicle = fleet.get().vehicles.find((one) => one.id === planner.get().vehicleId);
  const alternatives = question.waypoints?.length === 2 ? ALTERNATIVES : 0;
  const body = { ...question, alternatives, ...(vehicle ? { vehicle_class: vehicle.vehicle_class } : {}) };
  try {
    const routes = await api.previewRoutes(body, signal);
    planner.set({ routes, chosen: 0, busy: false, error: null });
  } catch (error) {
    if (!signal.aborted) planner.set({ routes: [], busy: false, error: asApiError(error) });
  }
}

let pending: { body: string; key: string } | null = null;

/** Starts the planned trip now, or at a world time. Trying again after a lost answer doesn't start a second one. */
export async function startTrip(startAt: string | null): Promise<Trip | null> {
  const { vehicleId, chosen, device } = planner.get();
  const question = wanted();
  if (!vehicleId || !question) return null;
  const body: TripRequest = { vehicle_id: vehicleId, ...question };
  if (startAt) body.start_at = startAt;
  if (device) body.device_profile = device;
  if (chosen > 0) body.alternative = chosen;
  const text = JSON.stringify(body);
  if (pending?.body !== text) pending = { body: text, key: newIdempotencyKey() };
  planner.set({ busy: true, error: null });
  try {
    const trip = await api.createTrip(body, pending.key);
    pending = null;
    closePlanner();
    keepTrip(trip);
    select(vehicleId, trip.id);
    return trip;
  } catch (error) {
    planner.set({ busy: false, error: asApiError(error) });
    return null;
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
