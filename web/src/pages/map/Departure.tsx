import { useCallback, useState } from "react";
import { fromLocal, toLocal, useI18n } from "../../i18n";
import { world } from "../../store/state";
import { Segments } from "../../ui/Segments";
import { useNow } from "../../ui/useNow";

const LEAD_MS = 10 * 60_000;

interface Props {
  /** RFC 3339 in world time, or null for now. */
  startAt: string | null;
  onChange: (startAt: string | null) => void;
  durationS: number;
}

/** Now, or at a time of the world's clock. */
export function Departure({ startAt, onChange, durationS }: Props) {
  const { t, format, zone } = useI18n();
  const [local, setLocal] = useState("");
  const read = useCallback(() => world.now(), []);
  const now = useNow(read, 1000);
  const leaves = startAt ? Date.parse(startAt) : now;

  const choose = (value: string) => {
    setLocal(value);
    const ms = fromLocal(value, zone);
    onChange(Number.isNaN(ms) ? null : new Date(ms).toISOString());
  };
  return (
    <div className="field">
      <span>{t("plan.when")}</span>
      <Segments
        label={t("plan.when")}
        value={startAt ? "later" : "now"}
        onChange={(mode) => (mode === "now" ? onChange(null) : choose(local || toLocal(now + LEAD_MS, zone)))}
        options={[
          { value: "now", label: t("plan.now"), testId: "start-now" },
          { value: "later", label: t("plan.later"), testId: "start-later" },
        ]}
      />
      {startAt && (
        <input
          type="datetime-local"
          aria-label={t("plan.startAt")}
          value={local}
          min={toLocal(now, zone)}
          data-testid="start-at"
          onChange={(event) => choose(event.target.value)}
        />
      )}
      <span className="quiet number">{t("plan.arrives", { time: format.time(leaves + durationS * 1000, now) })}</span>
    </div>
  );
}
