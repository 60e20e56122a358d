import { useCallback, useState } from "react";
import { ApiError } from "../api/client";
import * as api from "../api/pipeline";
import type { Job, JobRequest } from "../contracts/api";
import { usePolled } from "./polled";

const BUSY_MS = 1000;
const CALM_MS = 5000;

export const isActive = (job: Job): boolean => job.state === "queued" || job.state === "running";

export interface Jobs {
  /** Newest first. */
  items: readonly Job[];
  active: readonly Job[];
  /** Changes whenever a job has ended: what it may have changed is to be read again. */
  ended: number;
  error: ApiError | null;
  start: (request: JobRequest) => Promise<void>;
  cancel: (id: string) => Promise<void>;
}

/** The jobs of the server, or those of a kind, asked for often while one is under way. */
export function useJobs(kind: string | null = null): Jobs {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const load = useCallback(async (signal: AbortSignal) => {
    const items = await api.listJobs(kind, 30, signal);
    setBusy(items.some(isActive));
    return items;
  }, [kind]);
  const { value, error, again } = usePolled(load, busy ? BUSY_MS : CALM_MS);
  const items = value ?? [];
  const ask = useCallback(
    async (verb: () => Promise<Job>): Promise<void> => {
      try {
        setProblem(null);
        await verb();
        setBusy(true);
      } catch (failure) {
        if (!(failure instanceof ApiError)) throw failure;
        setProblem(failure);
      }
      again();
    },
    [again],
  );
  return {
    items,
    active: items.filter(isActive),
    ended: items.filter((job) => !isActive(job)).length,
    error: problem ?? error,
    start: useCallback((request: JobRequest) => ask(() => api.startJob(request)), [ask]),
    cancel: useCallback((id: string) => ask(() => api.cancelJob(id)), [ask]),
  };
}
