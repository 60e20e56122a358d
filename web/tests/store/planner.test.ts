import { beforeEach, expect, test, vi } from "vitest";
import { addStop, closePlanner, moveStop, openPlanner, placeStop, removeStop, setStop, wanted } from "../../src/store/plannerActions";
import { planner } from "../../src/store/state";

const A = { lat: 43.73, lon: 7.41 };
const B = { lat: 43.74, lon: 7.42 };
const C = { lat: 43.75, lon: 7.43 };
const stops = () => planner.get().stops;

beforeEach(() => {
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  closePlanner();
  openPlanner("veh_1");
});

test("clicks set the start, then the destination, then go further", () => {
  placeStop(A);
  expect(wanted()).toBeNull();
  placeStop(B);
  expect(wanted()).toEqual({ waypoints: [A, B] });
  placeStop(C);
  expect(wanted()).toEqual({ waypoints: [A, B, C] });
});

test("a stop between waits its minutes; ends never do", () => {
  placeStop(A);
  placeStop(B);
  addStop();
  placeStop(C);
  for (const stop of stops()) setStop(stop.key, { dwellMin: 5 });
  expect(wanted()).toEqual({ waypoints: [A, { ...C, dwell_s: 300 }, B] });
});

test("stops can be moved and removed, and two always remain", () => {
  placeStop(A);
  placeStop(B);
  placeStop(C);
  moveStop(2, 0);
  expect(stops().map((stop) => stop.at)).toEqual([C, A, B]);
  moveStop(0, -1);
  expect(stops().map((stop) => stop.at)).toEqual([C, A, B]);
  for (const stop of stops()) removeStop(stop.key);
  expect(stops().map((stop) => stop.at)).toEqual([null, null]);
});
