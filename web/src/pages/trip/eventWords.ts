import type { TripEvent } from "../../contracts/api";
import type { I18n, MessageKey } from "../../i18n";

export function reasonOf(reason: string, { t }: Pick<I18n, "t">): string {
  return t(`reason.${reason}` as MessageKey);
}

export function nameOf(event: TripEvent, { t }: I18n): string {
  if (event.kind === "state") return t(`state.${event.name}` as MessageKey);
  const name = t(`event.${event.name}` as MessageKey);
  return event.seq === null || event.kind !== "report" ? name : `${name} ${event.seq}`;
}

export function aboutOf(event: TripEvent, i18n: I18n): string {
  const { t, format } = i18n;
  const length = event.until ? (Date.parse(event.until) - Date.parse(event.at)) / 1000 : 0;
  const parts = [
    event.reason && reasonOf(event.reason, i18n),
    event.flags.map((flag) => t(`flag.${flag}` as MessageKey)).join(", "),
    event.value !== null && event.unit && (event.unit === "s" ? format.duration(event.value) : event.unit === "m/s" ? `+${format.speed(event.value)}` : `${format.plain(event.value)} ${event.unit}`),
    event.road_name,
    length >= 1 && event.kind !== "alert" && format.duration(length),
  ];
  return parts.filter(Boolean).join(" · ");
}
