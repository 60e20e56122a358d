import { expect, test } from "vitest";
import { WorldTime } from "../../src/live/clock";
import { DisplayTime } from "../../src/store/displayTime";

const START = Date.parse("2026-03-05T07:30:00Z");

function running(rate: number) {
  let wall = 0;
  const world = new WorldTime(() => wall);
  world.sync(START, rate);
  const shown = new DisplayTime(world);
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i += 20) {
      wall += 20;
      shown.now();
    }
  };
  pass(5000);
  return { world, shown, pass };
}

test("a paused world is shown up to its last moment, not the moment before the delay", () => {
  const { world, shown, pass } = running(10);
  const stoppedAt = world.now();
  expect(shown.now()).toBeLessThan(stoppedAt);
  world.sync(stoppedAt, 0);
  expect(shown.isRunning).toBe(true);
  pass(4000);
  expect(shown.now()).toBe(stoppedAt);
  expect(shown.isRunning).toBe(false);
});

test("a step of a paused world is shown, and running on does not go back", () => {
  const { world, shown, pass } = running(1);
  world.sync(world.now(), 0);
  pass(4000);
  const stepped = world.now() + 60_000;
  world.sync(stepped, 0);
  pass(4000);
  expect(shown.now()).toBe(stepped);
  world.sync(stepped, 1);
  pass(500);
  expect(shown.now()).toBeGreaterThanOrEqual(stepped);
});
