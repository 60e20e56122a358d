import { expect, test } from "vitest";
import { namesOf } from "../../src/store/vehicleBulk";

test("names of many vehicles differ by a number", () => {
  expect(namesOf("Van {n} north", 3, 2)).toEqual(["Van 3 north", "Van 4 north"]);
  expect(namesOf("Bus", 1, 3)).toEqual(["Bus 1", "Bus 2", "Bus 3"]);
  expect(namesOf("Bus", 1, 0)).toEqual([]);
});
