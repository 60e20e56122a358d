import "./past.css";
import "./clock.css";
import { lazy, Suspense, useCallback } from "react";
import { useI18n } from "../../../i18n";
import { pauseWorld, resumeWorld, stepWorld, USUAL_LAG_S } from "../../../store/clockActions";
import { useStore } from "../../../store/create";
import { backToLive, closeTimeline } from "../../../store/pastActions";
import { clock, past, pastTracks, world } from "../../../store/state";
import { Button, IconButton } from "../../../ui/Button";
import { useNow } from "../../../ui/useNow";
import { RateMenu } from "./RateMenu";

const Timeline = lazy(() => import("./Timeline"));
const STEPS_S = [1, 10, 60] as const;

/** The world's time and speed, always in sight; its verbs; and the way back into the past. */
export function ClockBar() {
  const { t } = useI18n();
  const open = useStore(past, (value) => value.open);
  const at = useStore(past, (value) => value.at);
  const { paused, known, busy } = useStore(clock, (value) => value);
  return (
    <section className="clock" aria-label={t("clock.label")} data-past={at !== null} data-open={open} data-testid="clock">
      {at !== null && <PastBanner at={at} />}
      <div className="clock-row">
        <IconButton
          icon={paused ? "play" : "pause"}
          label={t(paused ? "clock.resume" : "clock.pause")}
          testId={paused ? "world-resume" : "world-pause"}
          disabled={!known || busy}
          onClick={() => void (paused ? resumeWorld() : pauseWorld())}
        />
        <WorldTime />
        <RateMenu />
        {paused && <Steps />}
        <Behind />
        <span className="clock-gap" />
        <IconButton
          icon="history"
          label={t(open ? "past.close" : "past.open")}
          testId="timeline-toggle"
          aria-expanded={open}
          aria-pressed={open}
          onClick={() => (open ? closeTimeline() : past.set({ open: true }))}
        />
      </div>
      {open && (
        <Suspense fallback={<div className="timeline" />}>
          <Timeline />
        </Suspense>
      )}
    </section>
  );
}

function WorldTime() {
  const { t, format, zone } = useI18n();
  const read = useCallback(() => (world.isKnown ? Math.floor(world.now() / 1000) * 1000 : null), []);
  const ms = useNow(read, 200);
  return (
    <span className="clock-time" title={ms === null ? "" : `${t("clock.world")} · ${new Date(ms).toISOString()}`}>
      <strong className="number">
        <time data-testid="world-time" dateTime={ms === null ? "" : new Date(ms).toISOString()}>
          {ms === null ? "–" : format.clock(ms)}
        </time>
      </strong>
      <span className="quiet">
        <span>{ms !== null && format.day(ms)}</span>
        <span className="clock-zone" title={t("clock.zone", { zone })} data-testid="world-zone">
          {zone.replaceAll("_", " ")}
        </span>
      </span>
    </span>
  );
}

function Steps() {
  const { t, format } = useI18n();
  const busy = useStore(clock, (value) => value.busy);
  return (
    <div className="steps" role="group" aria-label={t("clock.steps")}>
      {STEPS_S.map((seconds) => (
        <button
          key={seconds}
          type="button"
          className="chip number"
          aria-label={t("clock.step", { time: format.duration(seconds) })}
          title={t("clock.step", { time: format.duration(seconds) })}
          data-testid={`world-step-${seconds}`}
          disabled={busy}
          onClick={() => void stepWorld(seconds)}
        >
          +{format.duration(seconds)}
        </button>
      ))}
    </div>
  );
}

function Behind() {
  const { t, format } = useI18n();
  const behindS = useStore(clock, (value) => value.behindS);
  if (behindS === null || behindS < USUAL_LAG_S) return null;
  return (
    <span className="behind number" role="status" title={t("clock.behindTitle")} data-testid="world-behind">
      {t("clock.behind", { time: format.lag(behindS) })}
    </span>
  );
}

/** Nobody should take the past for the present: the bar says so, and how to get back. */
function PastBanner({ at }: { at: number }) {
  const { t, format } = useI18n();
  const playing = useStore(past, (value) => value.playing);
  const read = useCallback(() => (playing ? pastTracks.time.now() : at), [playing, at]);
  const shown = useNow(read, 200);
  const ms = playing ? shown : at;
  return (
    <div className="past-banner" data-testid="past-banner">
      <p role="status">
        <strong>{t(at > world.now() ? "past.planned" : "past.title")}</strong>
      </p>
      <span className="number" data-testid="past-time">
        {format.day(ms)}, {format.clock(ms)}
      </span>
      <Button kind="primary" testId="back-to-live" onClick={backToLive}>
        {t("past.live")}
      </Button>
    </div>
  );
}
