import { afterEach, expect, test, vi } from "vitest";
import type { Trip } from "../../src/contracts/api";
import { begunTrips, readLastEvents, withLive } from "../../src/store/lastEvents";

const event = (kind: string, name: string, at: string, reason: string | null = null) => ({ kind, name, at, reason, flags: [] });
const minute = (n: number) => `2026-03-05T08:${String(n).padStart(2, "0")}:00Z`;
const NEVER = new AbortController().signal;

/** A server that knows the events of these trips, and the trips it was asked about. */
function serve(trips: Readonly<Record<string, unknown[]>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (path: string) => {
    const [, id = ""] = /trips\/([^/]+)\/events/.exec(path) ?? [];
    asked.push(id);
    return Promise.resolve(Response.json({ items: trips[id] ?? [], truncated: false }));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

test("states and alerts come newest first, and neither reports nor more than a handful", async () => {
  const states = Array.from({ length: 8 }, (_, n) => event("state", "driving", minute(n)));
  serve({ a: [...states, event("alert", "overspeed", minute(30)), event("report", "flagged", minute(40)), event("driving", "idling", minute(41))] });
  const found = await readLastEvents(["a"], NEVER);
  expect(found.map(({ name, at }) => [name, at])).toEqual([["overspeed", minute(30)], ...[7, 6, 5, 4, 3].map((n) => ["driving", minute(n)])]);
  expect(found.every(({ tripId }) => tripId === "a")).toBe(true);
});

test("of two events of one moment the later one stands on top", async () => {
  serve({ a: [event("state", "scheduled", minute(1)), event("state", "driving", minute(1))] });
  const found = await readLastEvents(["a"], NEVER);
  expect(found.map(({ name }) => name)).toEqual(["driving", "scheduled"]);
});

test("a trip before is read only where the newest one tells too little", async () => {
  const many = Array.from({ length: 6 }, (_, n) => event("state", "driving", minute(10 + n)));
  const asked = serve({ full: many, short: [event("state", "driving", minute(50))], before: [event("state", "arrived", minute(9))] });
  await readLastEvents(["full", "before"], NEVER);
  expect(asked).toEqual(["full"]);
  const found = await readLastEvents(["short", "before"], NEVER);
  expect(found.map(({ tripId, name }) => `${tripId} ${name}`)).toEqual(["short driving", "before arrived"]);
});

test("what the socket has told since stands on top, once", async () => {
  serve({ a: [event("state", "driving", minute(1))] });
  const read = await readLastEvents(["a"], NEVER);
  const live = { tripId: "a", state: "waiting", reason: "signal", eventTime: minute(2), eta: null } as const;
  expect(withLive(read, live).map(({ name }) => name)).toEqual(["waiting", "driving"]);
  expect(withLive(withLive(read, live), live)).toHaveLength(2);
  expect(withLive(read, { ...live, state: "driving", reason: null })).toEqual(read);
  expect(withLive(read, { ...live, eventTime: minute(0) })).toEqual(read);
  expect(withLive(read, undefined)).toBe(read);
});

test("only trips of the vehicle that have begun are read", () => {
  const trips = [["c", "v", "scheduled"], ["b", "v", "driving"], ["x", "w", "driving"], ["a", "v", "arrived"]].map(([id, vehicle_id, state]) => ({ id, vehicle_id, state })) as unknown as Trip[];
  expect(begunTrips(trips, "v")).toBe("b a");
});
