import "./rejected.css";
import { useCallback, useState } from "react";
import { listRejected } from "../../api/pipeline";
import type { Mended, RejectedPage, RejectedRecord } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import type { Jobs } from "../../store/jobActions";
import { usePolled } from "../../store/polled";
import { Button } from "../../ui/Button";
import { ProblemNote } from "../../ui/ProblemNote";
import { Scroll } from "../../ui/Scroll";
import { Mend } from "./Mend";
import { pretty } from "./RecordLine";

const EVERY_MS = 10_000;

/** Records that broke the contract: why, what was sent, and what it ought to have been. */
export function Rejected({ jobs }: { jobs: Jobs }) {
  const { t, format } = useI18n();
  const { query } = useAddress();
  const [day, rule] = [query.get("broker-day"), query.get("rule")];
  const [mending, setMending] = useState<RejectedRecord | null>(null);
  const [mended, setMended] = useState<Mended | null>(null);
  const first = useCallback((signal: AbortSignal) => listRejected(day, rule, null, signal), [day, rule]);
  const { value: page, error, again } = usePolled(first, EVERY_MS);
  const more = useMore(page, day, rule);
  const chips = [...new Map((page?.reasons ?? []).map((one) => [one.rule, one])).keys()];
  if (page && page.days.length === 0) {
    return (
      <div className="card nothing" data-testid="rejected-empty">
        <h2>{t("rej.empty")}</h2>
        <p>{t("rej.emptyText")}</p>
      </div>
    );
  }
  return (
    <section className="card" aria-labelledby="rejected-title">
      <div className="card-head">
        <h2 id="rejected-title">{t("pl.rejected")}</h2>
        <label className="pl-daybox">
          <span className="quiet">{t("rej.day")}</span>
          <select value={day ?? ""} data-testid="rejected-day" onChange={(event) => setQuery({ "broker-day": event.target.value })}>
            <option value="">{t("pl.all")}</option>
            {page?.days.toReversed().map((one) => (
              <option key={one.day} value={one.day}>
                {`${one.day} (${format.count(one.records)})`}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="filters" role="group" aria-label={t("rej.reason")}>
        {(rule !== null && !chips.includes(rule) ? [...chips, rule] : chips).map((one) => {
          const records = page?.reasons.filter((reason) => reason.rule === one).reduce((sum, reason) => sum + reason.records, 0) ?? 0;
          return (
            <button
              key={one}
              type="button"
              className="chip"
              aria-pressed={one === rule}
              data-testid={`rule-${one}`}
              onClick={() => setQuery({ rule: one === rule ? null : one })}
            >
              {`${one} ${format.count(records)}`}
            </button>
          );
        })}
      </div>
      {error && <ProblemNote error={error} />}
      {mended && (
        <div className="pl-done" role="status" data-testid="mended">
          <span>{t("rej.done", { day: mended.day })}</span>
          <Button testId="refine-mended" onClick={() => void jobs.start({ kind: "refine", from: mended.day, to: mended.day }).then(() => setMended(null))}>
            {t("day.refine")}
          </Button>
        </div>
      )}
      {!page && !error && <p className="quiet">{t("pl.loading")}</p>}
      {page && <List records={[...page.items, ...more.items]} onMend={setMending} />}
      {more.cursor && (
        <Button testId="rejected-more" onClick={more.load}>
          {t("rej.more")}
        </Button>
      )}
      {mending && (
        <Mend
          record={mending}
          onClose={() => setMending(null)}
          onDone={(done) => {
            setMending(null);
            setMended(done);
            again();
          }}
        />
      )}
    </section>
  );
}

/** What follows the first page, as far as a person has asked for it. */
function useMore(page: RejectedPage | null, day: string | null, rule: string | null) {
  const of = `${day} ${rule}`;
  const [state, setKept] = useState<{ of: string; items: readonly RejectedRecord[]; cursor: string | null } | null>(null);
  const kept = state?.of === of ? state : null;
  const cursor = kept ? kept.cursor : (page?.next_cursor ?? null);
  const load = () => {
    void listRejected(day, rule, cursor, new AbortController().signal).then(
      (next) => setKept({ of, items: [...(kept?.items ?? []), ...next.items], cursor: next.next_cursor }),
      () => setKept(null),
    );
  };
  return { items: kept?.items ?? [], cursor, load };
}

function List({ records, onMend }: { records: readonly RejectedRecord[]; onMend: (record: RejectedRecord) => void }) {
  const { t, format } = useI18n();
  return (
    <ul className="pl-records pl-rejected" data-testid="rejected-list">
      {records.map((record) => (
        <li key={`${record.kafka_topic}/${record.kafka_partition}/${record.kafka_offset}`}>
          <details className="pl-record" data-testid="rejected-record" data-place={`${record.kafka_partition}/${record.kafka_offset}`}>
            <summary>
              <span className="number quiet">{`${format.day(Date.parse(record.broker_time))}, ${format.clock(Date.parse(record.broker_time))}`}</span>
              <span className="number pl-place">{`${record.kafka_topic.split("/").at(-1)} ${record.kafka_partition}/${record.kafka_offset}`}</span>
              <span className="pl-rulename">{record.rule}</span>
              <span className="pl-reason" lang="en">
                {record.reason}
              </span>
              <span className="pl-state" data-mended={record.is_mended}>
                {t(record.is_mended ? "rej.mended" : "rej.open")}
              </span>
            </summary>
            <Scroll className="pl-whole" label={t("pl.payload")}>
              <pre>{record.payload === null ? t("tail.tombstone") : pretty(record.payload)}</pre>
            </Scroll>
            <p className="between">
              <span className="quiet">{record.is_mended ? [record.mended_day, record.note].filter(Boolean).join(" · ") : ""}</span>
              {!record.is_mended && (
                <Button icon="edit" testId="mend" onClick={() => onMend(record)}>
                  {t("rej.mend")}
                </Button>
              )}
            </p>
          </details>
        </li>
      ))}
    </ul>
  );
}
