import { ApiError } from "../api/client";

/** Requests that are under way at a time. */
const AT_ONCE = 4;

export interface Failure<T> {
  item: T;
  error: ApiError;
}

interface Watch {
  onDone: () => void;
  isStopped: () => boolean;
}

/** One verb for many, some at a time: what fails hinders no other and is given back; stopped, nothing more is begun. */
export async function each<T>(items: readonly T[], verb: (item: T) => Promise<unknown>, { onDone, isStopped }: Watch): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  const waiting = items.values();
  const work = async () => {
    // The loops share one iterator: each item is taken once.
    for (const item of waiting) {
      try {
        // One after the other is meant: AT_ONCE of these loops run side by side.
        // oxlint-disable-next-line no-await-in-loop
        await verb(item);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failures.push({ item, error });
      }
      onDone();
      if (isStopped()) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failures;
}
