/** Ticks of an axis that begins at zero: round numbers, the last at or above the greatest value. */
export function ticksTo(most: number, about = 4): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10) * power;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, n) => Number((n * step).toPrecision(12)));
}

/** Every so many of `count` labels, so that none of `labelPx` touches the next in `spacePx`. */
export const everyNth = (count: number, labelPx: number, spacePx: number): number =>
  Math.max(1, Math.ceil((count * (labelPx + 10)) / Math.max(spacePx, 1)));

/** Width of a text of the charts' size, near enough. */
export const textPx = (text: string): number => text.length * 6.4;
