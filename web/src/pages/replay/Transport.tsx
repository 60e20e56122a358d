import { useCallback } from "react";
import { useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { useStore } from "../../store/create";
import { seek } from "../../store/pastActions";
import { DAY_MS, jump, RATES, replay, setReplayRate, toggleReplay } from "../../store/replayActions";
import { past, pastTracks } from "../../store/state";
import { IconButton } from "../../ui/Button";
import { useNow } from "../../ui/useNow";
import { useMarks } from "./useMarks";

const HEIGHT = 36;

/** The bar at the bottom: which day, where in it, how fast; under the slider how many vehicles drove when. */
export function Transport({ days }: { days: readonly string[] }) {
  const { t, format } = useI18n();
  const { dayMs, rate } = useStore(replay, (value) => value);
  const { at, playing, vehicles } = useStore(past, (value) => value);
  const marks = useMarks();
  const read = useCallback(() => (playing ? pastTracks.time.now() : at), [playing, at]);
  const played = useNow(read, 200);
  if (dayMs === null || at === null) return <div className="replay-bar quiet">…</div>;
  const shown = Math.min(dayMs + DAY_MS - 1, Math.max(dayMs, (playing ? played : at) ?? at));
  const count = Object.keys(vehicles).length;
  return (
    <section className="replay-bar" aria-label={t("replay.title")} data-testid="replay-bar">
      <div className="replay-buttons">
        <IconButton icon="back" label={t("replay.before")} testId="replay-before" onClick={() => jump(-1, marks)} />
        <IconButton icon={playing ? "pause" : "play"} label={t(playing ? "past.stop" : "past.play")} testId="replay-play" onClick={toggleReplay} />
        <IconButton icon="forth" label={t("replay.next")} testId="replay-next" onClick={() => jump(1, marks)} />
        <span className="replay-time">
          <strong className="number">
            <time dateTime={new Date(shown).toISOString()} data-testid="replay-time">
              {format.clock(shown)}
            </time>
          </strong>
          <span className="quiet" data-testid="replay-count" data-count={count}>
            {format.day(shown)} · {count === 1 ? t("replay.one") : t("replay.count", { n: format.count(count) })}
          </span>
        </span>
      </div>
      <div className="replay-track">
        <Activity />
        <input
          type="range"
          className="slide"
          min={dayMs}
          max={dayMs + DAY_MS - 1000}
          step={1000}
          value={shown}
          aria-label={t("past.slider")}
          aria-valuetext={`${format.day(shown)}, ${format.clock(shown)}`}
          data-testid="replay-slider"
          style={{ "--share": `${((shown - dayMs) / DAY_MS) * 100}%` } as React.CSSProperties}
          onChange={(event) => seek(event.target.valueAsNumber)}
        />
        <div className="timeline-ends quiet number" aria-hidden="true">
          {[0, 0.25, 0.5, 0.75].map((share) => (
            <span key={share}>{format.time(dayMs + share * DAY_MS)}</span>
          ))}
          <span>{format.time(dayMs + DAY_MS)}</span>
        </div>
      </div>
      <div className="replay-choices">
        <select
          aria-label={t("replay.day")}
          value={new Date(dayMs).toISOString().slice(0, 10)}
          data-testid="replay-day"
          onChange={(event) => setQuery({ day: event.target.value, at: null }, { push: true })}
        >
          {days.map((day) => (
            <option key={day} value={day}>
              {day}
            </option>
          ))}
        </select>
        <select aria-label={t("replay.rate")} value={rate} data-testid="replay-rate" onChange={(event) => setReplayRate(Number(event.target.value))}>
          {RATES.map((one) => (
            <option key={one} value={one}>
              {t("clock.rate", { rate: format.plain(one) })}
            </option>
          ))}
        </select>
      </div>
    </section>
  );
}

/** How many vehicles reported in each five minutes: where it is worth to look. */
function Activity() {
  const activity = useStore(replay, (value) => value.activity);
  const most = Math.max(1, ...activity);
  const points = activity.map((vehicles, index) => `L${index},${HEIGHT - (vehicles / most) * HEIGHT}L${index + 1},${HEIGHT - (vehicles / most) * HEIGHT}`);
  return (
    <svg className="replay-activity" viewBox={`0 0 ${Math.max(1, activity.length)} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {activity.length > 0 && <path d={`M0,${HEIGHT}${points.join("")}L${activity.length},${HEIGHT}Z`} />}
    </svg>
  );
}
