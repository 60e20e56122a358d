import { expect, test } from "vitest";
import { fill, makeI18n, pickLanguage } from "../../src/i18n";
import { en, type Part } from "../../src/i18n/en";
import { es } from "../../src/i18n/es";
import { loadTexts } from "../../src/i18n/texts";

const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).toSorted();

test("every text stands once, has the same holes in both languages, and is not empty", async () => {
  const known = new Set<string>();
  for (const part of Object.keys(en) as Part[]) {
    const english: Readonly<Record<string, string>> = (await en[part]()).default;
    const spanish: Readonly<Record<string, string>> = (await es[part]()).default;
    expect(Object.keys(spanish)).toEqual(Object.keys(english));
    for (const [key, said] of Object.entries(english)) {
      expect(known.has(key), key).toBe(false);
      known.add(key);
      expect(holes(spanish[key] ?? ""), key).toEqual(holes(said));
      expect((spanish[key] ?? "").trim().length * said.trim().length, key).toBeGreaterThan(0);
    }
  }
});

test("a text is there once its part is loaded", async () => {
  const { t } = makeI18n("es", "UTC");
  expect(t("replay.empty")).toBe("replay.empty");
  await loadTexts("es", ["replay"]);
  expect(t("replay.empty")).not.toBe("replay.empty");
});

test("a remembered language wins, then the browser's first that we speak, then English", () => {
  expect(pickLanguage("es", ["en-GB"])).toBe("es");
  expect(pickLanguage(null, ["de-DE", "es-MX", "en"])).toBe("es");
  expect(pickLanguage("xx", ["fr"])).toBe("en");
});

test("a hole without a value stays to be seen", () => {
  expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}");
});

test("distances and times read as people write them", () => {
  const { format } = makeI18n("en");
  expect([8, 87, 854, 3240, 120_400].map(format.distance)).toEqual(["8 m", "87 m", "850 m", "3.2 km", "120 km"]);
  expect([45, 59.7, 725, 3900, 200_000].map(format.duration)).toEqual(["45 s", "1 min", "12 min", "1 h 05 min", "2 d"]);
  expect(makeI18n("es").format.distance(3240)).toBe("3,2 km");
  expect(format.speed(13.89)).toBe("50 km/h");
});

test("whoever wants miles reads miles", () => {
  const { format } = makeI18n("en", "UTC", "imperial");
  expect([8, 150, 854, 3240, 200_000].map(format.distance)).toEqual(["26 ft", "490 ft", "0.5 mi", "2.0 mi", "124 mi"]);
  expect(format.speed(13.41)).toBe("30 mph");
});
