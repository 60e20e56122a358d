import { expect, test } from "vitest";
import type { TopicRecord, TopicRecords } from "../../src/contracts/api";
import { KEPT, type Tail, taken } from "../../src/store/tail";

const EMPTY: Tail = { records: [], behind: 0, searched: 0, loaded: false, skipped: false, error: null };

const record = (offset: number): TopicRecord => ({
  partition: 0,
  offset,
  timestamp: "2026-03-05T07:30:00.000Z",
  key: "veh_1",
  payload: "{}",
  size: 2,
  cut: false,
});

const answer = (offsets: readonly number[], behind = 0): TopicRecords => ({
  topic: "rumbo.positions",
  items: offsets.map(record),
  partitions: [],
  searched: offsets.length * 2,
  behind,
  next_cursor: "c",
});

const offsets = (tail: Tail) => tail.records.map((one) => one.offset);

test("what comes is appended, and what was looked through adds up", () => {
  const first = taken(EMPTY, answer([1, 2]), { fresh: true });
  const second = taken(first, answer([3]), { fresh: false });
  expect(offsets(second)).toEqual([1, 2, 3]);
  expect(second).toMatchObject({ searched: 6, loaded: true, skipped: false });
});

test("of too many the oldest go", () => {
  const many = Array.from({ length: KEPT }, (_, offset) => offset);
  const tail = taken(taken(EMPTY, answer(many), { fresh: true }), answer([KEPT, KEPT + 1]), { fresh: false });
  expect(tail.records).toHaveLength(KEPT);
  expect(offsets(tail).slice(0, 1)).toEqual([2]);
});

test("a tail that began anew at the end says that it passed some over", () => {
  const first = taken(EMPTY, answer([1]), { fresh: true });
  expect(first.skipped).toBe(false);
  const anew = taken(first, answer([9_000]), { fresh: true });
  expect(offsets(anew)).toEqual([9_000]);
  expect(anew.skipped).toBe(true);
});
