import { useEffect, useMemo, useRef, useState } from "react";
import type { TripEvent } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { cursor } from "../../store/cursor";
import { rowAt } from "../../store/series";
import { Segments } from "../../ui/Segments";
import { EventLine } from "./EventLine";

const KINDS = ["all", "state", "driving", "alert", "report"] as const;
type Kind = (typeof KINDS)[number];
const AT_ONCE = 300;

/** What happened, in order of time. The moment that the cursor stands at is marked; a click moves it. */
export function Events({ events, truncated }: { events: readonly TripEvent[]; truncated: boolean }) {
  const { t, format } = useI18n();
  const [kind, setKind] = useState<Kind>("all");
  const [most, setMost] = useState(AT_ONCE);
  const ofKind = useMemo(() => events.filter((event) => kind === "all" || event.kind === kind), [events, kind]);
  const listed = useMemo(() => ofKind.slice(0, most), [ofKind, most]);
  const times = useMemo(() => listed.map((event) => Date.parse(event.at)), [listed]);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const mark = () => {
      const ms = cursor.get();
      const row = ms === null ? -1 : rowAt(times, ms);
      const box = list.current;
      box?.querySelector("[aria-current]")?.removeAttribute("aria-current");
      const item = box?.children[row];
      if (!box || !(item instanceof HTMLElement)) return;
      item.setAttribute("aria-current", "true");
      const [top, bottom] = [item.offsetTop, item.offsetTop + item.offsetHeight];
      if (box.matches(":hover") || (top >= box.scrollTop && bottom <= box.scrollTop + box.clientHeight)) return;
      box.scrollTop = top - box.clientHeight / 2;
    };
    mark();
    return cursor.subscribe(mark);
  }, [times]);
  const some = KINDS.filter((one) => one === "all" || events.some((event) => event.kind === one));
  return (
    <section className="card record-events" aria-label={t("record.events")}>
      <div className="card-head">
        <h2>{t("record.events")}</h2>
        <span className="quiet number">{format.count(ofKind.length)}</span>
      </div>
      <Segments
        label={t("record.events")}
        value={kind}
        options={some.map((value) => ({ value, label: t(value === "all" ? "record.all" : `record.kind${value}`), testId: `events-${value}` }))}
        onChange={setKind}
      />
      {listed.length === 0 && <p className="quiet centred">{t("record.noEvents")}</p>}
      <ol ref={list} className="event-list" data-testid="event-list" tabIndex={-1}>
        {listed.map((event, i) => (
          <li key={`${event.kind} ${event.name} ${event.at} ${event.seq ?? i}`} data-testid="event" data-kind={event.kind} data-name={event.name}>
            <button type="button" onClick={() => cursor.set(Date.parse(event.at), "events")}>
              <EventLine event={event} time={format.clock(Date.parse(event.at))} />
            </button>
          </li>
        ))}
      </ol>
      {ofKind.length > most && (
        <button type="button" className="chip" onClick={() => setMost(most + AT_ONCE)}>
          {t("trips.more")}
        </button>
      )}
      {truncated && <p className="quiet">{t("record.truncated")}</p>}
    </section>
  );
}
