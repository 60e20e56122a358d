import { useEffect, useState } from "react";
import { ApiError } from "../../api/client";
import { searchPlaces } from "../../api/endpoints";
import type { Place } from "../../contracts/api";

const SETTLE_MS = 180;
const SHORTEST = 2;

/** Places for what is typed, or null while nothing is looked for. */
export function usePlaces(text: string | null): Place[] | null {
  const [found, setFound] = useState<Place[] | null>(null);
  const wanted = text?.trim() ?? "";
  useEffect(() => {
    if (wanted.length < SHORTEST) return undefined;
    const aborter = new AbortController();
    const timer = setTimeout(() => {
      searchPlaces(wanted, aborter.signal).then(setFound, (error: unknown) => {
        // A search that fails suggests nothing; the map can still be clicked.
        if (!aborter.signal.aborted) setFound(error instanceof ApiError ? [] : null);
      });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [wanted]);
  return wanted.length < SHORTEST ? null : found;
}
