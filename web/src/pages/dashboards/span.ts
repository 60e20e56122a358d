/** Which days and vehicles are looked at: read from the address, and written to it. */
import type { FigureQuery } from "../../api/dashboards";
import { VEHICLE_CLASSES } from "../../contracts/api";

export interface Span {
  /** First and last day, UTC, both taken whole. */
  from: string;
  to: string;
  fleet: string;
  vehicleClass: string;
  vehicle: string;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 7;
const MOST_DAYS = 366;

const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
export const plusDays = (day: string, days: number): string => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
export const daysIn = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;

/** Every day of a span, those without data too. */
export const everyDay = ({ from, to }: Pick<Span, "from" | "to">): string[] =>
  Array.from({ length: daysIn(from, to) }, (_, index) => plusDays(from, index));

/** The span that an address names; what it leaves open are the last days that are refined. None is refined: null. */
export function spanOf(query: URLSearchParams, days: readonly string[]): Span | null {
  const last = days.at(-1);
  if (last === undefined) return null;
  const [one, other] = [query.get("from"), query.get("to")];
  let to = isDay(other) ? other : isDay(one) && one > last ? one : last;
  let from = isDay(one) ? one : lastDays(days, USUAL_DAYS, to);
  if (from > to) [from, to] = [to, from];
  if (daysIn(from, to) > MOST_DAYS) from = plusDays(to, 1 - MOST_DAYS);
  const kind = query.get("class") ?? "";
  return {
    from,
    to,
    fleet: query.get("fleet") ?? "",
    vehicleClass: VEHICLE_CLASSES.some((known) => known === kind) ? kind : "",
    vehicle: query.get("vehicle") ?? "",
  };
}

/** The first of so many days that end on `to`, but none before the first that is refined. */
export function lastDays(days: readonly string[], count: number, to: string): string {
  const from = plusDays(to, 1 - count);
  const first = days[0] ?? from;
  return first > from && first <= to ? first : from;
}

/** As the API asks for it. */
export function queryOf({ from, to, fleet, vehicleClass, vehicle }: Span): FigureQuery {
  const named = { fleet, vehicle_class: vehicleClass, vehicle_id: vehicle };
  return { from, to, ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== "")) };
}
