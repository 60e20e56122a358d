import { useCallback, useEffect } from "react";
import { getQuality } from "../../api/pipeline";
import type { DayQuality, Rule } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import type { Jobs } from "../../store/jobActions";
import { usePolled } from "../../store/polled";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { type LayerName, verdictOf } from "./Days";
import { SampleTable } from "./SampleTable";

/** One layer of one day: its tables, its rules run by run, the rows that broke them; and refining it again. */
export function DayDetail({ day, layer, jobs }: { day: string; layer: LayerName; jobs: Jobs }) {
  const { t } = useI18n();
  const load = useCallback((signal: AbortSignal) => getQuality(day, signal), [day]);
  const { value: found, error, again } = usePolled(load, null);
  useEffect(again, [again, jobs.ended]);
  const busy = jobs.active.some((job) => job.kind === "refine" && (job.parameters["from"] ?? "") <= day && day <= (job.parameters["to"] ?? ""));
  const refine = (only: boolean) =>
    void jobs.start({ kind: "refine", from: day, to: day, ...(only && layer !== "landing" ? { layer } : {}) });
  return (
    <section className="card pl-detail" aria-labelledby="detail-title" data-testid="day-detail">
      <div className="card-head">
        <h2 id="detail-title" className="number">
          {day} · {t(`day.${layer}`)}
        </h2>
        <Button kind="primary" icon="refresh" disabled={busy} testId="refine-day" onClick={() => refine(false)}>
          {t("day.refine")}
        </Button>
        {layer !== "landing" && (
          <Button disabled={busy} testId="refine-layer" onClick={() => refine(true)}>
            {t("day.refineLayer")}
          </Button>
        )}
        <IconButton icon="close" label={t("action.back")} testId="close-day" onClick={() => setQuery({ day: null, layer: null })} />
      </div>
      {error && <ProblemNote error={error} />}
      {!found && !error && <p className="quiet">{t("pl.loading")}</p>}
      {found && <Tables tables={found.grid[layer].tables} />}
      {found && layer !== "landing" && <Quality found={found} layer={layer} />}
      {found && layer === "landing" && found.grid.landing.rejected > 0 && (
        <Button testId="to-rejected" onClick={() => setQuery({ view: "rejected", "broker-day": day }, { push: true })}>
          {t("day.rejected", { n: found.grid.landing.rejected })}
        </Button>
      )}
    </section>
  );
}

function Tables({ tables }: { tables: Readonly<Record<string, number>> }) {
  const { format } = useI18n();
  return (
    <ul className="pl-tables">
      {Object.entries(tables).map(([name, rows]) => (
        <li key={name}>
          <span>{name}</span> <strong className="number">{format.count(rows)}</strong>
        </li>
      ))}
    </ul>
  );
}

function Quality({ found, layer }: { found: DayQuality; layer: "staging" | "common" }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const { query } = useAddress();
  const runs = found.runs.filter((run) => run.layer === layer);
  const run = runs.find((one) => one.run === query.get("run")) ?? runs[0];
  const cell = found.grid[layer];
  const at = (time: string) => `${format.day(Date.parse(time))}, ${format.clock(Date.parse(time))}`;
  return (
    <>
      <p className="pl-verdict" data-state={cell.state} data-testid="day-verdict">
        <span className="pl-mark" aria-hidden="true" /> <strong>{verdictOf(cell, i18n)}</strong>
        {cell.refined_at && <span className="quiet">{`${t("day.refinedAt")} ${at(cell.refined_at)}`}</span>}
        {cell.stale && <em className="pl-stale">{t("day.stale")}</em>}
      </p>
      {runs.length > 1 && (
        <label className="pl-daybox">
          <span className="quiet">{t("day.run")}</span>
          <select value={run?.run} data-testid="day-run" onChange={(event) => setQuery({ run: event.target.value })}>
            {runs.map((one) => (
              <option key={one.run} value={one.run}>
                {one.published ? t("day.stands", { run: at(one.checked_at) }) : at(one.checked_at)}
              </option>
            ))}
          </select>
        </label>
      )}
      {run ? (
        <ul className="pl-rules" aria-label={t("day.rules")} data-testid="rules">
          {run.rules.map((rule) => (
            <RuleLine key={`${rule.table} ${rule.rule}`} rule={rule} />
          ))}
        </ul>
      ) : (
        <p className="quiet">{t("day.noRules")}</p>
      )}
    </>
  );
}

function RuleLine({ rule }: { rule: Rule }) {
  const { t, format } = useI18n();
  const mark = rule.passed ? "ok" : rule.severity === "error" ? "failed" : "warning";
  const rows = format.count(rule.rows_checked);
  return (
    <li className="pl-rule" data-state={mark} data-testid="rule" data-rule={`${rule.table}.${rule.rule}`}>
      <Icon name={rule.passed ? "check" : "warn"} size={16} />
      <div>
        <p className="pl-rule-head">
          <strong>{`${rule.table} · ${rule.rule}`}</strong>
          {!rule.passed && <span className="pl-severity">{t(rule.severity === "error" ? "day.error" : "day.warn")}</span>}
          <span className="quiet number">{rule.passed ? t("day.checked", { rows }) : t("day.brokenOf", { broken: format.count(rule.rows_broken), rows })}</span>
        </p>
        <p className="quiet" lang="en">
          {rule.description}
        </p>
        {rule.sample.length > 0 && <SampleTable caption={t("day.sample")} rows={rule.sample} />}
      </div>
    </li>
  );
}
