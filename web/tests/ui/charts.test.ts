import { expect, test } from "vitest";
import { runs } from "../../src/ui/charts/Lines";
import { everyNth, ticksTo } from "../../src/ui/charts/scale";

test("an axis has few round ticks from zero to at least the greatest value", () => {
  expect(ticksTo(855)).toEqual([0, 250, 500, 750, 1000]);
  expect(ticksTo(34)).toEqual([0, 10, 20, 30, 40]);
  expect(ticksTo(100)).toEqual([0, 25, 50, 75, 100]);
  expect(ticksTo(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
  for (const most of [1e-6, 0.07, 1, 3, 9.99, 12345, 8e9]) {
    const ticks = ticksTo(most);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
    expect(ticks.length, `${most}`).toBeLessThanOrEqual(7);
  }
});

test("without values there is an axis all the same", () => {
  expect(ticksTo(0)).toEqual([0, 1]);
  expect(ticksTo(Number.NaN)).toEqual([0, 1]);
  expect(ticksTo(-Infinity)).toEqual([0, 1]);
});

test("labels that would touch are left out evenly", () => {
  expect(everyNth(3, 40, 400)).toBe(1);
  expect(everyNth(30, 40, 400)).toBe(4);
});

test("a line breaks where nothing is known, and zero is known", () => {
  expect(runs([1, null, 0, 3, null])).toEqual([[[0, 1]], [[2, 0], [3, 3]]]);
  expect(runs([null, null])).toEqual([]);
});
