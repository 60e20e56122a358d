import "./past.css";
import { Suspense, useCallback } from "react";
import { lazyPart, useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import { backToLive, closeTimeline } from "../../../store/pastActions";
import { past, pastTracks, world } from "../../../store/state";
import { Button, IconButton } from "../../../ui/Button";
import { useNow } from "../../../ui/useNow";
import { WorldClock } from "../../clock/WorldClock";

const Timeline = lazyPart(() => import("./Timeline"));

/** The world's time and speed, always in sight; its verbs; and the way back into the past. */
export function ClockBar() {
  const { t } = useI18n();
  const open = useStore(past, (value) => value.open);
  const at = useStore(past, (value) => value.at);
  return (
    <section className="clock" aria-label={t("clock.label")} data-past={at !== null} data-open={open} data-testid="clock">
      {at !== null && <PastBanner at={at} />}
      <div className="clock-row">
        <WorldClock />
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
