import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";

export interface Polled<T> {
  /** The last answer; it stays while the next is asked for, and where that fails. */
  value: T | null;
  error: ApiError | null;
  again: () => void;
}

/**
 * Asks at once, again whenever `load` is another function, and every so often while the page can be seen.
 * `load` must stay the same while it asks for the same.
 */
export function usePolled<T>(load: (signal: AbortSignal) => Promise<T>, everyMs: number | null): Polled<T> {
  const [state, setState] = useState<{ of: typeof load; value: T | null; error: ApiError | null }>({ of: load, value: null, error: null });
  const now = useRef<() => void>(() => {});
  useEffect(() => {
    const aborter = new AbortController();
    let timer = 0;
    let turn = 0;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      turn += 1;
      const mine = turn;
      try {
        const value = await load(aborter.signal);
        if (mine !== turn) return;
        if (!aborter.signal.aborted) setState({ of: load, value, error: null });
      } catch (error) {
        if (aborter.signal.aborted || mine !== turn) return;
        if (!(error instanceof ApiError)) throw error;
        setState((before) => ({ of: load, value: before.of === load ? before.value : null, error }));
      }
      plan();
    };
    const plan = (): void => {
      if (everyMs === null || aborter.signal.aborted) return;
      timer = window.setTimeout(() => (document.hidden ? plan() : void ask()), everyMs);
    };
    now.current = () => void ask();
    void ask();
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
  }, [load, everyMs]);
  const again = useCallback(() => now.current(), []);
  const known = state.of === load;
  return { value: known ? state.value : null, error: known ? state.error : null, again };
}
