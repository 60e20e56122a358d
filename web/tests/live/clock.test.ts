import { expect, test } from "vitest";
import { backoffMs } from "../../src/live/backoff";
import { WorldTime } from "../../src/live/clock";

function manual() {
  let wall = 1000;
  return { time: new WorldTime(() => wall), pass: (ms: number) => (wall += ms) };
}

test("world time runs on at its rate between the server's words", () => {
  const { time, pass } = manual();
  time.sync(50_000, 10);
  pass(200);
  expect(time.now()).toBe(52_000);
});

test("network jitter is corrected softly, a real jump at once", () => {
  const { time, pass } = manual();
  time.sync(50_000, 1);
  pass(1000);
  time.sync(51_100, 1);
  expect(time.now()).toBe(51_020);
  time.sync(900_000, 1);
  expect(time.now()).toBe(900_000);
});

test("a change of rate takes the server's time as it is, and a stopped world stands still", () => {
  const { time, pass } = manual();
  time.sync(50_000, 1);
  time.sync(50_010, 0);
  pass(5000);
  expect([time.now(), time.rate]).toEqual([50_010, 0]);
});

test("waits double up to 15 s and half of each is random", () => {
  expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
  expect(backoffMs(0, 0)).toBe(250);
  expect([backoffMs(50, 0), backoffMs(50, 1)]).toEqual([7500, 15_000]);
});
