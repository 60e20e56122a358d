import { expect, test } from "vitest";
import { makeI18n } from "../../src/i18n";
import { findHere, placesAsFound, plain } from "../../src/pages/search/found";
import { loadTexts } from "../../src/i18n/texts";
import { fleet } from "../../src/store/state";

const names = ["Taxi Mónaco", "Furgo 7", "Bus 12"];
const known = {
  ...fleet.get(),
  vehicles: names.map((name, index) => ({ id: `veh_${index}`, name, vehicle_class: "van" })) as never,
  trips: [{ id: "trp_abc", vehicle_id: "veh_1", state: "arrived", start_at: "2026-03-05T07:30:00Z" }] as never,
};
await loadTexts("en", ["core", "vehicles"]);
const i18n = makeI18n("en", "UTC");
const found = (text: string) => findHere(text, known, i18n).map(({ name, key }) => `${name} ${key}`);

test("accents and case do not matter", () => {
  expect(plain(" Mónaco ")).toBe("monaco");
  expect(found("monaco")).toEqual(["Taxi Mónaco veh_0"]);
});

test("a vehicle's trips are found by its name, and a trip by its id", () => {
  expect(found("furgo")).toEqual(["Furgo 7 veh_1", "Furgo 7 trp_abc"]);
  expect(found("trp_a")).toEqual(["Furgo 7 trp_abc"]);
});

test("pages are found by their names, and nothing by nonsense", () => {
  expect(found("settin")).toEqual(["Settings /settings"]);
  expect(found("zzz")).toEqual([]);
});

test("places say what they are", () => {
  const place = { name: "Casino", kind: "casino", lat: 43.7, lon: 7.4 } as never;
  expect(placesAsFound([place], i18n)[0]).toMatchObject({ name: "Casino", icon: "target" });
});
