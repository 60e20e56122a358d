import { expect, test } from "vitest";
import { departures } from "../../src/store/recurrence";

const iso = (list: number[]) => list.map((ms) => new Date(ms).toISOString().slice(0, 16));

test("a daily trip leaves at the same time by the clocks, also when these change", () => {
  const friday = Date.parse("2026-03-27T07:30:00Z"); // 08:30 in Monaco; the clocks go forward on the 29th
  expect(iso(departures(friday, "day", 4, "Europe/Monaco"))).toEqual(["2026-03-27T07:30", "2026-03-28T07:30", "2026-03-29T06:30", "2026-03-30T06:30"]);
  expect(iso(departures(friday, "weekday", 3, "Europe/Monaco"))).toEqual(["2026-03-27T07:30", "2026-03-30T06:30", "2026-03-31T06:30"]);
  expect(iso(departures(friday, "week", 2, "UTC"))).toEqual(["2026-03-27T07:30", "2026-04-03T07:30"]);
});

test("once is once, and nobody orders more than the server takes", () => {
  expect(departures(0, "never", 9, "UTC")).toEqual([0]);
  expect(departures(0, "day", 9999, "UTC")).toHaveLength(200);
});
