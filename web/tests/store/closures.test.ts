import { beforeEach, expect, test, vi } from "vitest";
import { changeDraft, circleRing, closeDraft, metresBetween, openDraft, phaseAt, requestOf, saveDraft } from "../../src/store/closureActions";
import { closures, world } from "../../src/store/state";

const NOW = Date.parse("2026-03-05T07:30:00Z");
const AT = { lat: 43.7381, lon: 7.4251 };
const made = (done: boolean, rerouted: number) => ({
  id: "clo_1", kind: "closed", geometry: { ...AT, radius_m: 60 }, ring: [], speed_factor: null, from: "2026-03-05T07:30:00Z",
  until: null, created_at: "2026-03-05T07:30:00Z",
  effect: { done, waiting: done ? 0 : 3, rerouted, unaffected: 1, no_other_way: 0, trips_without_other_way: [] },
});
const draft = () => closures.get().draft ?? expect.fail("no draft");

beforeEach(() => {
  vi.stubGlobal("window", globalThis);
  world.sync(NOW, 0);
  closures.set({ items: [], selectedId: null });
  closeDraft();
  openDraft();
});

test("a closure needs a place; it holds from now until it is opened", () => {
  expect(requestOf(draft())).toBeNull();
  changeDraft({ at: AT, radiusM: 60 });
  expect(requestOf(draft())).toEqual({ kind: "closed", geometry: { ...AT, radius_m: 60 } });
});

test("a slow zone says how slow; times are the world's", () => {
  changeDraft({ at: AT, kind: "slow", factor: 0.3, fromMs: NOW + 60_000, untilMs: NOW + 120_000 });
  expect(requestOf(draft())).toMatchObject({ speed_factor: 0.3, from: "2026-03-05T07:31:00.000Z", until: "2026-03-05T07:32:00.000Z" });
  changeDraft({ untilMs: NOW + 60_000 });
  expect(requestOf(draft())).toBeNull();
});

test("a closure's effect is read until every trip has been looked at", async () => {
  vi.useFakeTimers();
  const answers = [made(false, 0), made(false, 2), made(true, 4)];
  const fetched = vi.fn<(path: string) => Promise<Response>>(() => Promise.resolve(Response.json(answers.shift() ?? made(true, 4))));
  vi.stubGlobal("fetch", fetched);
  changeDraft({ at: AT });
  await saveDraft();
  expect(closures.get()).toMatchObject({ draft: null, selectedId: "clo_1" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(fetched.mock.calls.map(([path]) => path)).toEqual(["/api/v1/closures", "/api/v1/closures/clo_1", "/api/v1/closures/clo_1"]);
  expect(closures.get().items[0]?.effect).toMatchObject({ done: true, rerouted: 4 });
  vi.useRealTimers();
});

test("a closure is planned, in force, over", () => {
  const closure = { from: "2026-03-05T07:30:00Z", until: "2026-03-05T08:30:00Z" };
  expect([NOW - 1, NOW, NOW + 3_599_999, NOW + 3_600_000].map((at) => phaseAt(closure, at))).toEqual(["planned", "inForce", "inForce", "over"]);
  expect(phaseAt({ ...closure, until: null }, NOW + 1e12)).toBe("inForce");
});

test("a circle's rim is as far from its middle as its radius says", () => {
  const ring = circleRing(AT, 250);
  expect(ring.at(0)).toEqual(ring.at(-1));
  for (const [lon, lat] of ring) expect(metresBetween(AT, { lat, lon })).toBeCloseTo(250, 0);
});
