import type { TrackLayer } from "../../api/trips";
import type { Format, Units } from "../../i18n";
import { rowAt, type Series, thinned, timeAtDistance, valueAt } from "../../store/series";
import type { TrackSet } from "../../store/tripRecord";
import { type By, niceStep, path, type Span, steps, ticks, timeStep } from "./axes";

export const [HEIGHT, TOP, BOTTOM, LEFT, RIGHT] = [230, 18, 28, 44, 12];

/** Units of speed and length as the axes count them. */
const SPEED = { metric: { name: "km/h", perMps: 3.6 }, imperial: { name: "mph", perMps: 2.236_936 } } as const;
const LENGTH_M = { metric: 1000, imperial: 1609.344 } as const;
const PX_A_MARK = 110;

/** The chart, laid out: everything but the cursor. */
export interface Plot {
  /** The moments that it shows. */
  moments: Span;
  right: number;
  unit: string;
  speeds: readonly { y: number; label: string }[];
  marks: readonly { x: number; label: string }[];
  lines: readonly { layer: TrackLayer; d: string }[];
  limit: string;
  xOf: (ms: number) => number;
  msAt: (x: number) => number;
}

interface Wanted {
  tracks: TrackSet;
  guide: Series;
  shown: ReadonlySet<TrackLayer>;
  by: By;
  width: number;
  units: Units;
  format: Format;
}

export function plotOf({ tracks, guide, shown, by, width, units, format }: Wanted): Plot {
  const right = width - RIGHT;
  const planned = shown.has("planned") ? tracks.planned : undefined;
  const moments = spanOf([guide, planned], (series) => series.time);
  const span = by === "time" ? moments : spanOf([guide, planned], (series) => series.distance);
  const share = (value: number) => (value - span.from) / (span.to - span.from);
  const toX = (value: number) => LEFT + share(value) * (right - LEFT);
  const column = (series: Series) => (by === "time" ? series.time : series.distance);
  const layers = (["planned", "cleaned", "reported", "truth"] as const).flatMap((layer) => {
    const series = shown.has(layer) ? tracks[layer] : undefined;
    return series ? [{ layer, series }] : [];
  });

  const { name: unit, perMps } = SPEED[units];
  const limits = tracks.truth ?? (guide === tracks.planned ? tracks.planned : guide);
  const top = Math.max(10, ...[...layers.map(({ series }) => series.speed), limits?.limit ?? []].map(most)) * perMps;
  const step = niceStep(top * 1.05, 5);
  const highest = Math.ceil((top * 1.05) / step) * step;
  const toY = (mps: number) => HEIGHT - BOTTOM - ((mps * perMps) / highest) * (HEIGHT - TOP - BOTTOM);

  const lines = layers.map(({ layer, series }) => {
    const inside = Float64Array.from(column(series), (value) => {
      const at = share(value);
      return at >= 0 && at <= 1 ? at : Number.NaN;
    });
    const rows = thinned(inside, series.speed, Math.round(right - LEFT));
    return { layer, d: path(rows.map((row) => [LEFT + (inside[row] ?? 0) * (right - LEFT), toY(series.speed[row] ?? 0)])) };
  });
  return {
    moments,
    right,
    unit,
    speeds: ticks({ from: 0, to: highest }, step).map((value) => ({ y: toY(value / perMps), label: format.plain(value) })),
    marks: marksOf(by, span, units, format, Math.max(2, Math.floor((right - LEFT) / PX_A_MARK))).map(({ at, label }) => ({ x: toX(at), label })),
    lines,
    limit: limits ? steps(Float64Array.from(column(limits), toX), Float64Array.from(limits.limit, toY)) : "",
    xOf: (ms) => (by === "time" ? toX(ms) : toX(valueAt(guide, guide.distance, ms))),
    msAt: (x) => {
      const value = span.from + Math.min(1, Math.max(0, (x - LEFT) / (right - LEFT))) * (span.to - span.from);
      return by === "time" ? value : timeAtDistance(guide, value);
    },
  };
}

const most = (values: ArrayLike<number>): number => {
  let found = 0;
  for (let i = 0; i < values.length; i += 1) if ((values[i] ?? 0) > found) found = values[i] ?? 0;
  return found;
};

function spanOf(all: readonly (Series | undefined)[], column: (series: Series) => Float64Array): Span {
  const ends = all.flatMap((series) => (series && series.time.length > 0 ? [column(series).find((value) => !Number.isNaN(value)) ?? 0, last(column(series))] : []));
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return to > from ? { from, to } : { from, to: from + 1 };
}

function last(values: Float64Array): number {
  return values.findLast((value) => !Number.isNaN(value)) ?? 0;
}

function marksOf(by: By, span: Span, units: Units, format: Format, count: number): { at: number; label: string }[] {
  if (by === "time") {
    const step = timeStep(span, count);
    return ticks(span, step).map((at) => ({ at, label: step < 60_000 ? format.clock(at) : format.time(at) }));
  }
  const unit = LENGTH_M[units];
  const step = niceStep((span.to - span.from) / unit, count);
  return ticks({ from: span.from / unit, to: span.to / unit }, step).map((value) => ({ at: value * unit, label: format.distance(value * unit) }));
}

/** The row of a track in force at a moment, with what the limit was. */
export function limitAt(series: Series, ms: number): number {
  return series.limit[rowAt(series.time, ms)] ?? Number.NaN;
}
