import { beforeEach, expect, test } from "vitest";
import type { SlottedReport } from "../../src/contracts/live";
import { WorldTime } from "../../src/live/clock";
import type { Frame } from "../../src/live/frame";
import { lonOf, mercatorX, mercatorY, latOf } from "../../src/store/mercator";
import { steady, Tracks, turn } from "../../src/store/tracks";
import { reportAt } from "../reports";

const START = Date.parse("2026-03-05T07:30:00Z");
let wall = 0;
let tracks: Tracks;
let world: WorldTime;

beforeEach(() => {
  wall = 0;
  world = new WorldTime(() => wall);
  world.sync(START, 1);
  tracks = new Tracks(world);
});

const report = (slot: number, lon: number, time: number): SlottedReport =>
  reportAt(slot, { lon, event_time: new Date(time).toISOString() });

const frame = (slot: number, lon: number, worldMs: number): Frame => ({
  worldMs,
  count: 1,
  slot: Uint32Array.of(slot),
  state: Uint8Array.of(1),
  lon: Float64Array.of(lon),
  lat: Float64Array.of(43.7),
  heading: Float32Array.of(90),
  speedMps: Float32Array.of(10),
});

/** Drives one vehicle east at 1e-4° a second with a report a second, 200 ms old when it comes. */
function drive(seconds: number, look: (lon: number, at: number) => void): void {
  tracks.replace([report(0, 7.4, START)]);
  for (let ms = 0; ms < seconds * 1000; ms += 20) {
    wall = ms;
    if (ms % 1000 === 200 && ms > 1000) tracks.take(frame(0, 7.4 + (ms - 200) * 1e-7, START + ms - 200));
    look(lonOf(tracks.shownAt(0).x), ms);
  }
}

test("a vehicle that should report and has not for 90 s of world time is stale, one that has arrived is not", () => {
  tracks.replace([report(0, 7.4, START), reportAt(1, { state: "arrived" }), report(2, 7.5, START)]);
  wall = 90_000;
  tracks.take(frame(2, 7.51, START + 80_000));
  expect(tracks.countStale()).toBe(0);
  wall = 90_500;
  expect([0, 1, 2].map((slot) => tracks.isStale(slot))).toEqual([true, false, false]);
  expect(tracks.countStale()).toBe(1);
  tracks.take(frame(0, 7.41, START + 90_500));
  expect(tracks.countStale()).toBe(0);
});

test("a world that runs a thousand times as fast gives a report the time to come", () => {
  world.sync(START, 1000);
  tracks.replace([report(0, 7.4, START)]);
  wall = 14_000;
  expect(tracks.countStale()).toBe(0);
  wall = 16_000;
  expect(tracks.countStale()).toBe(1);
});

test("a vehicle that reports once a second moves on in every frame, at an even speed", () => {
  const steps: number[] = [];
  let before = 7.4;
  drive(20, (lon, at) => {
    if (at > 5000) steps.push((lon - before) / (20 * 1e-7));
    before = lon;
  });
  expect(Math.min(...steps)).toBeGreaterThan(0.85);
  expect(Math.max(...steps)).toBeLessThan(1.15);
});

test("batches that come up to 200 ms early or late do not show as stop and go", () => {
  const steps: number[] = [];
  let before = 7.4;
  tracks.replace([report(0, 7.4, START)]);
  const jitter = [0, 200, 80, 160, 40, 120];
  for (let ms = 0; ms < 40_000; ms += 20) {
    wall = ms;
    const second = Math.floor((ms - 300) / 1000);
    const due = second * 1000 + 300 + (jitter[second % jitter.length] ?? 0);
    if (second > 0 && ms === due) tracks.take(frame(0, 7.4 + second * 1e-4, START + ms));
    const lon = lonOf(tracks.shownAt(0).x);
    if (ms > 15_000) steps.push((lon - before) / (20 * 1e-7));
    before = lon;
  }
  expect(Math.min(...steps)).toBeGreaterThan(0.75);
  expect(Math.max(...steps)).toBeLessThan(1.25);
});

test("at twenty times the speed, motion is as even", () => {
  const steps: number[] = [];
  let before = 7.4;
  world.sync(START, 20);
  tracks.replace([report(0, 7.4, START)]);
  for (let ms = 0; ms < 10_000; ms += 20) {
    wall = ms;
    const worldMs = START + ms * 20;
    // The newest whole second of the world, sent every 200 ms of wall time: four reports in one.
    if (ms % 200 === 100) tracks.take(frame(0, 7.4 + Math.floor((ms * 20) / 1000) * 1e-5, worldMs));
    const lon = lonOf(tracks.shownAt(0).x);
    if (ms > 4000) steps.push((lon - before) / (20 * 20 * 1e-8));
    before = lon;
  }
  expect(Math.min(...steps)).toBeGreaterThan(0.7);
  expect(Math.max(...steps)).toBeLessThan(1.3);
});

test("a report's time goes on by whole intervals, whatever the way added", () => {
  expect(steady(10_000, 11_200)).toBe(11_020);
  expect(steady(10_000, 24_900)).toBe(24_990);
  expect(steady(0, 5000)).toBe(5000);
});

test("a new trip begins where it begins, without a drive there from the last one's end", () => {
  tracks.replace([report(0, 7.4, START)]);
  tracks.add([{ ...report(0, 7.41, START + 1000), trip_id: "trp_2" }]);
  expect(lonOf(tracks.shownAt(0).x)).toBeCloseTo(7.41, 9);
});

test("a deleted vehicle is gone", () => {
  tracks.replace([report(0, 7.4, START)]);
  tracks.remove([0, 99]);
  expect([tracks.slotOf("veh_0"), tracks.visible[0]]).toEqual([undefined, 0]);
});

test("a vehicle that stops reporting stays where it is, and no more frames are asked for", () => {
  drive(10, () => undefined);
  wall += 60_000;
  const slot = tracks.slotOf("veh_0") ?? -1;
  expect(lonOf(tracks.shownAt(slot).x)).toBeCloseTo(7.4 + 9e-4, 9);
  expect(tracks.isMoving()).toBe(false);
});

test("an older report never moves a vehicle back", () => {
  tracks.replace([report(0, 7.4, START)]);
  tracks.take(frame(0, 7.3, START - 1000));
  expect(lonOf(tracks.shownAt(0).x)).toBeCloseTo(7.4, 9);
});

test("a fresh snapshot hides what it does not name, and frames do not bring it back", () => {
  tracks.replace([report(0, 7.4, START), report(1, 7.41, START)]);
  tracks.replace([report(1, 7.41, START)]);
  tracks.take(frame(0, 7.4, START + 1000));
  expect([tracks.slotOf("veh_0"), tracks.slotOf("veh_1")]).toEqual([undefined, 1]);
});

test("a slot given to another vehicle starts at that vehicle's place", () => {
  tracks.replace([report(0, 7.4, START)]);
  tracks.replace([{ ...report(0, 7.5, START - 5000), vehicle_id: "veh_other" }]);
  expect(lonOf(tracks.shownAt(0).x)).toBeCloseTo(7.5, 9);
  expect(tracks.slotOf("veh_0")).toBeUndefined();
});

test("a jump of kilometres is shown as a jump", () => {
  tracks.replace([report(0, 7.4, START)]);
  tracks.take(frame(0, 7.6, START + 1000));
  expect(lonOf(tracks.shownAt(0).x)).toBeCloseTo(7.6, 9);
});

test("many vehicles make the columns grow without losing one", () => {
  tracks.replace(Array.from({ length: 5000 }, (_, slot) => report(slot, 7 + slot * 1e-5, START)));
  expect(tracks.size).toBe(5000);
  expect(lonOf(tracks.shownAt(4999).x)).toBeCloseTo(7.04999, 9);
});

test("headings turn the shorter way round", () => {
  expect(turn(350, 10, 0.5)).toBe(0);
  expect(turn(10, 350, 0.5)).toBe(0);
  expect(turn(90, 180, 0.5)).toBe(135);
});

test("mercator comes back as the degrees that went in", () => {
  expect(lonOf(mercatorX(7.42))).toBeCloseTo(7.42, 10);
  expect(latOf(mercatorY(43.73))).toBeCloseTo(43.73, 10);
  expect(mercatorY(0)).toBeCloseTo(0.5, 12);
});
