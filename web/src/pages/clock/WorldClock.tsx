import "./clock.css";
import { useCallback } from "react";
import { useI18n } from "../../i18n";
import { pauseWorld, resumeWorld, stepWorld, USUAL_LAG_S } from "../../store/clockActions";
import { useStore } from "../../store/create";
import { clock, world } from "../../store/state";
import { IconButton } from "../../ui/Button";
import { useNow } from "../../ui/useNow";
import { RateMenu } from "./RateMenu";

const STEPS_S = [1, 10, 60] as const;

/** The world's time and its verbs: pause, rate, step. */
export function WorldClock() {
  const { t } = useI18n();
  const { paused, known, busy } = useStore(clock, (value) => value);
  return (
    <>
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
    </>
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
