import { useEffect, useState } from "react";
import { tripFile } from "../../api/trips";
import type { TripReport } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { cursor } from "../../store/cursor";
import { nearestRow } from "../../store/series";
import { trace, traceReport, type TrackSet } from "../../store/tripRecord";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { ProblemNote } from "../../ui/ProblemNote";

const FORMATS = ["csv", "gpx", "geoparquet"] as const;
const NAMES = { csv: "CSV", gpx: "GPX", geoparquet: "GeoParquet" } as const;
const RESTS_MS = 150;

interface Props {
  id: string;
  tracks: TrackSet;
  landed: boolean;
}

/** One report from its Kafka record to every row made of it; and all of them as files. */
export function Lineage({ id, tracks, landed }: Props) {
  const { t } = useI18n();
  const { seq: traced, busy, found, error } = useStore(trace, (value) => value);
  const told = tracks.cleaned ?? tracks.reported;
  const [seq, setSeq] = useState<number | null>(null);
  // The report nearest to the cursor, once it rests: React need not follow its every step.
  useEffect(() => {
    let timer = 0;
    const read = () => {
      const ms = cursor.get();
      setSeq(told && told.seq.length > 0 ? (told.seq[ms === null ? told.seq.length - 1 : nearestRow(told, ms)] ?? null) : null);
    };
    read();
    const undo = cursor.subscribe(() => {
      clearTimeout(timer);
      timer = window.setTimeout(read, RESTS_MS);
    });
    return () => {
      clearTimeout(timer);
      undo();
    };
  }, [told]);
  return (
    <section className="card lineage" data-testid="lineage">
      <div className="card-head">
        <h2>{t("record.lineage")}</h2>
        {seq !== null && (
          <>
            <span className="quiet number" data-testid="lineage-seq">
              {t("record.report", { seq })}
            </span>
            <Button icon="route" testId="trace-report" disabled={busy} onClick={() => void traceReport(seq)}>
              {t("record.trace")}
            </Button>
          </>
        )}
      </div>
      {seq === null && landed && <p className="quiet">{t("record.unreported")}</p>}
      {seq !== null && !found && !error && <p className="quiet">{busy ? t("past.loading") : t("record.lineageText")}</p>}
      {error && <ProblemNote error={error} />}
      {found && traced !== null && <Way found={found} />}
      {told && (
        <div className="record-files">
          <span className="quiet">{t("record.files")}</span>
          {FORMATS.map((format) => (
            <a key={format} className="chip" href={tripFile(id, format)} download data-testid={`export-${format}`}>
              <Icon name="download" size={15} />
              {NAMES[format]}
            </a>
          ))}
        </div>
      )}
    </section>
  );
}

function Way({ found }: { found: TripReport }) {
  const { t, format } = useI18n();
  const [record] = found.records;
  const waited = record ? (Date.parse(record.ingest_time) - Date.parse(record.broker_time)) / 1000 : 0;
  return (
    <ol className="way" data-testid="lineage-way">
      {found.records.map((one) => (
        <li key={`${one.partition} ${one.offset}`} data-testid="lineage-record">
          <strong>Kafka</strong>
          <Place topic={one.topic} partition={one.partition} offset={one.offset} />
          <time className="quiet number" dateTime={one.broker_time}>
            {format.clock(Date.parse(one.broker_time))}
          </time>
        </li>
      ))}
      <li>
        <strong>landing.positions</strong>
        <span className="quiet">{t("record.rows", { n: found.records.length }).replace(/^1 .*/u, t("record.row"))}</span>
        <span className="quiet number">{waited > 0 && t("record.landedAfter", { time: format.lag(waited) })}</span>
      </li>
      {found.made.map((made) => (
        <li key={made.table} data-testid="lineage-made" data-table={made.table}>
          <strong>{made.table}</strong>
          <code>{Object.entries(made.key).map(([name, value]) => `${name}=${shortened(value)}`).join(" ")}</code>
          <span className="quiet number">{made.rows === 1 ? t("record.row") : t("record.rows", { n: format.count(made.rows) })}</span>
        </li>
      ))}
      {record && (
        <li className="payload">
          <details className="more">
            <summary>{t("record.payload")}</summary>
            <pre data-testid="lineage-payload">
              {pretty(record.payload)}
            </pre>
          </details>
        </li>
      )}
    </ol>
  );
}

/** Where the record lies; of what came through Kafka, and not by a backfill, the pipeline's page shows it. */
function Place({ topic, partition, offset }: { topic: string; partition: number; offset: number }) {
  const text = `${topic} · ${partition} · ${offset}`;
  if (topic.startsWith("backfill/")) return <code>{text}</code>;
  return (
    <Link to={`/pipeline?${new URLSearchParams({ topic, partition: String(partition), from: String(offset) })}`} testId="lineage-topic">
      <code>{text}</code>
    </Link>
  );
}

const shortened = (value: unknown): string => String(value).replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.?0*Z$/u, "$1Z");

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
