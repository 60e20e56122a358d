import { expect, test } from "vitest";
import { legOf } from "../../src/map/legs";

const at = (lon: number, lat: number) => ({ lat, lon });
const LINE = [0, 1, 2, 3, 4, 5, 6].map((x) => [x, 0]);

test("a point of the line lies between the stops that it is driven between", () => {
  const stops = [at(0, 0), at(3, 0), at(6, 0)];
  expect(legOf(LINE, stops, at(1, 0.1))).toBe(1);
  expect(legOf(LINE, stops, at(5, -0.1))).toBe(2);
  expect(legOf(LINE, [at(0, 0), at(6, 0)], at(6, 0))).toBe(1);
});

test("a way there and back is told apart by the order of driving", () => {
  const thereAndBack = [...LINE, ...LINE.toReversed().map(([x]) => [x ?? 0, 0.001])];
  const stops = [at(0, 0), at(6, 0), at(0, 0.001)];
  expect(legOf(thereAndBack, stops, at(2, 0))).toBe(1);
  expect(legOf(thereAndBack, stops, at(2, 0.001))).toBe(2);
});
