/** Times of day in a named zone, as a `datetime-local` box writes them: 2026-03-05T08:30, with or without seconds. */

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
const formats = new Map<string, Intl.DateTimeFormat>();

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone itself where this browser knows it, else UTC. */
export function knownZone(zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone ?? "UTC" }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

export function toLocal(ms: number, zone: string, seconds = false): string {
  const shifted = new Date(ms + offsetMs(ms, zone)).toISOString();
  return shifted.slice(0, seconds ? 19 : 16);
}

/** Ms since the epoch, NaN where the text is no time. Of the hour that an autumn night has twice, the first. */
export function fromLocal(text: string, zone: string): number {
  if (!LOCAL.test(text)) return Number.NaN;
  const utc = Date.parse(`${text}Z`);
  const before = utc - offsetMs(utc - 86_400_000, zone);
  return offsetMs(before, zone) === utc - before ? before : utc - offsetMs(utc, zone);
}

/** What the zone's clocks show, less what UTC's do. */
function offsetMs(ms: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}
