import { useCallback } from "react";
import type { Pipeline } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useNow } from "../../ui/useNow";

const TABLES = [
  ["positions", "pipe.positions"],
  ["trip_states", "pipe.tripStates"],
  ["rejected", "pipe.rejected"],
] as const;

/** Per topic what was sent, what landed and what waits; per table the rows; and how the stream fares. */
export function PipelineDetails({ now }: { now: Pipeline }) {
  const { t, format } = useI18n();
  const { stream, topics, worker } = now;
  const took = stream.batch_duration_ms;
  const last = stream.last_batch_at;
  const read = useCallback(() => (last ? Math.max(0, (Date.now() - Date.parse(last)) / 1000) : null), [last]);
  const ago = useNow(read, 1000);
  return (
    <div className="pipe-details" data-testid="pipeline-details">
      <h2>{t("pipe.title")}</h2>
      <table>
        <caption className="hidden">{t("pipe.topics")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("pipe.topics")}</th>
            <th scope="col">{t("pipe.landed")}</th>
            <th scope="col">{t("pipe.lagOf")}</th>
          </tr>
        </thead>
        <tbody className="number">
          {Object.entries(topics).map(([name, topic]) => (
            <tr key={name} data-testid={`topic-${name}`}>
              <th scope="row">{name.replace(/^rumbo\./, "")}</th>
              <td>{format.count(topic.landed)}</td>
              <td data-late={topic.lag > 0}>{format.count(topic.lag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="number">
        {TABLES.map(([table, label]) => (
          <div key={table}>
            <dt>{t(label)}</dt>
            <dd>{format.count(stream.rows_landed[table] ?? 0)}</dd>
          </div>
        ))}
        <div>
          <dt>{t("pipe.batch")}</dt>
          <dd>
            {ago === null || took === null
              ? t("pipe.none")
              : t("pipe.batchAgo", { ago: format.duration(ago), took: took < 1000 ? `${format.count(took)} ms` : format.duration(took / 1000) })}
          </dd>
        </div>
        {worker.behind_ms !== null && (
          <div>
            <dt>{t("pipe.behind")}</dt>
            <dd>{`${format.count(worker.behind_ms)} ms`}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
