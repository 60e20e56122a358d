import { turn, type Tracks } from "../../store/tracks";
import { FLOATS } from "./program";

/** From this many vehicles on, discs shrink so that they still tell apart, down to a scale. */
const CROWD = 300;
const MIN_SCALE = 0.55;

/** Radius of one vehicle's disc among so many, CSS px. */
export function discRadius(zoom: number, count: number): number {
  const crowd = Math.max(MIN_SCALE, Math.min(1, (CROWD / Math.max(1, count)) ** 0.25));
  return Math.max(3, Math.min(14, 3.5 + (zoom - 9) * 1.6) * crowd);
}

const RADIANS = Math.PI / 180;

/**
 * Packs the visible vehicles for the graphics card, relative to a local origin and time base: 32-bit
 * floats then resolve well under a pixel at the deepest zoom. The selected one comes last, on top, and is
 * packed even where `hides` says of it, as of others, that something else stands for it.
 * @returns how many instances `into` holds.
 */
export function packInstances(
  tracks: Tracks,
  into: Float32Array,
  origin: { x: number; y: number },
  baseMs: number,
  selected: number | undefined,
  hides: (slot: number) => boolean,
): number {
  let count = 0;
  const put = (slot: number) => {
    const at = count * FLOATS;
    const from = tracks.heading0[slot] ?? 0;
    into[at] = (tracks.x0[slot] ?? 0) - origin.x;
    into[at + 1] = (tracks.y0[slot] ?? 0) - origin.y;
    into[at + 2] = (tracks.x1[slot] ?? 0) - origin.x;
    into[at + 3] = (tracks.y1[slot] ?? 0) - origin.y;
    into[at + 4] = ((tracks.t0[slot] ?? 0) - baseMs) / 1000;
    into[at + 5] = ((tracks.t1[slot] ?? 0) - baseMs) / 1000;
    into[at + 6] = from * RADIANS;
    into[at + 7] = (from + shorterWay(from, tracks.heading1[slot] ?? 0)) * RADIANS;
    into[at + 8] = tracks.state[slot] ?? 0;
    into[at + 9] = slot === selected ? 1 : 0;
    count += 1;
  };
  for (let slot = 0; slot < tracks.size; slot += 1) if (tracks.visible[slot] && slot !== selected && !hides(slot)) put(slot);
  if (selected !== undefined && tracks.visible[selected]) put(selected);
  return count;
}

const shorterWay = (from: number, to: number): number => {
  const step = turn(0, to - from, 1);
  return step > 180 ? step - 360 : step;
};
