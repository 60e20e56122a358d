import "./pipeline.css";
import type { ReactNode } from "react";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { useJobs } from "../../store/jobActions";
import { useRates } from "../../store/rates";
import { pipeline } from "../../store/state";
import { Segments } from "../../ui/Segments";
import { Sparkline } from "../../ui/Sparkline";
import { Page } from "../Page";
import { Days } from "./Days";
import { JobBar } from "./JobBar";
import { Ledger } from "./Ledger";
import { Rejected } from "./Rejected";
import { Stream } from "./Stream";

const VIEWS = ["stream", "days", "rejected", "ledger"] as const;

/** The pipeline at work, and the truth beside it. Everything that is looked at stands in the address. */
export default function PipelinePage() {
  const { t } = useI18n();
  const { query } = useAddress();
  const view = VIEWS.find((one) => one === query.get("view")) ?? "stream";
  const jobs = useJobs();
  const rates = useRates();
  return (
    <Page
      title={t("nav.pipeline")}
      testId="pipeline-page"
      actions={
        <Segments
          label={t("pl.view")}
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`pl.${value}`), testId: `view-${value}` }))}
          onChange={(value) => setQuery({ view: value === "stream" ? null : value }, { push: true })}
        />
      }
    >
      <Figures />
      <JobBar jobs={jobs} />
      {view === "stream" && <Stream rates={rates} />}
      {view === "days" && <Days jobs={jobs} />}
      {view === "rejected" && <Rejected jobs={jobs} />}
      {view === "ledger" && <Ledger jobs={jobs} />}
    </Page>
  );
}

/** What flows now: always in sight. */
function Figures() {
  const { t, format } = useI18n();
  const { now, history } = useStore(pipeline, (value) => value);
  const rows = now?.stream.rows_landed;
  const count = (value: number | undefined) => (value === undefined ? "–" : format.count(value));
  const lag = now ? Object.values(now.topics).reduce((sum, topic) => sum + Math.max(0, topic.lag), 0) : undefined;
  const took = now?.stream.batch_duration_ms;
  return (
    <div className="figures" data-testid="pipeline-figures">
      <Figure name={t("pipe.rowsPerSecond")} value={count(now?.stream.rows_per_s)} testId="figure-rows-per-second">
        <Sparkline values={history} label={t("pipe.chart")} />
      </Figure>
      <Figure name={t("pipe.lag")} value={count(lag)} testId="figure-lag" />
      <Figure name={t("pipe.positions")} value={count(rows?.["positions"])} testId="figure-positions" />
      <Figure name={t("pipe.tripStates")} value={count(rows?.["trip_states"])} testId="figure-trip-states" />
      <Figure name={t("pipe.rejected")} value={count(rows?.["rejected"])} testId="figure-rejected" />
      <Figure name={t("pipe.batch")} value={typeof took !== "number" ? "–" : `${format.count(took)} ms`} testId="figure-batch" />
    </div>
  );
}

function Figure({ name, value, testId, children }: { name: string; value: string; testId: string; children?: ReactNode }) {
  return (
    <div className="figure">
      <span className="quiet">{name}</span>
      <span className="between">
        <strong data-testid={testId}>{value}</strong>
        {children}
      </span>
    </div>
  );
}
