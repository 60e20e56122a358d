import { useEffect, useState } from "react";
import { useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { IconButton } from "../../ui/Button";
import { hourName } from "./measures";
import { HOURS } from "./pictures";

const STEP_MS = 900;
const choose = (next: number | null) => setQuery({ hour: next === null ? null : String(next) });

/** All hours together, one of them, or one after the other. */
export function HourSlider({ hour }: { hour: number | null }) {
  const { t } = useI18n();
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(() => choose(((hour ?? -1) + 1) % HOURS), STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, hour]);
  const text = hour === null ? t("dash.allDay") : t("dash.hourOf", { from: hourName(hour), to: hourName((hour + 1) % HOURS) });
  return (
    <div className="dash-hours number">
      <IconButton icon={playing ? "pause" : "play"} label={t(playing ? "dash.stopHours" : "dash.playHours")} testId="hour-play" onClick={() => setPlaying(!playing)} />
      <input
        type="range"
        className="slide"
        min={0}
        max={HOURS - 1}
        step={1}
        value={hour ?? 0}
        aria-label={t("dash.hour")}
        aria-valuetext={text}
        data-testid="hour-slider"
        style={{ "--share": `${((hour ?? 0) / (HOURS - 1)) * 100}%` } as React.CSSProperties}
        onChange={(event) => {
          setPlaying(false);
          choose(event.target.valueAsNumber);
        }}
      />
      <output data-testid="hour-shown">{hour !== null && text}</output>
      <button
        type="button"
        className="dash-all"
        aria-pressed={hour === null}
        onClick={() => {
          setPlaying(false);
          choose(null);
        }}
        data-testid="hour-all"
      >
        {t("dash.allDay")}
      </button>
    </div>
  );
}
