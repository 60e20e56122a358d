export const UNITS = ["metric", "imperial"] as const;
export type Units = (typeof UNITS)[number];

const M_A_MILE = 1609.344;
const M_A_FOOT = 0.3048;

/** Numbers, distances and times as people of a language write them. World times show in the zone given. */
export interface Format {
  count: (value: number) => string;
  /** 850 m, 3.2 km, 120 km; or 490 ft, 2.0 mi, 75 mi. */
  distance: (metres: number) => string;
  /** 45 s, 12 min, 1 h 05 min. */
  duration: (seconds: number) => string;
  /** Whole km/h, or mph. */
  speed: (metresPerSecond: number) => string;
  percent: (share: number) => string;
  /** Hours and minutes; with the day where it isn't `nearMs`'s. */
  time: (ms: number, nearMs?: number) => string;
  clock: (ms: number) => string;
  date: (ms: number) => string;
  /** With the weekday, without the year: Thu 5 Mar. */
  day: (ms: number) => string;
  /** 3.2 s, 45.0 s, then as durations. */
  lag: (seconds: number) => string;
  /** 0.1, 2.5, 1,000: no more digits than it has. */
  plain: (value: number) => string;
}

const duration = (seconds: number): string => {
  if (Math.round(seconds) < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.round(minutes / 1440)} d`;
};

export function formatFor(language: string, timeZone: string, units: Units = "metric"): Format {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0, useGrouping: "always" });
  const oneDecimal = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone });
  const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone });
  const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 2, useGrouping: "always" });
  const distanceIn = (small: number, large: number, from: number, smallName: string, largeName: string) => (metres: number) => {
    const few = metres / small;
    if (metres < from) return `${whole.format(few < 100 ? few : Math.round(few / 10) * 10)} ${smallName}`;
    return `${(metres < 99.95 * large ? oneDecimal : whole).format(metres / large)} ${largeName}`;
  };
  const sameDay = (a: number, b: number) => date.format(a) === date.format(b);
  return {
    count: (value) => whole.format(value),
    distance: units === "metric" ? distanceIn(1, 1000, 1000, "m", "km") : distanceIn(M_A_FOOT, M_A_MILE, 1000 * M_A_FOOT, "ft", "mi"),
    duration,
    speed: (metresPerSecond) =>
      units === "metric" ? `${whole.format(metresPerSecond * 3.6)} km/h` : `${whole.format((metresPerSecond * 3600) / M_A_MILE)} mph`,
    percent: (share) => percent.format(share),
    time: (ms, nearMs) =>
      nearMs === undefined || sameDay(ms, nearMs) ? time.format(ms) : `${day.format(ms)}, ${time.format(ms)}`,
    clock: (ms) => clock.format(ms),
    date: (ms) => date.format(ms),
    day: (ms) => weekday.format(ms),
    lag: (seconds) => (seconds < 60 ? `${oneDecimal.format(seconds)} s` : duration(seconds)),
    plain: (value) => plain.format(value),
  };
}
