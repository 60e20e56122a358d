import { expect, test } from "vitest";
import { match } from "../../src/store/address";

test("a pattern names the parts of a path, and refuses other pages", () => {
  expect(match("/", "/")).toEqual({});
  expect(match("/trips", "/trips/")).toEqual({});
  expect(match("/trips/:id", "/trips/trp_1")).toEqual({ id: "trp_1" });
  expect(match("/trips/:id", "/trips/a%20b")).toEqual({ id: "a b" });
  expect(match("/trips/:id", "/trips/%")).toEqual({ id: "%" });
  expect(match("/trips", "/trips/trp_1")).toBeNull();
  expect(match("/", "/trips")).toBeNull();
});
