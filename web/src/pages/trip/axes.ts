/** Where things stand in the chart, and what is written beside its axes. */

export interface Span {
  from: number;
  to: number;
}

export type By = "time" | "distance";

const TIME_STEPS_S = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** 1, 2 or 5 times a power of ten: the least that gives at most `most` steps. */
export function niceStep(range: number, most: number): number {
  const rough = Math.max(range, 1e-9) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((step) => step * power >= rough * 0.999_999) ?? 10);
}

/** Multiples of a step in a span. */
export function ticks({ from, to }: Span, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, Math.min(count, 50)) }, (_, i) => (first + i) * step);
}

/** Ms between marks of a time axis. */
export function timeStep({ from, to }: Span, most: number): number {
  const rough = (to - from) / 1000 / most;
  return (TIME_STEPS_S.find((step) => step >= rough) ?? Math.ceil(rough / 86_400) * 86_400) * 1000;
}

/** A line through points, one decimal of a pixel. */
export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** Steps of a value that holds until the next; it breaks where it is not known. */
export function steps(x: ArrayLike<number>, y: ArrayLike<number>): string {
  let made = "";
  let [last, open] = [Number.NaN, false];
  for (let i = 0; i < x.length; i += 1) {
    const [at, value] = [x[i] ?? 0, y[i] ?? Number.NaN];
    if (Number.isNaN(at)) continue;
    if (Number.isNaN(value)) {
      if (open) made += `H${at.toFixed(1)}`;
      open = false;
    } else if (!open) {
      made += `M${at.toFixed(1)} ${value.toFixed(1)}`;
      open = true;
    } else if (value !== last) made += `H${at.toFixed(1)}V${value.toFixed(1)}`;
    last = value;
  }
  const end = x[x.length - 1];
  return open && end !== undefined ? `${made}H${end.toFixed(1)}` : made;
}
