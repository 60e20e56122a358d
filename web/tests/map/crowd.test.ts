import { beforeEach, expect, test } from "vitest";
import { WorldTime } from "../../src/live/clock";
import { Bins, type MercatorBox } from "../../src/map/vehicles/bins";
import { Crowd } from "../../src/map/vehicles/crowd";
import { latOf, lonOf } from "../../src/store/mercator";
import { Tracks } from "../../src/store/tracks";
import { reportAt } from "../reports";

const BOX: MercatorBox = [0.5, 0.4, 0.6, 0.5];
let tracks: Tracks;

beforeEach(() => {
  tracks = new Tracks(new WorldTime(() => 0));
});

/** Puts vehicles at these places (mercator units), numbered as they come. */
const put = (places: readonly (readonly [x: number, y: number])[]) =>
  tracks.jump(places.map(([x, y], slot) => reportAt(slot, { lon: lonOf(x), lat: latOf(y) })));

test("each vehicle in view is counted in the cell it stands in, and none twice", () => {
  put([[0.501, 0.401], [0.502, 0.402], [0.511, 0.401], [0.7, 0.401], [0.501, 0.39]]); // the last two lie outside
  const bins = new Bins();
  bins.fill(tracks, 0, BOX, 0.01);
  expect([bins.total, bins.occupied]).toEqual([3, 2]);
  expect(Array.from(bins.cellOf.subarray(0, 5))).toEqual([0, 0, 1, -1, -1]);
  expect([...bins.counts].reduce((sum, count) => sum + count)).toBe(3);
});

test("a mark leans to its vehicles and stays half a cell from its neighbour's", () => {
  put([[0.5099, 0.405], [0.5101, 0.405]]);
  const bins = new Bins();
  bins.fill(tracks, 0, BOX, 0.01);
  expect(bins.placeOf(0).x).toBeCloseTo((0.5099 + 0.505) / 2, 9);
  expect(bins.placeOf(1).x - bins.placeOf(0).x).toBeGreaterThan(0.005);
});

test("a cell keeps its name while the view moves, and the arrays serve again", () => {
  put([[0.523, 0.433]]);
  const bins = new Bins();
  bins.fill(tracks, 0, BOX, 0.01);
  const [before, counts] = [bins.keyOf(bins.cellOf[0] ?? -1), bins.counts];
  bins.fill(tracks, 0, [0.51, 0.41, 0.59, 0.49], 0.01);
  expect(bins.keyOf(bins.cellOf[0] ?? -1)).toBe(before);
  expect(bins.counts).toBe(counts);
  expect(bins.total).toBe(1);
});

test("a hidden vehicle is not counted", () => {
  put([[0.501, 0.401], [0.502, 0.402]]);
  tracks.remove([1]);
  const bins = new Bins();
  bins.fill(tracks, 0, BOX, 0.01);
  expect(bins.total).toBe(1);
});

/** Zoom at which a mercator unit of this test is a view of a thousand pixels. */
const view = (zoom: number, discPx = 10) => ({ zoom, box: BOX, discPx });
const FAR = Math.log2(1000 / 0.1 / 512);

test("vehicles that cover each other far out are drawn together, one apart from them by itself", () => {
  const crowd = new Crowd();
  put([...Array.from({ length: 40 }, (_, i) => [0.52 + i * 1e-6, 0.42] as const), [0.59, 0.49]]);
  crowd.look(tracks, 0, view(FAR));
  expect(crowd.isTogether).toBe(true);
  expect(crowd.hides(0)).toBe(true);
  expect(crowd.hides(40)).toBe(false);
  const counts = [...crowd.cells.counts].filter((count) => count > 0);
  expect(counts.toSorted((a, b) => a - b)).toEqual([1, 40]);
});

test("near enough each stands by itself, however many there are", () => {
  const crowd = new Crowd();
  put(Array.from({ length: 40 }, () => [0.52, 0.42] as const));
  crowd.look(tracks, 0, view(15));
  expect(crowd.isTogether).toBe(false);
  expect(crowd.hides(0)).toBe(false);
});

test("a few never become a badge, nor many that stand apart", () => {
  const crowd = new Crowd();
  put(Array.from({ length: 19 }, () => [0.52, 0.42] as const));
  crowd.look(tracks, 0, view(FAR));
  expect(crowd.isTogether).toBe(false);
  put(Array.from({ length: 81 }, (_, i) => [0.505 + (i % 9) * 0.01, 0.405 + Math.floor(i / 9) * 0.01] as const));
  crowd.look(tracks, 0, view(FAR));
  expect(crowd.isTogether).toBe(false);
});

test("at the border the picture does not go to and fro", () => {
  const crowd = new Crowd();
  // Of 40 vehicles 29 stand alone and 11 on one place: 25 % are covered, between the two borders.
  const some = [...Array.from({ length: 29 }, (_, i) => [0.505 + i * 0.003, 0.405] as const), ...Array.from({ length: 11 }, () => [0.55, 0.48] as const)];
  put(some);
  crowd.look(tracks, 0, view(FAR));
  expect(crowd.isTogether).toBe(false);
  put(some.map(() => [0.55, 0.48] as const));
  crowd.look(tracks, 0, view(FAR));
  expect(crowd.isTogether).toBe(true);
  put(some);
  crowd.look(tracks, 0, view(FAR));
  expect(crowd.isTogether).toBe(true);
});

test("fifty thousand are all counted, and drawn together", () => {
  put(Array.from({ length: 50_000 }, (_, i) => [0.5 + (i % 250) * 4e-4, 0.4 + Math.floor(i / 250) * 5e-4] as const));
  const crowd = new Crowd();
  crowd.look(tracks, 0, view(FAR));
  expect(crowd.isTogether).toBe(true);
  expect(crowd.cells.total).toBe(50_000);
});
