import "./ledger.css";
import { useCallback } from "react";
import { getJob, listJobs } from "../../api/pipeline";
import type { Job } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { type Audit, auditOf, PROBLEMS, unaccounted } from "../../store/audit";
import { isActive, type Jobs } from "../../store/jobActions";
import { usePolled } from "../../store/polled";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { Scroll } from "../../ui/Scroll";
import { SampleTable } from "./SampleTable";

/** Sent = landed + rejected + dropped by a declared fault: the proof, and what is wrong where it is not zero. */
export function Ledger({ jobs }: { jobs: Jobs }) {
  const { t, format } = useI18n();
  const { query } = useAddress();
  const wanted = query.get("audit");
  const { ended } = jobs;
  const load = useCallback(
    async (signal: AbortSignal) => {
      const past = (await listJobs("audit", 20, signal)).filter((job) => !isActive(job) && job.state !== "cancelled" && ended >= 0);
      const id = wanted ?? past[0]?.id;
      return { past, job: id === undefined ? null : await getJob(id, signal) };
    },
    [wanted, ended],
  );
  const { value, error } = usePolled(load, null);
  const running = jobs.active.some((job) => job.kind === "audit");
  const audit = auditOf(value?.job ?? null);
  return (
    <section className="card stack" aria-labelledby="ledger-title" data-testid="ledger">
      <div className="card-head">
        <h2 id="ledger-title">{t("pl.ledger")}</h2>
        {value && value.past.length > 1 && (
          <label className="pl-daybox">
            <span className="quiet">{t("led.past")}</span>
            <select value={value.job?.id} data-testid="past-audit" onChange={(event) => setQuery({ audit: event.target.value })}>
              {value.past.map((job) => (
                <option key={job.id} value={job.id}>
                  {`${format.day(Date.parse(job.created_at))}, ${format.clock(Date.parse(job.created_at))}`}
                </option>
              ))}
            </select>
          </label>
        )}
        <Button
          kind="primary"
          icon="check"
          disabled={running}
          testId="run-audit"
          onClick={() => {
            setQuery({ audit: null });
            void jobs.start({ kind: "audit" });
          }}
        >
          {t("led.run")}
        </Button>
      </div>
      <p className="quiet">{t("led.text")}</p>
      {error && <ProblemNote error={error} />}
      {value && !audit && <NoResult job={value.job} running={running} />}
      {audit && <Verdict audit={audit} />}
      {audit && <Equation audit={audit} />}
      {audit && <Problems audit={audit} />}
      {audit && <ByTopic audit={audit} />}
      {audit && <Faults audit={audit} />}
      {audit && audit.findings.length > 0 && <SampleTable caption={t("led.findings")} rows={audit.findings} />}
    </section>
  );
}

function NoResult({ job, running }: { job: Job | null; running: boolean }) {
  const { t } = useI18n();
  if (running) return <p className="nothing">{t("led.running")}</p>;
  if (!job) return <h2 className="nothing" data-testid="ledger-empty">{t("led.empty")}</h2>;
  return (
    <div className="problem" role="alert" data-testid="ledger-failed">
      <Icon name="warn" />
      <div>
        <strong>{t("led.failed")}</strong>
        <pre lang="en">{job.output.slice(-6).join("\n")}</pre>
      </div>
    </div>
  );
}

function Verdict({ audit }: { audit: Audit }) {
  const { t, format } = useI18n();
  const wrong = PROBLEMS.reduce((sum, name) => sum + audit[name], 0);
  return (
    <div className="pl-balance" data-balanced={audit.balanced} data-testid="verdict" role="status">
      <Icon name={audit.balanced ? "check" : "warn"} size={26} />
      <div>
        <strong>{t(audit.balanced ? "pl.balanced" : "pl.unbalanced")}</strong>
        <p>
          {!audit.balanced && `${t("led.unbalancedText", { n: format.count(wrong) })} `}
          {audit.until !== null &&
            t("led.until", { trips: format.count(audit.trips), time: `${format.day(Date.parse(audit.until))}, ${format.clock(Date.parse(audit.until))}` })}
          {!audit.covered && ` ${t("led.lag", { n: format.count(audit.lag) })}`}
        </p>
      </div>
    </div>
  );
}

function Equation({ audit }: { audit: Audit }) {
  const { t, format } = useI18n();
  const parts = [
    ["led.sent", audit.sent, "", "sent"],
    ["led.landed", audit.landed, "=", "landed"],
    ["led.rejected", audit.rejected, "+", "rejected"],
    ["led.dropped", audit.dropped_by_fault, "+", "dropped"],
    ["led.difference", unaccounted(audit), "+", "difference"],
  ] as const;
  return (
    <div className="pl-equation">
      {parts.map(([label, value, sign, id]) => (
        <div key={label} className="figure" data-zero={id === "difference" ? value === 0 : undefined}>
          <span className="quiet">
            {sign && <b aria-hidden="true">{sign}</b>} {t(label)}
          </span>
          <strong data-testid={`ledger-${id}`}>{format.count(value)}</strong>
        </div>
      ))}
    </div>
  );
}

function Problems({ audit }: { audit: Audit }) {
  const { t, format } = useI18n();
  return (
    <ul className="pl-zeros" aria-label={t("led.zero")}>
      {PROBLEMS.map((name) => (
        <li key={name} data-zero={audit[name] === 0} data-testid={`ledger-${name}`}>
          <Icon name={audit[name] === 0 ? "check" : "warn"} size={15} /> {t(`led.${name}`)} <strong className="number">{format.count(audit[name])}</strong>
        </li>
      ))}
    </ul>
  );
}

function ByTopic({ audit }: { audit: Audit }) {
  const { t, format } = useI18n();
  const columns = [
    ["sent", "led.sent"],
    ["landed", "led.landed"],
    ["rejected", "led.rejected"],
    ["dropped_by_fault", "led.dropped"],
    ["missing", "led.missing"],
    ["doubled", "led.doubled"],
  ] as const;
  return (
    <Scroll label={t("pipe.topics")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("pl.topic")}</th>
            {columns.map(([name, label]) => (
              <th key={name} scope="col" className="end">
                {t(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(audit.topics).map(([topic, counters]) => (
            <tr key={topic}>
              <th scope="row">{topic}</th>
              {columns.map(([name]) => (
                <td key={name} className="end">
                  {format.count(counters[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Faults({ audit }: { audit: Audit }) {
  const { t, format } = useI18n();
  const declared = Object.entries(audit.faults).filter(([, fault]) => fault.expected > 0 || fault.found > 0);
  if (declared.length === 0) return null;
  return (
    <Scroll label={t("led.faults")}>
      <table className="table" data-testid="faults">
        <thead>
          <tr>
            <th scope="col">{t("led.faults")}</th>
            <th scope="col" className="end">
              {t("led.expected")}
            </th>
            <th scope="col" className="end">
              {t("led.found")}
            </th>
          </tr>
        </thead>
        <tbody>
          {declared.map(([name, fault]) => (
            <tr key={name} data-wrong={!fault.balanced}>
              <th scope="row">{name}</th>
              <td className="end">{format.count(fault.expected)}</td>
              <td className="end">{format.count(fault.found)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
