import { useCallback } from "react";
import { fromLocal, toLocal, useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import { isBeforeBeginning, MOST, play, seek, stopPlaying } from "../../../store/pastActions";
import { past, pastTracks, world } from "../../../store/state";
import { IconButton } from "../../../ui/Button";
import { ProblemNote } from "../../../ui/ProblemNote";
import { useNow } from "../../../ui/useNow";

const MINUTE = 60_000;
const WINDOWS = [10 * MINUTE, 60 * MINUTE, 6 * 60 * MINUTE, 24 * 60 * MINUTE, 7 * 24 * 60 * MINUTE] as const;
/** Steps of the slider in one window. */
const NOTCHES = 1200;
const PLAY_NOTCHES_PER_S = 4;

/** Back through a window of world time that ends now: a slider to scrub, and a box for any other time. */
export default function Timeline() {
  const { t, format, zone } = useI18n();
  const { at, windowMs, heldMs, playing, loading, error } = useStore(past, (value) => value);
  const readNow = useCallback(() => world.now(), []);
  const now = useNow(readNow, 1000);
  const readShown = useCallback(() => (playing ? pastTracks.time.now() : at), [playing, at]);
  const played = useNow(readShown, 200);
  const shown = (playing ? played : at) ?? now;
  // The window moves with the present while nobody holds a time in it, and stretches for a time further back.
  const end = at === null ? now : Math.max(heldMs, at);
  const span = Math.max(windowMs, at === null ? 0 : (end - at) * 1.02);
  const start = end - span;
  const notch = span / NOTCHES;
  const rate = Math.max(1, (notch * PLAY_NOTCHES_PER_S) / 1000);
  const step = span / 60;
  return (
    <div className="timeline" data-testid="timeline" data-loading={loading} aria-busy={loading}>
      <div className="timeline-slide">
        <IconButton
          icon={playing ? "pause" : "play"}
          label={t(playing ? "past.stop" : "past.play")}
          testId="past-play"
          disabled={at === null || at >= now}
          onClick={() => (playing ? stopPlaying() : play(rate))}
        />
        <div className="timeline-track">
          <input
            type="range"
            className="slide"
            min={0}
            max={NOTCHES}
            step={1}
            value={Math.round(Math.min(NOTCHES, Math.max(0, (shown - start) / notch)))}
            aria-label={t("past.slider")}
            aria-valuetext={at === null ? t("past.now") : `${format.day(shown)}, ${format.clock(shown)}`}
            data-testid="timeline-slider"
            style={{ "--share": `${Math.min(100, Math.max(0, ((shown - start) / span) * 100))}%` } as React.CSSProperties}
            onChange={(event) => seek(start + event.target.valueAsNumber * notch)}
          />
          <div className="timeline-ends quiet number" aria-hidden="true">
            <span>{format.time(start, now)}</span>
            <span>{format.time(start + span / 2, now)}</span>
            <span>{end >= now - 1500 ? t("past.now") : format.time(end, now)}</span>
          </div>
        </div>
      </div>
      <div className="timeline-tools">
        <IconButton
          icon="back"
          label={t("past.back", { time: format.duration(step / 1000) })}
          testId="past-back"
          onClick={() => seek((at ?? now) - step)}
        />
        <IconButton
          icon="forth"
          label={t("past.forth", { time: format.duration(step / 1000) })}
          testId="past-forth"
          disabled={at === null}
          onClick={() => seek((at ?? now) + step)}
        />
        <WindowChoice windowMs={windowMs} />
        <input
          type="datetime-local"
          step={1}
          className="timeline-at"
          aria-label={t("past.at")}
          title={t("past.at")}
          value={toLocal(shown, zone, true)}
          data-testid="past-at"
          onChange={(event) => {
            const ms = fromLocal(event.target.value, zone);
            if (!Number.isNaN(ms)) seek(ms);
          }}
        />
      </div>
      {error ? isBeforeBeginning(error) ? <p className="timeline-note">{t("past.beforeBeginning")}</p> : <ProblemNote error={error} /> : <Count />}
    </div>
  );
}

function WindowChoice({ windowMs }: { windowMs: number }) {
  const { t, format } = useI18n();
  const label = (ms: number) => (ms % (60 * MINUTE) === 0 && ms < 48 * 60 * MINUTE ? `${ms / (60 * MINUTE)} h` : format.duration(ms / 1000));
  return (
    <select
      className="timeline-window number"
      aria-label={t("past.window")}
      title={t("past.window")}
      value={windowMs}
      data-testid="timeline-window"
      onChange={(event) => past.set({ windowMs: Number(event.target.value) })}
    >
      {WINDOWS.map((ms) => (
        <option key={ms} value={ms}>
          {label(ms)}
        </option>
      ))}
    </select>
  );
}

function Count() {
  const { t, format } = useI18n();
  const { at, vehicles, truncated, loading } = useStore(past, (value) => value);
  const n = Object.keys(vehicles).length;
  if (at === null) return <p className="timeline-note">{t("past.hint")}</p>;
  if (truncated) return <p className="timeline-note warned">{t("past.truncated", { n: format.count(MOST) })}</p>;
  if (n === 0) return <p className="timeline-note">{t(loading ? "past.loading" : "past.none")}</p>;
  return (
    <p className="timeline-note number" data-testid="past-count" data-count={n}>
      {n === 1 ? t("past.one") : t("past.count", { n: format.count(n) })}
    </p>
  );
}
