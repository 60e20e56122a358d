import { expect, test } from "vitest";
import type { Job } from "../../src/contracts/api";
import { auditOf, type Counters, unaccounted } from "../../src/store/audit";
import { rateOf } from "../../src/store/rates";

const COUNTERS: Counters = {
  sent: 10, landed: 7, rejected: 2, dropped_by_fault: 1, missing: 0, doubled: 0, extra: 0, different: 0, misjudged: 0, mistyped: 0, not_doubled: 0,
};
const RESULT = { ...COUNTERS, balanced: true, until: null, trips: 1, covered: true, lag: 0, topics: {}, faults: {}, findings: [] };

const job = (result: unknown, kind: Job["kind"] = "audit"): Job => ({
  id: "job_1", kind, parameters: {}, state: "done", outcome: "", created_at: "", begun_at: null, ended_at: null, exit_code: 0, output: [], result,
});

test("an audit is read from a job that came to a result, and from nothing else", () => {
  expect(auditOf(job(RESULT))?.landed).toBe(7);
  for (const none of [null, job(null), job("text"), job({ balanced: true }), job({ ...RESULT, sent: "10" }), job(RESULT, "refine")]) expect(auditOf(none)).toBeNull();
});

test("what is sent and neither in the lake nor explained is unaccounted for", () => {
  expect(unaccounted(COUNTERS)).toBe(0);
  expect(unaccounted({ ...COUNTERS, landed: 5 })).toBe(2);
});

test("a rate is of the last ten seconds, and never below zero", () => {
  const samples = [0, 5_000, 10_000, 15_000].map((atMs) => ({ atMs, rows: { positions: atMs / 10 } }));
  expect(rateOf(samples, "positions")).toBe(100);
  expect(rateOf(samples.slice(0, 1), "positions")).toBe(0);
  expect(rateOf(samples, "none")).toBe(0);
  expect(rateOf([{ atMs: 0, rows: { a: 9 } }, { atMs: 1_000, rows: { a: 1 } }], "a")).toBe(0);
});
