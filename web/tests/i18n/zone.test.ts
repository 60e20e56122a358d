import { expect, test } from "vitest";
import { fromLocal, makeI18n, toLocal } from "../../src/i18n";
import { knownZone } from "../../src/i18n/zone";

const MARCH = Date.parse("2026-03-05T07:30:15Z");

test("a time is written and read back as the zone's clocks show it", () => {
  expect(toLocal(MARCH, "Europe/Monaco")).toBe("2026-03-05T08:30");
  expect(toLocal(MARCH, "Asia/Kolkata", true)).toBe("2026-03-05T13:00:15");
  for (const zone of ["Europe/Monaco", "Asia/Kolkata", "America/Bogota", "UTC"]) {
    expect(fromLocal(toLocal(MARCH, zone, true), zone)).toBe(MARCH);
  }
});

test("the hours around a change of the clocks are told apart", () => {
  // On 25 October 2026 Monaco's clocks go from 03:00 back to 02:00; on 29 March from 02:00 to 03:00.
  expect(new Date(fromLocal("2026-10-25T01:59", "Europe/Monaco")).toISOString()).toBe("2026-10-24T23:59:00.000Z");
  expect(new Date(fromLocal("2026-10-25T02:30", "Europe/Monaco")).toISOString()).toBe("2026-10-25T00:30:00.000Z");
  expect(new Date(fromLocal("2026-10-25T03:30", "Europe/Monaco")).toISOString()).toBe("2026-10-25T02:30:00.000Z");
  expect(new Date(fromLocal("2026-03-29T03:30", "Europe/Monaco")).toISOString()).toBe("2026-03-29T01:30:00.000Z");
});

test("what is no time is NaN, and a zone nobody knows is UTC", () => {
  expect(fromLocal("", "UTC")).toBeNaN();
  expect(fromLocal("2026-03-05", "UTC")).toBeNaN();
  expect(knownZone("Europe/Atlantis")).toBe("UTC");
});

test("times of day are those of the zone, also over midnight", () => {
  const { format } = makeI18n("es", "Asia/Tokyo");
  expect(format.clock(MARCH)).toBe("16:30:15");
  expect(format.time(Date.parse("2026-03-05T15:30:00Z"), MARCH)).toBe("6 mar, 00:30");
});

test("a lag is told to the tenth while it is short", () => {
  expect([3.2, 59.94, 125].map(makeI18n("en", "UTC").format.lag)).toEqual(["3.2 s", "59.9 s", "2 min"]);
});
