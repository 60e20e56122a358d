import { expect, test } from "vitest";
import type { Trip, Vehicle } from "../../src/contracts/api";
import { withRoute } from "../../src/store/fleetActions";
import { ANY, fleetsOf, matches, readTags, tagsOf } from "../../src/store/vehicleFilter";

const trip = (revision: number, points: number) =>
  ({ id: "trp_1", revision, route: { geometry: { type: "LineString", coordinates: Array.from({ length: points }, (_, i) => [i, revision]) } } }) as unknown as Trip;

const vehicle = (name: string, fleet: string | null, tags: string[]) => ({ name, fleet, tags }) as Vehicle;
const VEHICLES = [vehicle("Van 1", "couriers", ["north", "electric"]), vehicle("Bus 12", "urban", ["north"]), vehicle("Car", null, [])];

test("a list's outline does not replace the full route, a reroute does", () => {
  expect(withRoute(trip(0, 20), trip(0, 300)).route.geometry.coordinates).toHaveLength(300);
  expect(withRoute(trip(1, 20), trip(0, 300)).route.geometry.coordinates).toHaveLength(20);
});

test("vehicles are found by name, fleet and tag together", () => {
  const names = (filter: Partial<typeof ANY>) => VEHICLES.filter((one) => matches(one, { ...ANY, ...filter })).map(({ name }) => name);
  expect(names({})).toEqual(["Van 1", "Bus 12", "Car"]);
  expect(names({ tag: "north" })).toEqual(["Van 1", "Bus 12"]);
  expect(names({ tag: "north", fleet: "urban" })).toEqual(["Bus 12"]);
  expect(names({ text: " VAN" })).toEqual(["Van 1"]);
  expect([fleetsOf(VEHICLES), tagsOf(VEHICLES)]).toEqual([["couriers", "urban"], ["electric", "north"]]);
});

test("tags are parted by commas, semicolons or lines, each once", () => {
  expect(readTags(" north, electric;north\n\ncold chain ,")).toEqual(["north", "electric", "cold chain"]);
});
