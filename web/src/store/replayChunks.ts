import type { PastVehicle, Replay } from "../contracts/api";
import { turn } from "./tracks";

type Reports = Replay["vehicles"][number];
type Fetch = (fromMs: number, toMs: number, stepS: number) => Promise<Replay>;

/** Steps that are read at once. */
const STEPS = 360;
/** Reports from before the first step, so that who drives already is there at once. */
const LEAD_MS = 120_000;
/** Without a report for so long (or three steps) a vehicle is no longer shown: nobody knows where it is. */
const SILENT_MS = 120_000;
const KEPT = 12;
const PREFETCH = 0.5;

/** Seconds between reports that a rate of replay needs: about ten a second of the wall clock, a whole minute at most. */
export const stepFor = (rate: number): number => Math.min(60, Math.max(1, Math.round(rate / 10)));

/** Reads the past in pieces as it is played, the next one before it is needed; what was read is kept for a while. */
export class ReplayChunks {
  private readonly kept = new Map<string, Promise<Replay>>();
  private readonly fetch: Fetch;
  private readonly nameOf: (vehicleId: string) => string;

  constructor(fetch: Fetch, nameOf: (vehicleId: string) => string) {
    this.fetch = fetch;
    this.nameOf = nameOf;
  }

  /** Where every vehicle was then, as its device had it. @throws ApiError */
  async at(ms: number, rate: number): Promise<PastVehicle[]> {
    const stepS = stepFor(rate);
    const length = STEPS * stepS * 1000;
    const start = Math.floor(ms / length) * length;
    const chunk = this.chunk(start, length, stepS);
    if (rate > 0 && ms - start > length * PREFETCH) void this.chunk(start + length, length, stepS).catch(() => undefined);
    const { vehicles } = await chunk;
    return vehicles.flatMap((one) => placeAt(one, ms, stepS, this.nameOf(one.vehicle_id)) ?? []);
  }

  private chunk(start: number, length: number, stepS: number): Promise<Replay> {
    const key = `${stepS}:${start}`;
    let found = this.kept.get(key);
    if (found) this.kept.delete(key); // the newest used stands last
    else {
      found = this.fetch(start - LEAD_MS, start + length + LEAD_MS, stepS);
      found.catch(() => this.kept.delete(key)); // a failed one is asked for again
    }
    this.kept.set(key, found);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
    return found;
  }
}

/** A vehicle between two of its reports; null before its first, and when it has been silent too long. */
export function placeAt(reports: Reports, ms: number, stepS: number, name: string): PastVehicle | null {
  const { time_ms: times } = reports;
  const index = lastAt(times, ms);
  if (index < 0) return null;
  const before = times[index] ?? 0;
  const after = times[index + 1];
  const patience = Math.max(SILENT_MS, 3000 * stepS);
  const sameTrip = reports.trip_id[index] === reports.trip_id[index + 1];
  const between = after !== undefined && sameTrip && after - before <= patience ? (ms - before) / (after - before) : 0;
  if (between === 0 && ms - before > patience) return null;
  const mix = (column: readonly number[]): number => {
    const from = column[index] ?? 0;
    return from + ((column[index + 1] ?? from) - from) * between;
  };
  return {
    vehicle_id: reports.vehicle_id,
    name,
    vehicle_class: reports.vehicle_class,
    trip_id: reports.trip_id[index] ?? "",
    state: reports.state[index] ?? "driving",
    lat: mix(reports.lat),
    lon: mix(reports.lon),
    speed_mps: mix(reports.speed_mps),
    heading_deg: turn(reports.heading_deg[index] ?? 0, reports.heading_deg[index + 1] ?? 0, between),
    distance_m: mix(reports.distance_m),
    remaining_m: mix(reports.remaining_m),
    progress: mix(reports.progress),
  };
}

/** Place of the last time that is not after `ms`; -1 where all are. Times are in order. */
function lastAt(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
