import { expect, it } from "vitest";
import { guideOf, inOrder, metresBetween, nearestRow, rowAt, type Series, seriesOf, thinned, timeAtDistance, valueAt } from "../../src/store/series";

const of = (values: number[]) => Float64Array.from(values);

function series(time: number[], distance: number[], speed: number[] = distance): Series {
  const nothing = of(time.map(() => 0));
  return { time: of(time), lat: nothing, lon: nothing, speed: of(speed), limit: nothing, distance: of(distance), seq: Int32Array.from(time.keys()), flags: new Int32Array(time.length) };
}

it("reads the columns of truth and of reports alike, and what is unknown as no number", () => {
  const truth = seriesOf({ step_ms: 1000, time_ms: [0, 1000], lat: [1, 2], lon: [3, 4], speed_mps: [5, 6], limit_mps: [null, 13.9], distance_m: [0, 5] });
  expect([...truth.limit]).toEqual([Number.NaN, 13.9]);
  expect(truth.seq).toHaveLength(0);
  const told = seriesOf({
    rows: 1, seq: [7], time_ms: [5], lat: [1], lon: [2], speed_mps: [null], limit_mps: [null], distance_m: [3], flags: [8], topics: ["t"], topic: [0], partition: [1], offset: [2],
  });
  expect([told.seq[0], told.flags[0], told.speed[0]]).toEqual([7, 8, Number.NaN]);
});

it("finds the row in force, and the nearest one though a clock is off", () => {
  expect([-1, 0, 5, 10, 99].map((value) => rowAt([0, 10, 20], value))).toEqual([-1, 0, 0, 1, 2]);
  expect(nearestRow(series([0, 90_000_000, 2000, 3000], [0, 1, 2, 3]), 1900)).toBe(2);
});

it("reads a value between two rows, and a distance as the time at which it was driven", () => {
  const one = series([0, 1000, 3000], [0, 10, 30], [0, 10, 20]);
  expect([-1, 0, 500, 2000, 9000].map((ms) => valueAt(one, one.speed, ms))).toEqual([Number.NaN, 0, 5, 15, 20]);
  expect([0, 5, 20, 30, 99].map((metres) => timeAtDistance(one, metres))).toEqual([0, 500, 2000, 3000, 3000]);
  const stood = series([0, 1000, 9000, 10_000], [0, 10, 10, 20]);
  expect(timeAtDistance(stood, 10)).toBe(1000);
});

it("measures across the antimeridian", () => {
  expect(metresBetween({ lat: 0, lon: 179.9995 }, { lat: 0, lon: -179.9995 })).toBeCloseTo(111.2, 1);
  expect(metresBetween({ lat: 60, lon: 0 }, { lat: 60, lon: 0.001 })).toBeCloseTo(55.6, 1);
});

it("keeps of a column the least and the most of each pixel, the first and the last row", () => {
  const x = Array.from({ length: 1000 }, (_, i) => i / 1000);
  const y = x.map((_, i) => (i === 501 ? 99 : i === 503 ? -99 : 0));
  const rows = thinned(x, y, 10);
  expect(rows.length).toBeLessThan(50);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  expect(rows).toEqual(expect.arrayContaining([0, 501, 503, 999]));
  expect(thinned([0, Number.NaN, 0.5], [1, 2, Number.NaN], 10)).toEqual([0]);
});

it("takes the rows in which time goes up, whichever clock is off", () => {
  expect([...inOrder(series([0, 1, 99, 2, 3], [0, 1, 2, 3, 4])).distance]).toEqual([0, 1, 3, 4]);
  const right = series([0, 1, 2], [0, 1, 2]);
  expect(inOrder(right)).toBe(right);
});

it("goes by the truth, else by what comes nearest to it", () => {
  const [truth, cleaned] = [series([0], [0]), series([0, 1000, 864_000_000, 2000], [0, 1, 2, 3])];
  expect(guideOf({ truth, cleaned })).toBe(truth);
  expect([...(guideOf({ cleaned })?.time ?? [])]).toEqual([0, 1000, 2000]);
  expect(guideOf({})).toBeNull();
});
