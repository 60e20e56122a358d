import { fromLocal, toLocal } from "../i18n";

export const EVERY = ["never", "day", "weekday", "week"] as const;
export type Every = (typeof EVERY)[number];
/** So many trips the API plans in one order. */
export const MOST_TIMES = 200;

const DAY_MS = 86_400_000;

/** Times of departure at the same time of day by the zone's clocks, the first as given. */
export function departures(firstMs: number, every: Every, times: number, zone: string): number[] {
  if (every === "never") return [firstMs];
  const [day = "", time = ""] = toLocal(firstMs, zone, true).split("T");
  const found = [firstMs];
  for (let later = 1; found.length < Math.min(times, MOST_TIMES); later += 1) {
    const date = new Date(Date.parse(`${day}T00:00:00Z`) + later * (every === "week" ? 7 : 1) * DAY_MS);
    const isWeekend = date.getUTCDay() % 6 === 0;
    if (every === "weekday" && isWeekend) continue;
    found.push(fromLocal(`${date.toISOString().slice(0, 10)}T${time}`, zone));
  }
  return found;
}
