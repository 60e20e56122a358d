/** Columns of a track, and where things stand in them. Positions never enter React state. */
import type { ReportColumns, TruthColumns } from "../contracts/api";

/** Parallel columns in order of time. What is not known is NaN. */
export interface Series {
  time: Float64Array;
  lat: Float64Array;
  lon: Float64Array;
  speed: Float64Array;
  limit: Float64Array;
  distance: Float64Array;
  /** Of reports: their numbers and flags. */
  seq: Int32Array;
  flags: Int32Array;
}

const numbers = (values: readonly (number | null)[]): Float64Array => Float64Array.from(values, (value) => value ?? Number.NaN);

export function seriesOf(columns: TruthColumns | ReportColumns): Series {
  const reports = "seq" in columns;
  return {
    time: Float64Array.from(columns.time_ms),
    lat: Float64Array.from(columns.lat),
    lon: Float64Array.from(columns.lon),
    speed: numbers(columns.speed_mps),
    limit: numbers(columns.limit_mps),
    distance: numbers(columns.distance_m),
    seq: Int32Array.from(reports ? columns.seq : []),
    flags: Int32Array.from(reports ? columns.flags : []),
  };
}

/** The last row that is not after a value, -1 where all are. The column goes up. */
export function rowAt(column: ArrayLike<number>, value: number): number {
  let [low, high] = [0, column.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The row nearest to a time. A device's clock may be off, so reports are looked at one by one. */
export function nearestRow({ time }: Series, ms: number): number {
  let [best, gap] = [-1, Infinity];
  for (let i = 0; i < time.length; i += 1) {
    const away = Math.abs((time[i] ?? 0) - ms);
    if (away < gap) [best, gap] = [i, away];
  }
  return best;
}

/** A column at a time, in between drawn straight; NaN before the first row, and after the last what it says. */
export function valueAt(series: Series, column: Float64Array, ms: number): number {
  const i = rowAt(series.time, ms);
  if (i < 0) return Number.NaN;
  const [here, next] = [column[i] ?? Number.NaN, column[i + 1]];
  const [from, to] = [series.time[i] ?? 0, series.time[i + 1]];
  if (next === undefined || to === undefined || to === from) return here;
  return here + ((next - here) * (ms - from)) / (to - from);
}

/** When so many metres were driven; where it stood there, when it came. */
export function timeAtDistance({ distance, time }: Series, metres: number): number {
  let [low, high] = [0, distance.length - 1];
  if (high < 0) return Number.NaN;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((distance[middle] ?? 0) < metres) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return time[0] ?? Number.NaN;
  const [from, to] = [distance[low - 1] ?? 0, distance[low] ?? 0];
  const share = to > from ? Math.min(1, Math.max(0, (metres - from) / (to - from))) : 1;
  return (time[low - 1] ?? 0) + share * ((time[low] ?? 0) - (time[low - 1] ?? 0));
}

const M_A_DEGREE = 111_194.93;

/** Metres between two places that are near each other. */
export function metresBetween(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const north = (b.lat - a.lat) * M_A_DEGREE;
  const east = ((((b.lon - a.lon + 540) % 360) - 180) * Math.cos((a.lat * Math.PI) / 180)) * M_A_DEGREE;
  return Math.hypot(north, east);
}

/** Rows in which every bend of a column that is drawn `pixels` wide can still be seen: of each pixel the least and the most. */
export function thinned(x: ArrayLike<number>, y: ArrayLike<number>, pixels: number): number[] {
  const rows: number[] = [];
  let [column, first, low, high, last] = [Number.NaN, -1, -1, -1, -1];
  const close = () => {
    if (first >= 0) for (const row of [...new Set([first, low, high, last])].toSorted((a, b) => a - b)) rows.push(row);
  };
  for (let i = 0; i < x.length; i += 1) {
    const value = y[i] ?? Number.NaN;
    const at = Math.floor((x[i] ?? 0) * pixels);
    if (Number.isNaN(value) || Number.isNaN(at)) continue;
    if (at !== column) {
      close();
      [column, first, low, high] = [at, i, i, i];
    }
    if (value < (y[low] ?? 0)) low = i;
    if (value > (y[high] ?? 0)) high = i;
    last = i;
  }
  close();
  return rows;
}

/** Without the rows that a wrong clock puts before others: time then goes up. */
export function inOrder(series: Series): Series {
  const rows: number[] = [];
  let newest = -Infinity;
  // From the end: of a report that is too late and those after it, the many are right.
  let soonest = Infinity;
  const fits = new Uint8Array(series.time.length);
  for (let i = series.time.length - 1; i >= 0; i -= 1) {
    const at = series.time[i] ?? 0;
    if (at <= soonest) [soonest, fits[i]] = [at, 1];
  }
  series.time.forEach((at, i) => {
    if (fits[i] && at > newest) {
      newest = at;
      rows.push(i);
    }
  });
  if (rows.length === series.time.length) return series;
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
  return {
    time: pick(series.time),
    lat: pick(series.lat),
    lon: pick(series.lon),
    speed: pick(series.speed),
    limit: pick(series.limit),
    distance: pick(series.distance),
    seq: Int32Array.from(rows, (row) => series.seq[row] ?? 0),
    flags: Int32Array.from(rows, (row) => series.flags[row] ?? 0),
  };
}

const CLOCK_HOURS = 12;

/** The track by which a moment and a distance belong together: the truth, else what comes nearest to it. */
export function guideOf(tracks: Readonly<Partial<Record<"planned" | "truth" | "reported" | "cleaned", Series>>>): Series | null {
  const found = tracks.truth ?? tracks.cleaned ?? tracks.reported ?? tracks.planned;
  if (!found || found.time.length === 0) return null;
  if (found === tracks.truth || found === tracks.planned) return found;
  // A clock that is off by days would stretch the trip over them.
  const middle = found.time.toSorted()[found.time.length >> 1] ?? 0;
  const near = (at: number) => Math.abs(at - middle) < CLOCK_HOURS * 3_600_000;
  return inOrder(found.time.every(near) ? found : { ...found, time: found.time.map((at) => (near(at) ? at : Infinity)) });
}
