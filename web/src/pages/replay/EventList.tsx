import { useEffect, useRef, useState } from "react";
import type { Mark } from "../../contracts/api";
import { type MessageKey, useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { useStore } from "../../store/create";
import { selectInPast } from "../../store/fleetActions";
import { seek } from "../../store/pastActions";
import { replay } from "../../store/replayActions";
import { fleet, past } from "../../store/state";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Segments } from "../../ui/Segments";
import { SHOWN, useMarks, useShown } from "./useMarks";

/** So many stand around the moment that is looked at; the list moves with it. */
const AROUND = 60;

/** What began, ended or was noticed on the day; a click goes there. */
export function EventList() {
  const { t, format } = useI18n();
  const { loading, truncated } = useStore(replay, (value) => value);
  const at = useStore(past, (value) => value.at ?? 0);
  const marks = useMarks();
  const shown = useShown();
  const [low, setLow] = useState(false);
  const next = marks.findIndex((mark) => Date.parse(mark.at) > at);
  const now = (next < 0 ? marks.length : next) - 1;
  const from = Math.max(0, Math.min(now - AROUND / 2, marks.length - AROUND));
  return (
    <aside className="replay-events" aria-label={t("replay.events")}>
      <header className="between">
        <h2>{t("replay.events")}</h2>
        <span className="quiet number">{loading ? "…" : `${format.count(marks.length)}${truncated ? "+" : ""}`}</span>
        <IconButton icon={low ? "down" : "up"} label={t(low ? "panel.expand" : "panel.collapse")} aria-expanded={!low} onClick={() => setLow(!low)} />
      </header>
      {!low && (
        <>
          <Segments
            label={t("replay.show")}
            value={shown}
            options={SHOWN.map((value) => ({ value, label: t(`replay.show.${value}`), testId: `show-${value}` }))}
            onChange={(show) => setQuery({ show: show === "all" ? null : show })}
          />
          <ol className="replay-marks" data-testid="replay-marks">
            {marks.slice(from, from + AROUND).map((mark, index) => (
              <Row key={`${mark.at} ${mark.what} ${mark.trip_id}`} mark={mark} isNow={from + index === now} />
            ))}
          </ol>
          {!loading && marks.length === 0 && <p className="quiet">{t("replay.noEvents")}</p>}
        </>
      )}
    </aside>
  );
}

function Row({ mark, isNow }: { mark: Mark; isNow: boolean }) {
  const { t, format } = useI18n();
  const name = useStore(fleet, (value) => value.vehicles.find((one) => one.id === mark.vehicle_id)?.name);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isNow) row.current?.scrollIntoView({ block: "nearest" });
  }, [isNow]);
  const what = t((mark.kind === "alert" ? `event.${mark.what}` : `state.${mark.what}`) as MessageKey);
  const ms = Date.parse(mark.at);
  return (
    <li ref={row} aria-current={isNow ? "time" : undefined}>
      <button
        type="button"
        data-testid="replay-mark"
        data-kind={mark.kind}
        onClick={() => {
          seek(ms);
          selectInPast(mark.vehicle_id);
        }}
      >
        <Icon name={mark.kind === "alert" ? "warn" : "route"} />
        <span className="row-text">
          <strong>{what}</strong>
          <span className="quiet">{name ?? mark.vehicle_id}</span>
        </span>
        <time className="quiet number" dateTime={mark.at}>
          {format.clock(ms)}
        </time>
      </button>
    </li>
  );
}
