import { useState } from "react";
import { type MessageKey, useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import type { Row } from "./cards";
import { cellText, type Kind } from "./measures";

export type TableColumn = readonly [column: string, title: MessageKey, kind: Kind];

const PIECE = 50;
const TEXTS = new Set<Kind>(["day", "hour", "text", "reason", "class", "driver", "energyKind"]);

const end = (kind: Kind) => (TEXTS.has(kind) ? undefined : "end");

/** A figure's rows, as many at a time as a person reads. */
export function FigureTable({ id, caption, rows, columns }: { id: string; caption: string; rows: readonly Row[]; columns: readonly TableColumn[] }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const [shown, setShown] = useState(PIECE);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by the keyboard too */}
      <div className="table-scroll dash-table" tabIndex={0} role="region" aria-label={caption}>
        <table className="table" data-testid={`rows-${id}`}>
          <caption className="hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map(([column, title, kind]) => (
                <th key={column} scope="col" className={end(kind)}>
                  {t(title)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              <tr key={index}>
                {columns.map(([column, , kind]) => (
                  <td key={column} className={end(kind)}>
                    {cellText(i18n, kind, row[column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && (
        <Button onClick={() => setShown(shown + PIECE * 4)}>{t("dash.more", { n: format.count(rows.length - shown) })}</Button>
      )}
    </>
  );
}
