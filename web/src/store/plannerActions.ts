import { ApiError, newIdempotencyKey } from "../api/client";
import * as api from "../api/endpoints";
import type { RouteRequest } from "../contracts/api";
import { fleet, planner, selection, type Stop } from "./state";

const SETTLE_MS = 150;
const ALTERNATIVES = 2;

type Point = { lat: number; lon: number };

const newStop = (): Stop => ({ key: newIdempotencyKey().slice(0, 8), at: null, label: "", dwellMin: 0 });

export function openPlanner(vehicleId?: string): void {
  forget();
  const { vehicles } = fleet.get();
  const free = vehicles.find((vehicle) => !vehicle.current_trip_id) ?? vehicles[0];
  const stops = [newStop(), newStop()];
  planner.set({
    open: true,
    vehicleId: vehicleId ?? selection.get().vehicleId ?? free?.id ?? null,
    stops,
    activeKey: stops[0]?.key ?? null,
    track: null,
    drawing: false,
    canUndo: false,
    canRedo: false,
    routes: [],
    chosen: 0,
    device: null,
    error: null,
  });
}

export function closePlanner(): void {
  aborter?.abort();
  planner.set({ open: false, stops: [], routes: [], track: null, drawing: false, activeKey: null, error: null, busy: false });
}

export function chooseVehicle(vehicleId: string): void {
  planner.set({ vehicleId });
  preview();
}

/** Changes one stop. A new point moves the focus on to the next stop that has none. */
export function setStop(key: string, change: Partial<Stop>): void {
  remember();
  const stops = planner.get().stops.map((stop) => (stop.key === key ? { ...stop, ...change } : stop));
  const next = change.at ? (stops.find((stop) => !stop.at)?.key ?? null) : planner.get().activeKey;
  planner.set({ stops, activeKey: next });
  preview();
}

/** A click on the map: fills the active stop, or draws the line on; with all stops set, adds a new destination. */
export function placeStop(at: Point): void {
  const { activeKey, stops, track, drawing } = planner.get();
  if (drawing) drawOn(at);
  if (track || drawing) return;
  if (activeKey) setStop(activeKey, { at, label: "" });
  else replaceStops([...stops, { ...newStop(), at }]);
}

export function addStop(): void {
  const { stops } = planner.get();
  const via = newStop();
  replaceStops([...stops.slice(0, -1), via, ...stops.slice(-1)]);
  planner.set({ activeKey: via.key });
}

export function removeStop(key: string): void {
  const stops = planner.get().stops.filter((stop) => stop.key !== key);
  while (stops.length < 2) stops.push(newStop());
  replaceStops(stops);
}

export function moveStop(from: number, to: number): void {
  const stops = [...planner.get().stops];
  const [moved] = stops.splice(from, 1);
  if (!moved || to < 0 || to > stops.length) return;
  stops.splice(to, 0, moved);
  replaceStops(stops);
}

/** A new stop between two that are there: on the line that was dragged, or where a person said so. */
export function insertStop(at: Point, index: number): void {
  const { stops } = planner.get();
  replaceStops([...stops.slice(0, index), { ...newStop(), at }, ...stops.slice(index)]);
}

/** From the map's menu: the point becomes the start, a stop on the way, or the destination. */
export function planAt(at: Point, role: "from" | "via" | "to"): void {
  if (!planner.get().open) openPlanner();
  const { stops } = planner.get();
  const end = role === "from" ? stops[0] : stops.at(-1);
  if (role === "via") insertStop(at, Math.max(1, stops.length - 1));
  else if (end) setStop(end.key, { at, label: "" });
}

export function reverseStops(): void {
  replaceStops(planner.get().stops.toReversed());
}

/** Puts the stops between start and end into the quickest order. */
export async function orderStops(): Promise<void> {
  const { stops } = planner.get();
  const question = wanted();
  if (!question?.waypoints) return;
  planner.set({ busy: true, error: null });
  try {
    const { order } = await api.orderStops({ ...question, ...vehicleClass() });
    if (planner.get().stops === stops) replaceStops(order.flatMap((index) => stops[index] ?? []));
  } catch (error) {
    planner.set({ busy: false, error: asApiError(error) });
  }
}

function replaceStops(stops: readonly Stop[]): void {
  remember();
  planner.set({ stops, activeKey: stops.find((stop) => !stop.at)?.key ?? null });
  preview();
}

/** A line by hand, point by point: it is driven exactly as drawn. */
export function startDrawing(): void {
  remember();
  planner.set({ drawing: true, track: null, routes: [], activeKey: null });
}

export function stopDrawing(): void {
  planner.set(({ stops, track }) => ({ drawing: false, activeKey: track ? null : (stops.find((stop) => !stop.at)?.key ?? null) }));
  preview();
}

function drawOn({ lat, lon }: Point): void {
  remember();
  const before = planner.get().track?.geometry.coordinates ?? [];
  planner.set({ track: { name: null, geometry: { type: "LineString", coordinates: [...before, [lon, lat]] } } });
  preview();
}

type Drawn = Pick<ReturnType<typeof planner.get>, "stops" | "track">;
const MOST_STEPS = 100;
let done: Drawn[] = [];
let undone: Drawn[] = [];

const drawn = (): Drawn => {
  const { stops, track } = planner.get();
  return { stops, track };
};

function remember(): void {
  done = [...done, drawn()].slice(-MOST_STEPS);
  undone = [];
  planner.set({ canUndo: true, canRedo: false });
}

function forget(): void {
  done = [];
  undone = [];
}

export const undo = (): void => step(done, undone);
export const redo = (): void => step(undone, done);

function step(from: Drawn[], to: Drawn[]): void {
  const there = from.pop();
  if (!there) return;
  to.push(drawn());
  planner.set({ ...there, activeKey: there.stops.find((stop) => !stop.at)?.key ?? null, canUndo: done.length > 0, canRedo: undone.length > 0 });
  preview();
}

export async function dropFile(file: File): Promise<void> {
  if (!planner.get().open) openPlanner();
  planner.set({ busy: true, error: null });
  try {
    const text = await file.text();
    const type = text.trimStart().startsWith("<") ? "application/gpx+xml" : "application/geo+json";
    const geometry = await api.readGeometry(text, type);
    remember();
    planner.set({ track: { name: file.name, geometry }, activeKey: null, drawing: false });
    preview();
  } catch (error) {
    planner.set({ busy: false, error: asApiError(error) });
  }
}

export function dropTrack(): void {
  remember();
  planner.set(({ stops }) => ({ track: null, drawing: false, activeKey: stops.find((stop) => !stop.at)?.key ?? null }));
  preview();
}

export const chooseRoute = (chosen: number): void => planner.set({ chosen });

/** What to ask a route for, or null while points are missing. */
export function wanted(): Pick<RouteRequest, "waypoints" | "geometry"> | null {
  const { stops, track } = planner.get();
  if (track) return track.geometry.coordinates.length > 1 ? { geometry: track.geometry } : null;
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
  const alternatives = question.waypoints?.length === 2 ? ALTERNATIVES : 0;
  const body = { ...question, alternatives, ...vehicleClass() };
  try {
    const routes = await api.previewRoutes(body, signal);
    planner.set({ routes, chosen: 0, busy: false, error: null });
  } catch (error) {
    if (!signal.aborted) planner.set({ routes: [], busy: false, error: asApiError(error) });
  }
}

function vehicleClass(): Pick<RouteRequest, "vehicle_class"> {
  const vehicle = fleet.get().vehicles.find((one) => one.id === planner.get().vehicleId);
  return vehicle ? { vehicle_class: vehicle.vehicle_class } : {};
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
