import { useCallback } from "react";
import type { Job } from "../../contracts/api";
import { type I18n, useI18n } from "../../i18n";
import { isActive, type Jobs } from "../../store/jobActions";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { useNow } from "../../ui/useNow";

/** What a job does, in words. */
export function jobName(job: Job, { t }: I18n): string {
  if (job.kind === "audit") return t("job.audit");
  if (job.kind !== "refine") return job.parameters["scenario"] ?? job.kind;
  const { from = "", to = "", layer } = job.parameters;
  return t("job.refine", { days: `${from === to ? from : `${from} – ${to}`}${layer ? ` · ${layer}` : ""}` });
}

/** Long work: what runs, how far it is, what waits; each can be cancelled. */
export function JobBar({ jobs }: { jobs: Jobs }) {
  const { t } = useI18n();
  return (
    <div className="pl-jobs" role="status" aria-label={t("job.label")}>
      {jobs.error && <ProblemNote error={jobs.error} />}
      {jobs.active.map((job) => (
        <ActiveJob key={job.id} job={job} onCancel={() => void jobs.cancel(job.id)} />
      ))}
    </div>
  );
}

function ActiveJob({ job, onCancel }: { job: Job; onCancel: () => void }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const since = job.begun_at;
  const elapsed = useNow(
    useCallback(() => (since === null ? null : Math.max(0, Date.now() - Date.parse(since)) / 1000), [since]),
    1000,
  );
  return (
    <div className="pl-job" data-testid="job" data-state={job.state} data-kind={job.kind}>
      <span className="pl-spinner" aria-hidden="true" />
      <div className="pl-job-text">
        <strong>{jobName(job, i18n)}</strong>
        <span className="quiet">
          {` ${t(`job.${job.state}`)}`}
          {elapsed !== null && <span className="number">{` · ${format.duration(elapsed)}`}</span>}
        </span>
        <code className="pl-job-line" lang="en" data-testid="job-line">
          {job.output.at(-1)}
        </code>
      </div>
      <Button testId="job-cancel" onClick={onCancel}>
        {t("job.cancel")}
      </Button>
    </div>
  );
}

/** How the last of these jobs ended, with what it said where it failed. */
export function LastJob({ job }: { job: Job | undefined }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (!job || isActive(job)) return null;
  return (
    <p className="quiet pl-last" data-testid="last-job" data-state={job.state} data-outcome={job.outcome}>
      <Icon name={job.state === "done" ? "check" : "warn"} size={15} />{" "}
      {t("job.last", { job: jobName(job, i18n), state: t(`job.${job.state}`) })}
      {job.state === "failed" && job.output.length > 0 && <code lang="en">{job.output.at(-1)}</code>}
    </p>
  );
}
