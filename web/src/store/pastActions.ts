import { ApiError } from "../api/client";
import { getHistory } from "../api/endpoints";
import type { History, PastVehicle } from "../contracts/api";
import type { SlottedReport } from "../contracts/live";
import { report } from "./fleetActions";
import { past, pastTime, pastTracks, selection, view, world } from "./state";

/** So many vehicles are drawn at most; the answer to a zoomed-out view stays small enough to scrub through. */
export const MOST = 3000;
/** Shortest wall time between two questions while somebody drags. */
const BREATH_MS = 80;
/** Wall time between two looks while the past is played; the map mixes what lies between. */
const PLAY_EVERY_MS = 500;
const BEFORE_BEGINNING = "invalid-input";

/** Where the past comes from, and when it ends; by default what was planned, up to the live world. */
export interface PastSource {
  at: (ms: number, bbox: readonly number[], signal: AbortSignal) => Promise<History>;
  endMs: number | null;
}

const PLANNED: PastSource = {
  at: (ms, bbox, signal) => getHistory(new Date(ms).toISOString(), bbox, MOST, signal),
  endMs: null,
};
let source = PLANNED;

/** Looks at another past from now on; null: at that which was planned. */
export function lookFrom(another: PastSource | null): void {
  stopPlaying();
  asking?.abort();
  asking = null;
  source = another ?? PLANNED;
}

const slots = new Map<string, number>();
let asking: AbortController | null = null;
let wanted = false;
let playTimer = 0;
let stopView: (() => void) | null = null;

/** Looks at a world time: the newest time asked for wins, one question is under way at a time. */
export function seek(at: number): void {
  stopPlaying();
  selection.set({ follow: false });
  look(at);
}

function look(at: number): void {
  stopView ??= view.subscribe(() => ask());
  past.set(({ at: before, heldMs }) => ({ at: Math.round(at), heldMs: before === null ? world.now() : heldMs }));
  ask();
}

export function backToLive(): void {
  stopPlaying();
  stopView?.();
  stopView = null;
  asking?.abort();
  asking = null;
  wanted = false;
  past.set({ at: null, shown: false, vehicles: {}, truncated: false, loading: false, error: null });
}

export function closeTimeline(): void {
  backToLive();
  past.set({ open: false });
}

/** Plays on from the time looked at, at a rate of the wall clock, until it has come to the live world. */
export function play(rate: number): void {
  const { at } = past.get();
  if (at === null) return;
  past.set({ playing: true });
  pastTime.sync(at, rate);
  playTimer = window.setInterval(() => {
    const now = pastTime.now();
    if (source.endMs !== null && now >= source.endMs) seek(source.endMs - 1);
    else if (source.endMs === null && at < world.now() && now >= world.now()) backToLive();
    else look(now);
  }, PLAY_EVERY_MS);
}

export function stopPlaying(): void {
  clearInterval(playTimer);
  playTimer = 0;
  if (!past.get().playing) return;
  past.set({ playing: false });
  pastTime.sync(past.get().at ?? world.now(), 0);
}

/** Asks for what is looked at now, once the question under way has its answer. */
function ask(): void {
  wanted = true;
  if (!asking) void answer();
}

async function answer(): Promise<void> {
  const { at } = past.get();
  const { bbox } = view.get();
  wanted = false;
  if (at === null || !bbox) return;
  const mine = new AbortController();
  asking = mine;
  past.set({ loading: true });
  try {
    const found = await source.at(at, withinWorld(bbox), mine.signal);
    if (mine.signal.aborted) return;
    show(found.vehicles, Date.parse(found.at));
    past.set({ vehicles: byId(found.vehicles), truncated: found.truncated, shown: true, error: null });
  } catch (error) {
    if (mine.signal.aborted) return;
    failed(error);
  }
  await new Promise((done) => setTimeout(done, BREATH_MS));
  if (mine.signal.aborted) return;
  asking = null;
  if (wanted) void answer();
  else past.set({ loading: false });
}

function failed(error: unknown): void {
  if (!(error instanceof ApiError)) {
    report(error);
    return;
  }
  pastTracks.jump([]);
  past.set({ vehicles: {}, truncated: false, shown: true, error });
  stopPlaying();
}

/** A map scrolled around the Earth counts on; the API does not. */
const withinWorld = ([west, south, east, north]: readonly [number, number, number, number]): number[] => [
  Math.max(-180, west),
  Math.max(-90, south),
  Math.min(180, east),
  Math.min(90, north),
];

function show(vehicles: readonly PastVehicle[], at: number): void {
  const reports = vehicles.map((vehicle) => asReport(vehicle, at));
  if (past.get().playing) {
    pastTracks.replace(reports);
    return;
  }
  pastTime.sync(at, 0);
  pastTracks.jump(reports);
}

function asReport(vehicle: PastVehicle, at: number): SlottedReport {
  let slot = slots.get(vehicle.vehicle_id);
  if (slot === undefined) slots.set(vehicle.vehicle_id, (slot = slots.size));
  return {
    ...vehicle,
    slot,
    event_time: new Date(at).toISOString(),
    eta: null,
    road_name: "",
    speed_limit_mps: null,
  };
}

const byId = (vehicles: readonly PastVehicle[]) => Object.fromEntries(vehicles.map((one) => [one.vehicle_id, one]));

/** Whether the time asked for lies before the world's first moment. */
export const isBeforeBeginning = (error: ApiError): boolean => error.code === BEFORE_BEGINNING;
