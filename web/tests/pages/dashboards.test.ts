import { expect, test } from "vitest";
import { makeI18n } from "../../src/i18n";
import { loadTexts } from "../../src/i18n/texts";
import { stepOf } from "../../src/map/figures/colours";
import { bent } from "../../src/map/figures/flows";
import { cellText, dayName, measure } from "../../src/pages/dashboards/measures";
import { densityBreaks, minutesIn, ofHour, picture } from "../../src/pages/dashboards/pictures";
import { everyDay, lastDays, queryOf, spanOf } from "../../src/pages/dashboards/span";

const DAYS = ["2026-02-20", "2026-03-01", "2026-03-02", "2026-03-03"];
const span = (query: string, days = DAYS) => spanOf(new URLSearchParams(query), days);

test("what an address leaves open are the last days that are refined", () => {
  expect(span("")).toMatchObject({ from: "2026-02-25", to: "2026-03-03", fleet: "", vehicle: "" });
  expect(span("", ["2026-03-02", "2026-03-03"])).toMatchObject({ from: "2026-03-02", to: "2026-03-03" });
  expect(span("to=2026-02-21")).toMatchObject({ from: "2026-02-20", to: "2026-02-21" });
  expect(span("from=2026-05-01")).toMatchObject({ from: "2026-05-01", to: "2026-05-01" });
  expect(span("", [])).toBeNull();
});

test("an address that makes no sense still shows something", () => {
  expect(span("from=2026-03-09&to=2026-03-02")).toMatchObject({ from: "2026-03-02", to: "2026-03-09" });
  expect(span("from=2026-02-31&to=soon")).toMatchObject({ to: "2026-03-03" });
  expect(span("from=1999-01-01&to=2026-03-03")?.from).toBe("2025-03-03");
  expect(span("class=tank&fleet=north")).toMatchObject({ vehicleClass: "", fleet: "north" });
});

test("every day of a span is there, over the end of February too", () => {
  expect(everyDay({ from: "2026-02-27", to: "2026-03-02" })).toEqual(["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]);
  expect(lastDays(DAYS, 1, "2026-03-03")).toBe("2026-03-03");
});

test("the API is asked for what is chosen and for no more", () => {
  expect(queryOf({ from: "a", to: "b", fleet: "north", vehicleClass: "", vehicle: "" })).toEqual({ from: "a", to: "b", fleet: "north" });
});

test("numbers are told in a person's units and language", async () => {
  await loadTexts("es", ["dashboards"]);
  const [english, miles, spanish] = [makeI18n("en", "UTC"), makeI18n("en", "UTC", "imperial"), makeI18n("es", "UTC")];
  expect(cellText(english, "distance", 12_345)).toBe("12.3 km");
  expect(cellText(miles, "distance", 16_093.44)).toBe("10 mi");
  expect(cellText(spanish, "distance", 1_234_567)).toBe("1.235 km");
  expect(cellText(miles, "per100", 20)).toBe("32.2 kWh/100 mi");
  expect(cellText(english, "share", 0.755)).toBe("76%");
  expect(cellText(english, "duration", -90)).toBe("−2 min");
  expect(cellText(english, "speed", null)).toBe("–");
  expect(cellText(spanish, "reason", "parked")).toBe("aparcado");
  expect(measure(english, "hours").shown(7_200)).toBe(2);
});

test("a day of UTC is the same day wherever its reader is", () => {
  for (const zone of ["Pacific/Auckland", "America/Los_Angeles"]) expect(dayName(makeI18n("en", zone), "2026-03-05")).toBe("Mar 5");
});

const ROWS = [
  { cell: "a", hour: 8, present_s: 600, dwell_s: 0, reports: 1, mean_speed_mps: 4 },
  { cell: "a", hour: 9, present_s: 1200, dwell_s: 60, reports: 3, mean_speed_mps: 8 },
  { cell: "b", hour: 9, present_s: 3600, dwell_s: 0, reports: 5, mean_speed_mps: 1 },
];

test("all hours of a cell are one row, its speed weighed by reports", () => {
  const all = ofHour("density", ROWS, null);
  expect(all.map(({ cell, present_s: present }) => [cell, present])).toEqual([["b", 3600], ["a", 1800]]);
  expect(all[1]).toMatchObject({ dwell_s: 60, reports: 4, mean_speed_mps: 7 });
  expect(ofHour("density", ROWS, 9)).toEqual(ROWS.slice(1));
  expect(ROWS[0]?.present_s, "the answer itself is left alone").toBe(600);
});

test("density is minutes an hour, and hours share their breaks", () => {
  expect(minutesIn(ROWS[2] ?? {}, 2, 9)).toBe(30);
  expect(minutesIn({ present_s: 86_400 }, 1, null)).toBe(60);
  expect(densityBreaks(ROWS, 1, 8)).toEqual(densityBreaks(ROWS, 1, 9));
  const breaks = densityBreaks(ROWS, 1, 9);
  expect([0, 59.9, 60].map((value) => stepOf(value, breaks))).toEqual([0, 5, 5]);
  expect(breaks).toEqual(breaks.toSorted((a, b) => a - b));
});

test("rows without a place on the map are left out of it", () => {
  const ring = { type: "Polygon", coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] };
  const drawn = picture("density", ROWS.slice(1), { a: ring }, (row) => Number(row["present_s"]), [100]);
  expect(drawn.features.features.map(({ properties }) => properties)).toEqual([{ key: "a", step: 1 }]);
  const flows = [
    { from_cell: "a", to_cell: "b", trips: 4 },
    { from_cell: "a", to_cell: "a", trips: 2 },
    { from_cell: "a", to_cell: "nowhere", trips: 9 },
  ];
  const features = picture("flows", flows, { a: ring, b: ring }, () => 0, []).features.features;
  expect(features.map(({ geometry }) => geometry.type)).toEqual(["Point", "LineString"]);
  expect(features[0]?.geometry).toMatchObject({ coordinates: [1, 1] });
});

test("there and back bend to different sides and meet at their ends", () => {
  const [there, back] = [bent([0, 0], [1, 0]), bent([1, 0], [0, 0])];
  expect(there[0]).toEqual([0, 0]);
  expect(there.at(-1)).toEqual([1, 0]);
  expect(there[12]?.[1]).toBeLessThan(0);
  expect(back[12]?.[1]).toBeGreaterThan(0);
});
