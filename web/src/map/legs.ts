interface Point {
  lat: number;
  lon: number;
}

/**
 * Between which stops of a route a point of its line lies: the number that a new stop there would have. Stops are
 * looked for along the line one after the other, so that a line that crosses itself is told apart as it is driven.
 */
export function legOf(line: readonly (readonly number[])[], stops: readonly Point[], at: Point): number {
  const grabbed = nearest(line, at, 0);
  let leg = 0;
  let from = 0;
  for (const stop of stops.slice(0, -1)) {
    from = nearest(line, stop, from);
    if (from > grabbed) break;
    leg += 1;
  }
  return Math.min(Math.max(leg, 1), Math.max(1, stops.length - 1));
}

/** The line's vertex that is nearest to a point, from one of them on. */
function nearest(line: readonly (readonly number[])[], { lat, lon }: Point, from: number): number {
  const narrow = Math.cos((lat * Math.PI) / 180);
  let best = from;
  let least = Infinity;
  for (let index = from; index < line.length; index += 1) {
    const [x = 0, y = 0] = line[index] ?? [];
    const distance = ((x - lon) * narrow) ** 2 + (y - lat) ** 2;
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
