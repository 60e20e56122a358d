import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backToLive, MOST, seek } from "../../src/store/pastActions";
import { past, pastTracks, view } from "../../src/store/state";

const AT = Date.parse("2026-03-05T07:30:00Z");
const VEHICLE = {
  vehicle_id: "veh_1", name: "Van 1", vehicle_class: "van", trip_id: "trp_1", state: "driving", lat: 43.73, lon: 7.42,
  speed_mps: 10, heading_deg: 90, distance_m: 100, remaining_m: 300, progress: 0.25,
};
let questions: { at: string; limit: string; reply: (vehicles: object[]) => void; fail: (status: number, type: string) => void }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  questions = [];
  vi.stubGlobal("fetch", (path: string) => {
    const asked = new URL(path, "http://x").searchParams;
    return new Promise<Response>((resolve) => {
      const at = asked.get("at") ?? "";
      questions.push({
        at,
        limit: asked.get("limit") ?? "",
        reply: (vehicles) => resolve(Response.json({ at, vehicles, truncated: false })),
        fail: (status, type) => resolve(Response.json({ type, title: "No", status }, { status })),
      });
    });
  });
  view.set({ bbox: [7, 43, 8, 44] });
});

afterEach(() => {
  backToLive();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(200);

test("while one drags, one question is under way and the newest time is asked next", async () => {
  for (let i = 0; i < 50; i += 1) seek(AT + i * 1000);
  expect(questions.map(({ at }) => at)).toEqual(["2026-03-05T07:30:00.000Z"]);
  questions[0]?.reply([VEHICLE]);
  await settle();
  expect(questions.map(({ at }) => at)).toEqual(["2026-03-05T07:30:00.000Z", "2026-03-05T07:30:49.000Z"]);
  expect(questions[0]?.limit).toBe(String(MOST));
  questions[1]?.reply([VEHICLE]);
  await settle();
  expect(questions).toHaveLength(2);
  expect(past.get()).toMatchObject({ at: AT + 49_000, loading: false });
});

test("vehicles stand where they stood, also when one goes further back", async () => {
  const shown = async (at: number, lon: number) => {
    seek(at);
    questions.at(-1)?.reply([{ ...VEHICLE, lon }]);
    await settle();
    return pastTracks.shownAt(pastTracks.slotOf("veh_1") ?? -1).x * 360 - 180;
  };
  expect(await shown(AT, 7.42)).toBeCloseTo(7.42, 6);
  expect(await shown(AT - 60_000, 7.41)).toBeCloseTo(7.41, 6);
  expect(pastTracks.isMoving()).toBe(false);
  questions.length = 0;
  seek(AT - 120_000);
  questions[0]?.reply([]);
  await settle();
  expect(pastTracks.slotOf("veh_1")).toBeUndefined();
});

test("an answer that comes after the way back to live is dropped", async () => {
  seek(AT);
  backToLive();
  questions[0]?.reply([VEHICLE]);
  await settle();
  expect(past.get()).toMatchObject({ at: null, vehicles: {}, loading: false });
});

test("a time before the world's beginning is said, and shows nothing", async () => {
  seek(AT);
  questions[0]?.reply([VEHICLE]);
  await settle();
  seek(0);
  questions[1]?.fail(422, "urn:rumbo:problem:invalid-input");
  await settle();
  expect(past.get().error?.code).toBe("invalid-input");
  expect(past.get().vehicles).toEqual({});
  expect(pastTracks.slotOf("veh_1")).toBeUndefined();
});
