import { memo } from "react";
import type { TopicRecord } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { recordKey } from "../../store/tail";
import { Link } from "../../ui/Link";
import { Scroll } from "../../ui/Scroll";

/** A record in one line; opened, its payload with line breaks where it is JSON. */
export const RecordLine = memo(function RecordLine({ record, marked }: { record: TopicRecord; marked: string }) {
  const { t, format } = useI18n();
  return (
    <li>
      <details className="pl-record" data-testid="record" data-place={recordKey(record)}>
        <summary>
          <span className="number quiet">{format.clock(Date.parse(record.timestamp))}</span>
          <span className="number">{recordKey(record)}</span>
          <span className="pl-key">{record.key ?? "–"}</span>
          <code className="pl-payload">
            {record.payload === null ? <em>{t("tail.tombstone")}</em> : <Marked text={record.payload.slice(0, 400)} wanted={marked} />}
          </code>
          <span className="number quiet pl-size">{`${format.count(record.size)} B`}</span>
        </summary>
        {record.payload !== null && (
          <Scroll className="pl-whole" label={t("pl.payload")}>
            <pre>{pretty(record.payload)}</pre>
          </Scroll>
        )}
        <p className="quiet">
          {record.cut && `${t("tail.cut")} `}
          {record.key?.startsWith("veh_") && <Link to={`/?vehicle=${encodeURIComponent(record.key)}`}>{t("tail.showVehicle")}</Link>}
        </p>
      </details>
    </li>
  );
});

export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The text from shortly before the first place where the wanted one stands, which is marked. */
function Marked({ text, wanted }: { text: string; wanted: string }) {
  const at = wanted ? text.toLowerCase().indexOf(wanted.toLowerCase()) : -1;
  if (at < 0) return text;
  const start = Math.max(0, at - 40);
  return (
    <>
      {start > 0 && "…"}
      {text.slice(start, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </>
  );
}
