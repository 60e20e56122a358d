/** Figures of the dashboards, asked a few at a time: the server answers no more at once. */
import { useEffect, useEffectEvent, useState } from "react";
import { ApiError } from "../api/client";
import { type FigureQuery, getFigure, listFigures } from "../api/dashboards";
import type { Figure } from "../contracts/api";

const AT_ONCE = 2;
const TRIES = 3;
const PAUSE_MS = 1500;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs `work` when it is its turn, unless it is no longer wanted then. */
export async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** Where others have all turns, it asks again before it says so. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await inTurn(work, signal);
    } catch (error) {
      if (left === 0 || !(error instanceof ApiError) || error.problem.status !== 503) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

export interface Asked<T> {
  /** The last answer; it stands while the next is under way. */
  data: T | null;
  error: ApiError | null;
  busy: boolean;
}

function useAsked<T>(key: string | null, work: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [found, setFound] = useState<{ key: string | null; data: T | null; error: ApiError | null }>({ key: null, data: null, error: null });
  const ask = useEffectEvent(work);
  useEffect(() => {
    if (key === null) return undefined;
    const gone = new AbortController();
    patiently(() => ask(gone.signal), gone.signal).then(
      (data) => gone.signal.aborted || setFound({ key, data, error: null }),
      (error: unknown) => {
        if (gone.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setFound({ key, data: null, error });
      },
    );
    return () => gone.abort();
  }, [key]);
  const busy = found.key !== key;
  return { data: found.data, error: busy ? null : found.error, busy };
}

/** A figure; null asks for nothing yet. */
export function useFigure(name: string, query: FigureQuery | null): Asked<Figure> {
  const key = query === null ? null : `${name}?${new URLSearchParams(query)}`;
  return useAsked(key, (signal) => getFigure(name, query ?? {}, signal));
}

/** The days (UTC) that are refined. */
export const useRefinedDays = (round: number): Asked<string[]> => useAsked(`days ${round}`, async () => (await listFigures()).days);
