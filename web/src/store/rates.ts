/** How many rows a second land in each table, from what the stream tells every second. */
import { useEffect, useState } from "react";
import { pipeline } from "./state";

const SPAN_MS = 10_000;
const KEPT = 60;
const STILL: readonly number[] = Array.from({ length: KEPT }, () => 0);

export interface Rate {
  now: number;
  /** A second each, oldest first. */
  history: readonly number[];
}

interface Sample {
  atMs: number;
  rows: Readonly<Record<string, number>>;
}

/** Rows a second between the oldest sample of the last ten seconds and the newest. */
export function rateOf(samples: readonly Sample[], table: string): number {
  const newest = samples.at(-1);
  const oldest = samples.find((sample) => newest && newest.atMs - sample.atMs <= SPAN_MS);
  if (!newest || !oldest || newest.atMs === oldest.atMs) return 0;
  const rows = (newest.rows[table] ?? 0) - (oldest.rows[table] ?? 0);
  return Math.max(0, (rows * 1000) / (newest.atMs - oldest.atMs));
}

export function useRates(): Readonly<Record<string, Rate>> {
  const [rates, setRates] = useState<Readonly<Record<string, Rate>>>({});
  useEffect(() => {
    let samples: Sample[] = [];
    return pipeline.subscribe(() => {
      const rows = pipeline.get().now?.stream.rows_landed;
      if (!rows) return;
      const newest = { atMs: performance.now(), rows };
      samples = [...samples.filter((one) => newest.atMs - one.atMs <= SPAN_MS), newest];
      setRates((before) =>
        Object.fromEntries(
          Object.keys(rows).map((table) => {
            const now = rateOf(samples, table);
            return [table, { now, history: [...(before[table]?.history ?? STILL), now].slice(-KEPT) }];
          }),
        ),
      );
    });
  }, []);
  return rates;
}
