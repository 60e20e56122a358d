/** How a figure's numbers are read: in a person's units, with few digits. */
import type { I18n, MessageKey } from "../../i18n";

const M_A_MILE = 1609.344;

export type Kind = "count" | "distance" | "duration" | "hours" | "share" | "energy" | "per100" | "mass" | "perKm" | "speed" | "score" | "rate" | "perFar" | "day" | "hour" | "text" | "reason" | "class" | "driver" | "energyKind";

export interface Measure {
  /** From the API's unit to the one shown. */
  shown: (value: number) => number;
  /** Of the axis. */
  unit: string;
  /** A shown value on an axis, bare. */
  tick: (value: number) => string;
  /** A shown value with its unit. */
  text: (value: number) => string;
}

export function measure({ format, preferences, language, t }: I18n, kind: Kind): Measure {
  const metric = preferences.units === "metric";
  const long = metric ? 1000 : M_A_MILE;
  const far = metric ? "km" : "mi";
  const round = new Intl.NumberFormat(language, { maximumSignificantDigits: 3, useGrouping: "always" });
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0, useGrouping: "always" });
  const few = (value: number) => (Math.abs(value) >= 100 ? whole : round).format(value);
  const of = (factor: number, unit: string): Measure => ({
    shown: (value) => value * factor,
    unit,
    tick: few,
    text: (value) => (unit ? `${few(value)} ${unit}` : few(value)),
  });
  switch (kind) {
    case "distance":
      return of(1 / long, far);
    case "hours":
      return of(1 / 3600, "h");
    case "duration":
      return { shown: (value) => value, unit: "s", tick: format.duration, text: (value) => `${value < 0 ? "−" : ""}${format.duration(Math.abs(value))}` };
    case "share":
      return { shown: (value) => value * 100, unit: "%", tick: few, text: (value) => format.percent(value / 100) };
    case "energy":
      return of(1, "kWh");
    case "per100":
      return of(long / 1000, `kWh/100 ${far}`);
    case "mass":
      return of(1, "kg CO₂");
    case "perKm":
      return of(long / 1000, `g/${far}`);
    case "speed":
      return of(metric ? 3.6 : 3600 / M_A_MILE, metric ? "km/h" : "mph");
    case "rate":
      return of(long / 1000, t("dash.per100", { unit: far }));
    case "perFar":
      return of(long / 1000, "");
    default:
      return of(1, "");
  }
}

/** Any value of a row as a table shows it. */
export function cellText(i18n: I18n, kind: Kind, value: unknown): string {
  const { t } = i18n;
  if (value === null || value === undefined || value === "") return "–";
  switch (kind) {
    case "day":
      return dayName(i18n, String(value), true);
    case "hour":
      return hourName(Number(value));
    case "text":
      return String(value);
    case "reason":
      return value === "parked" ? t("dash.parked") : value === "paused" ? t("state.paused") : t(`reason.${String(value)}` as MessageKey);
    case "class":
      return t(`class.${String(value)}` as MessageKey);
    case "driver":
      return t(`driver.${String(value)}` as MessageKey);
    case "energyKind":
      return t(`dash.energy.${String(value)}` as MessageKey);
    default: {
      const how = measure(i18n, kind);
      return how.text(how.shown(Number(value)));
    }
  }
}

/** Days are UTC's, wherever their reader is. */
export function dayName({ language }: I18n, day: string, long = false): string {
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language, long ? { weekday: "short", ...options } : options).format(Date.parse(day));
}

export const hourName = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;
