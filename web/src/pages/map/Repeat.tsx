import { useI18n } from "../../i18n";
import { EVERY, type Every, MOST_TIMES } from "../../store/recurrence";

interface Props {
  every: Every;
  times: number;
  onEvery: (every: Every) => void;
  onTimes: (times: number) => void;
}

/** The same trip on further days, at the same time of day. */
export function Repeat({ every, times, onEvery, onTimes }: Props) {
  const { t } = useI18n();
  return (
    <div className="repeat">
      <label className="field">
        <span>{t("plan.repeat")}</span>
        <select value={every} data-testid="repeat-every" onChange={(event) => onEvery(EVERY.find((one) => one === event.target.value) ?? "never")}>
          {EVERY.map((one) => (
            <option key={one} value={one}>
              {t(`plan.repeat.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {every !== "never" && (
        <label className="field">
          <span>{t("plan.repeat.times")}</span>
          <input
            type="number"
            min={2}
            max={MOST_TIMES}
            value={times}
            data-testid="repeat-times"
            onChange={(event) => onTimes(Math.min(MOST_TIMES, Math.max(1, event.target.valueAsNumber || 1)))}
          />
        </label>
      )}
    </div>
  );
}
