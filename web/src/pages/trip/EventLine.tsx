import type { TripEvent } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { aboutOf, nameOf } from "./eventWords";

/** An event in a list: its mark, what it is, and when, as the list tells times. */
export function EventLine({ event, time }: { event: TripEvent; time: string }) {
  const i18n = useI18n();
  return (
    <>
      <span className={`event-dot ${event.kind}`} data-state={event.name} aria-hidden="true" />
      <span className="event-text">
        <strong>{nameOf(event, i18n)}</strong>
        <span className="quiet">{aboutOf(event, i18n)}</span>
      </span>
      <time className="quiet number" dateTime={event.at}>
        {time}
      </time>
    </>
  );
}
