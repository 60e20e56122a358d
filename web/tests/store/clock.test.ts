import { beforeEach, expect, test, vi } from "vitest";
import { pauseWorld, readRate, resumeWorld, setRate, takeWord } from "../../src/store/clockActions";
import { clock, world } from "../../src/store/state";

const START = Date.parse("2026-03-05T07:30:00Z");
let asked: { path: string; body: unknown }[] = [];
let answer = { time: new Date(START).toISOString(), rate: 10, paused: false, revision: 1, behind_ms: 500, behind_s: 0.05 };

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (path: string, { body }: { body: string | null }) => {
    asked.push({ path, body: body === null ? null : JSON.parse(body) });
    return Promise.resolve(Response.json(answer));
  });
  clock.set({ known: false, rate: 1, paused: false, revision: 0, behindS: null, nextRate: null, busy: false });
});

test("the clock is what the socket says last, also after a restart counted anew", () => {
  takeWord({ time_ms: START, rate: 10, paused: false, revision: 7 }, true);
  expect(clock.get()).toMatchObject({ known: true, rate: 10, paused: false });
  takeWord({ time_ms: START, rate: 0, paused: true, revision: 2 }, true);
  expect(clock.get()).toMatchObject({ rate: 0, paused: true, revision: 2 });
});

test("an answer about an older change says nothing new", () => {
  takeWord({ time_ms: START, rate: 0, paused: true, revision: 7 }, true);
  takeWord({ time_ms: START, rate: 10, paused: false, revision: 6 });
  expect(clock.get().paused).toBe(true);
  expect(world.rate).toBe(0);
});

test("a world without a broker has no time, and takes none from us", () => {
  takeWord({ time_ms: START, rate: 10, paused: false, revision: 7 }, true);
  takeWord({ time_ms: 0, rate: 0, paused: true, revision: 0 }, true);
  expect(clock.get()).toMatchObject({ rate: 10, revision: 7 });
});

test("a speed chosen while the world stands is taken when it runs on", async () => {
  takeWord({ time_ms: START, rate: 0, paused: true, revision: 1 }, true);
  await setRate(60);
  expect(asked).toEqual([]);
  answer = { ...answer, rate: 60, revision: 2 };
  await resumeWorld();
  expect(asked).toEqual([{ path: "/api/v1/world/resume", body: { rate: 60 } }]);
  expect(clock.get()).toMatchObject({ paused: false, rate: 60, nextRate: null, behindS: 0.05, busy: false });
});

test("a second press while the first is under way does nothing", async () => {
  const first = pauseWorld();
  await pauseWorld();
  await first;
  expect(asked).toHaveLength(1);
});

test("a speed may be typed with point or comma, within the world's bounds", () => {
  expect(["0.1", "2,5", " 1000 "].map(readRate)).toEqual([0.1, 2.5, 1000]);
  expect(["", "0", "0.09", "1001", "fast", "1e9"].map(readRate)).toEqual([null, null, null, null, null, null]);
});
