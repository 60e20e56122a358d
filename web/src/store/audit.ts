/** What `rumbo audit --json` says, as far as the page shows it. */
import type { Job } from "../contracts/api";

const COUNTERS = ["sent", "landed", "rejected", "dropped_by_fault", "missing", "doubled", "extra", "different", "misjudged", "mistyped", "not_doubled"] as const;
export const PROBLEMS = ["missing", "doubled", "extra", "different", "misjudged", "mistyped", "not_doubled"] as const;

export type Counters = Readonly<Record<(typeof COUNTERS)[number], number>>;

export interface Audit extends Counters {
  balanced: boolean;
  until: string | null;
  trips: number;
  covered: boolean;
  lag: number;
  topics: Readonly<Record<string, Counters>>;
  faults: Readonly<Record<string, { expected: number; found: number; balanced: boolean }>>;
  findings: readonly Readonly<Record<string, unknown>>[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The audit that a job has made; null where it came to no result. */
export function auditOf(job: Job | null): Audit | null {
  const found = job?.kind === "audit" ? job.result : null;
  if (!isObject(found) || typeof found["balanced"] !== "boolean" || !COUNTERS.every((name) => typeof found[name] === "number")) return null;
  if (!isObject(found["topics"]) || !isObject(found["faults"]) || !Array.isArray(found["findings"])) return null;
  return found as unknown as Audit;
}

/** Events sent that are neither in the lake nor explained: zero, or something is lost. */
export const unaccounted = (audit: Counters): number => audit.sent - audit.landed - audit.rejected - audit.dropped_by_fault;
