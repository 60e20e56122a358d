import { useEffect, useState } from "react";
import { ApiError } from "../../api/client";
import { getJob } from "../../api/pipeline";
import type { Job, Scenario } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { isActive, type Jobs } from "../../store/jobActions";
import { numbersOf } from "./RunForm";

const MOST = 4;

/** What came of the runs; up to four of them beside each other. */
export function Runs({ scenario, jobs }: { scenario: Scenario; jobs: Jobs }) {
  const { t, format } = useI18n();
  const { query } = useAddress();
  const runs = jobs.items.filter((job) => job.parameters["scenario"] === scenario.name && !isActive(job));
  const compared = (query.get("compare") ?? "").split(",").filter((id) => runs.some((job) => job.id === id));
  const choose = (id: string, yes: boolean) => {
    const ids = yes ? [...compared, id].slice(-MOST) : compared.filter((one) => one !== id);
    setQuery({ compare: ids.join(",") });
  };
  return (
    <section className="card" aria-label={t("scenarios.runs")}>
      <h2>{t("scenarios.runs")}</h2>
      {runs.length === 0 && <p className="quiet">{t("scenarios.noRuns")}</p>}
      {runs.length > 0 && (
        <ul className="run-list">
          {runs.map((job) => (
            <li key={job.id} data-testid="scenario-run-item" data-state={job.state}>
              <label>
                <input type="checkbox" checked={compared.includes(job.id)} onChange={(event) => choose(job.id, event.target.checked)} />
                <span className="number">{format.day(Date.parse(job.created_at))}, {format.clock(Date.parse(job.created_at))}</span>
                <span className="quiet">{optionsOf(job)}</span>
              </label>
              <span className="quiet">{t(`job.${job.state}`)}</span>
            </li>
          ))}
        </ul>
      )}
      {compared.length > 0 && <Comparison ids={compared} />}
    </section>
  );
}

const optionsOf = (job: Job): string =>
  Object.entries(job.parameters)
    .filter(([name]) => name !== "scenario")
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

function Comparison({ ids }: { ids: readonly string[] }) {
  const { t, format } = useI18n();
  const jobs = useRuns(ids);
  const names = [...new Set(jobs.flatMap((job) => numbersOf(job.result).map(([name]) => name)))];
  return (
    <div className="table-scroll">
      <table className="table" data-testid="comparison">
        <thead>
          <tr>
            <th>{t("scenarios.figure")}</th>
            {jobs.map((job) => (
              <th key={job.id} className="end">
                {format.clock(Date.parse(job.created_at))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <td>{name.replaceAll("_", " ")}</td>
              {jobs.map((job) => {
                const value = numbersOf(job.result).find(([one]) => one === name)?.[1];
                return (
                  <td key={job.id} className="end">
                    {value === undefined ? "–" : format.plain(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The jobs whole: lists leave their results out. */
function useRuns(ids: readonly string[]): readonly Job[] {
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const wanted = ids.join(",");
  useEffect(() => {
    const aborter = new AbortController();
    Promise.all(wanted.split(",").map((id) => getJob(id, aborter.signal))).then(setJobs, (error: unknown) => {
      if (!(error instanceof ApiError) && !aborter.signal.aborted) throw error;
    });
    return () => aborter.abort();
  }, [wanted]);
  return jobs;
}
