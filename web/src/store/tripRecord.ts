/** One trip as its page shows it: read at once, then again and again while it drives. */
import { ApiError } from "../api/client";
import { getTrip } from "../api/endpoints";
import { getReport, getTracks, getTripEvents, getTripFacts, type TrackLayer } from "../api/trips";
import type { Trip, TripEvent, TripFacts, TripReport } from "../contracts/api";
import { createStore } from "./create";
import { FINAL, keepTrip } from "./fleetActions";
import { type Series, seriesOf } from "./series";

export const LAYERS = ["planned", "truth", "reported", "cleaned"] as const satisfies readonly TrackLayer[];
/** While a trip drives its lake is read every so often: what lands is there some seconds later. */
const AGAIN_MS = 4000;
const TRIES_AFTER_END = 5;

export type TrackSet = Readonly<Partial<Record<TrackLayer, Series>>>;

const nothing = {
  id: null as string | null,
  /** Null where only the lake knows the trip. */
  trip: null as Trip | null,
  facts: null as TripFacts | null,
  tracks: {} as TrackSet,
  flagLabels: [] as readonly string[],
  /** In order of time. */
  events: [] as readonly TripEvent[],
  truncated: false,
  loaded: false,
  /** Whether the lake has been read, with or without success. */
  landed: false,
  error: null as ApiError | null,
  /** Of the lake alone: the plan is shown all the same. */
  lakeError: null as ApiError | null,
};

export const record = createStore(nothing);

export const trace = createStore({
  seq: null as number | null,
  busy: false,
  found: null as TripReport | null,
  error: null as ApiError | null,
});

let timer = 0;
let triesLeft = 0;
let aborter = new AbortController();

/** Shows a trip until `closeRecord`. */
export function openRecord(id: string): void {
  closeRecord();
  triesLeft = 0;
  record.set({ ...nothing, id });
  trace.set({ seq: null, busy: false, found: null, error: null });
  void readOn(id);
}

export function closeRecord(): void {
  clearTimeout(timer);
  aborter.abort();
  aborter = new AbortController();
}

/** Reads it again at once: after a verb. */
export function readAgain(): void {
  const { id } = record.get();
  if (!id) return;
  closeRecord();
  void readOn(id);
}

async function readOn(id: string): Promise<void> {
  const { signal } = aborter;
  try {
    const facts = await readFacts(id, signal);
    if (facts?.has_plan !== false) await readPlan(id, signal);
    if (signal.aborted) return;
    record.set({ loaded: true, error: null });
    await readLake(id, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    record.set(record.get().loaded ? { lakeError: error, landed: true } : { error });
  }
  // What a trip that has just ended still has under way lands in the lake a little later.
  const { facts, trip } = record.get();
  const over = FINAL.has(trip?.state ?? facts?.state ?? "arrived");
  triesLeft = over ? triesLeft - 1 : TRIES_AFTER_END;
  if (triesLeft > 0) timer = window.setTimeout(() => void readOn(id), AGAIN_MS);
}

/** Raises what the lake has against it only where the plan says nothing either. */
async function readFacts(id: string, signal: AbortSignal): Promise<TripFacts | null> {
  try {
    const facts = await getTripFacts(id, signal);
    record.set({ facts, lakeError: null });
    return facts;
  } catch (error) {
    if (signal.aborted || !(error instanceof ApiError) || error.problem.status === 404) throw error;
    record.set({ lakeError: error });
    return null;
  }
}

async function readPlan(id: string, signal: AbortSignal): Promise<void> {
  const trip = await getTrip(id);
  if (signal.aborted) return;
  keepTrip(trip);
  const { planned, truth } = await getTracks(id, ["planned", "truth"], signal);
  record.set({ trip });
  take({ planned, truth });
}

async function readLake(id: string, signal: AbortSignal): Promise<void> {
  // One after the other: the lake answers few questions at a time, and others ask, too.
  const { items, truncated } = await getTripEvents(id, signal);
  record.set({ events: items, truncated });
  const { reported, cleaned, flag_labels } = await getTracks(id, ["reported", "cleaned"], signal);
  take({ reported, cleaned });
  record.set({ flagLabels: flag_labels, landed: true, lakeError: null });
}

function take(columns: Partial<Record<TrackLayer, Parameters<typeof seriesOf>[0] | null>>): void {
  const tracks: Partial<Record<TrackLayer, Series>> = { ...record.get().tracks };
  for (const layer of LAYERS) {
    const given = columns[layer];
    if (given) tracks[layer] = seriesOf(given);
    else if (given === null) delete tracks[layer];
  }
  record.set({ tracks });
}

/** The way of one report from Kafka to the last row made of it. */
export async function traceReport(seq: number): Promise<void> {
  const { id } = record.get();
  if (!id) return;
  trace.set({ seq, busy: true, error: null, found: null });
  try {
    const found = await getReport(id, seq, aborter.signal);
    if (trace.get().seq === seq) trace.set({ found, busy: false });
  } catch (error) {
    if (error instanceof ApiError) trace.set({ error, busy: false });
    else trace.set({ busy: false });
  }
}
