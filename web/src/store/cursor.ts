/** The one moment that map, chart and event list of a trip show. It moves without React. */

export type CursorSource = "map" | "chart" | "events" | "address";

type Listener = (ms: number | null, source: CursorSource) => void;

let now: number | null = null;
const listeners = new Set<Listener>();

export const cursor = {
  get: (): number | null => now,
  set(ms: number | null, source: CursorSource): void {
    if (ms === now || Number.isNaN(ms)) return;
    now = ms;
    for (const listener of listeners) listener(ms, source);
  },
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
