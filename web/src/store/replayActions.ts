/** The replay of a past day from the lake; what is drawn is the past's picture (`past`), fed from another source. */
import { ApiError } from "../api/client";
import { getMarks, getReplay } from "../api/replay";
import type { Mark } from "../contracts/api";
import { createStore } from "./create";
import { backToLive, lookFrom, play, seek, stopPlaying } from "./pastActions";
import { fleet, past } from "./state";
import { ReplayChunks } from "./replayChunks";

export const DAY_MS = 86_400_000;
export const RATES = [0.1, 1, 10, 60, 300, 1000] as const;

export const replay = createStore({
  /** Start of the day that is replayed: midnight UTC, as the lake's days are. */
  dayMs: null as number | null,
  rate: 60,
  marks: [] as readonly Mark[],
  truncated: false,
  /** Vehicles that reported in each part of the day. */
  activity: [] as readonly number[],
  loading: false,
  error: null as ApiError | null,
});

const chunks = new ReplayChunks(getReplay, (id) => fleet.get().vehicles.find((one) => one.id === id)?.name ?? id);
let asking: AbortController | null = null;

/** Opens a day at one of its moments. */
export async function openDay(dayMs: number, atMs: number): Promise<void> {
  lookFrom({
    at: async (ms) => ({ vehicles: await chunks.at(ms, replay.get().rate), at: new Date(ms).toISOString(), truncated: false }),
    endMs: dayMs + DAY_MS,
  });
  const isOther = replay.get().dayMs !== dayMs;
  replay.set({ dayMs });
  seek(Math.min(Math.max(atMs, dayMs), dayMs + DAY_MS - 1));
  if (!isOther) return;
  asking?.abort();
  const mine = (asking = new AbortController());
  replay.set({ loading: true, error: null, marks: [], activity: [] });
  try {
    const { items, truncated, activity } = await getMarks(dayMs, dayMs + DAY_MS, mine.signal);
    replay.set({ marks: items, truncated, activity, loading: false });
  } catch (error) {
    if (mine.signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    replay.set({ error, loading: false });
  }
}

export function leaveReplay(): void {
  asking?.abort();
  lookFrom(null);
  backToLive();
  replay.set({ dayMs: null });
}

export function setReplayRate(rate: number): void {
  const { playing } = past.get();
  stopPlaying();
  replay.set({ rate });
  if (playing) play(rate);
}

export function toggleReplay(): void {
  if (past.get().playing) stopPlaying();
  else play(replay.get().rate);
}

/** To the next mark after the moment looked at, or the one before it. */
export function jump(direction: 1 | -1, marks: readonly Mark[]): void {
  const at = past.get().at ?? 0;
  const times = marks.map((mark) => Date.parse(mark.at));
  const there = direction > 0 ? times.find((ms) => ms > at) : times.findLast((ms) => ms < at - 500);
  if (there !== undefined) seek(there);
}
