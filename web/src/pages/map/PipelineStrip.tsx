import { useState } from "react";
import type { Pipeline } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { connection, pipeline } from "../../store/state";
import { Icon } from "../../ui/Icon";
import { Sparkline } from "../../ui/Sparkline";
import { PipelineDetails } from "./PipelineDetails";

export const totalLag = (now: Pipeline): number =>
  Object.entries(now.topics).reduce((sum, [, topic]) => sum + Math.max(0, topic.lag), 0);

/** Events arriving in the lake: always in sight, one line; opened, the whole pipeline. */
export function PipelineStrip() {
  const { t, format } = useI18n();
  const { now, history } = useStore(pipeline, (value) => value);
  const [open, setOpen] = useState(false);
  const rows = now?.stream.rows_landed ?? {};
  const count = (value: number | undefined) => (value === undefined ? "–" : format.count(value));
  return (
    <section className="pipeline" aria-label={t("pipe.title")} data-open={open} data-testid="pipeline">
      {open && now && <PipelineDetails now={now} />}
      <div className="strip">
        <ConnectionDot />
        <Figure label={t("pipe.positions")} value={count(rows["positions"])} testId="rows-positions" />
        <Figure label={t("pipe.tripStates")} value={count(rows["trip_states"])} testId="rows-trip-states" />
        <span className="figure-spark">
          <Figure
            label={t("pipe.rowsPerSecond")}
            value={now ? format.count(now.stream.rows_per_s) : "–"}
            testId="rows-per-second"
          />
          <Sparkline values={history} label={t("pipe.chart")} />
        </span>
        <Figure label={t("pipe.lag")} value={now ? format.count(totalLag(now)) : "–"} testId="lag" />
        <button
          type="button"
          className="icon-button"
          aria-expanded={open}
          aria-label={t(open ? "pipe.collapse" : "pipe.expand")}
          title={t(open ? "pipe.collapse" : "pipe.expand")}
          data-testid="pipeline-toggle"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? "down" : "up"} />
        </button>
      </div>
    </section>
  );
}

function Figure({ label, value, testId }: { label: string; value: string; testId: string }) {
  return (
    <span className="strip-figure">
      <span className="quiet">{label}</span>
      <strong className="number" data-testid={testId}>
        {value}
      </strong>
    </span>
  );
}

function ConnectionDot() {
  const { t } = useI18n();
  const state = useStore(connection, (value) => value.state);
  return (
    <span className="connection" data-state={state} data-testid="connection" title={t(`live.${state}`)} role="status">
      <span className="state-dot" aria-hidden="true" />
      <span className="connection-text">{t(`live.${state}`)}</span>
    </span>
  );
}
