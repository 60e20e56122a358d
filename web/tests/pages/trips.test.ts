import { expect, it } from "vitest";
import { formatFor } from "../../src/i18n/format";
import { niceStep, path, steps, ticks, timeStep } from "../../src/pages/trip/axes";
import { LEFT, plotOf, RIGHT } from "../../src/pages/trip/plot";
import { isNarrowed, tripQuery, wantedOf } from "../../src/pages/trips/query";
import type { Series } from "../../src/store/series";

const wanted = (text: string) => wantedOf(new URLSearchParams(text));

it("reads the list's address, and nothing that it does not know", () => {
  expect(wanted("")).toEqual({ from: "plans", state: "", vehicle: "", since: "", until: "", text: "", sort: "-created_at" });
  expect(wanted("from=lake&state=flying&since=soon&sort=name")).toMatchObject({ from: "lake", state: "", since: "", sort: "-created_at" });
  expect([wanted("sort=start_at"), wanted("from=lake")].map(isNarrowed)).toEqual([false, false]);
  expect(isNarrowed(wanted("until=2026-03-05"))).toBe(true);
});

it("asks for whole days as the reader's clocks have them, those of 23 and 25 hours too", () => {
  expect(tripQuery(wanted("since=2026-03-05&until=2026-03-05&q= van "), "Europe/Madrid")).toEqual({
    since: "2026-03-04T23:00:00.000Z",
    until: "2026-03-05T23:00:00.000Z",
    q: "van",
  });
  expect(tripQuery(wanted("since=2026-10-25&until=2026-10-25"), "Europe/Madrid")).toEqual({
    since: "2026-10-24T22:00:00.000Z",
    until: "2026-10-25T23:00:00.000Z",
  });
  expect(tripQuery(wanted("sort=start_at&vehicle=veh_1"), "UTC")).toEqual({ vehicle_id: "veh_1", sort: "start_at" });
  expect(tripQuery(wanted("from=lake&sort=start_at"), "UTC")).toEqual({});
});

it("writes round numbers beside an axis", () => {
  expect([niceStep(60, 5), niceStep(47, 5), niceStep(0.9, 5)]).toEqual([20, 10, 0.2]);
  expect(ticks({ from: 3, to: 21 }, 5)).toEqual([5, 10, 15, 20]);
  expect(timeStep({ from: 0, to: 780_000 }, 6)).toBe(300_000);
  expect(timeStep({ from: 0, to: 9 * 86_400_000 }, 4)).toBe(3 * 86_400_000);
});

it("draws lines, and steps that break where a value is not known", () => {
  expect(path([[0, 1], [2, 3.25]])).toBe("M0.0 1.0L2.0 3.3");
  expect(steps([0, 1, 2, 3, 4], [5, 5, 7, Number.NaN, 7])).toBe("M0.0 5.0H2.0V7.0H3.0M4.0 7.0H4.0");
});

const of = (values: number[]) => Float64Array.from(values);
const truth: Series = {
  time: of([0, 10_000, 20_000, 30_000]), lat: of([0, 0, 0, 0]), lon: of([0, 0, 0, 0]), speed: of([0, 10, 10, 0]), limit: of([13.9, 13.9, 8.3, 8.3]),
  distance: of([0, 50, 150, 200]), seq: new Int32Array(), flags: new Int32Array(),
};

const plot = (by: "time" | "distance") =>
  plotOf({ tracks: { truth }, guide: truth, shown: new Set(["truth", "planned"]), by, width: 400, units: "metric", format: formatFor("en", "UTC") });

it("lays the chart out by time and by distance; the cursor goes both ways", () => {
  const [time, distance] = [plot("time"), plot("distance")];
  expect(time.lines.map(({ layer }) => layer)).toEqual(["truth"]);
  expect(time.speeds.map(({ label }) => label)).toEqual(["0", "20", "40", "60"]);
  expect([time.xOf(0), time.xOf(30_000)]).toEqual([LEFT, 400 - RIGHT]);
  expect(time.msAt(time.xOf(12_345))).toBeCloseTo(12_345);
  expect(distance.xOf(20_000)).toBeCloseTo(LEFT + 0.75 * (400 - LEFT - RIGHT));
  expect(distance.msAt(distance.xOf(14_000))).toBeCloseTo(14_000);
  expect([distance.msAt(-50), distance.msAt(999)]).toEqual([0, 30_000]);
  expect(distance.marks.map(({ label }) => label)).toEqual(["0 m", "100 m", "200 m"]);
});
