import { type ReactNode, useId, useState } from "react";
import { figureFile, type FigureQuery } from "../../api/dashboards";
import type { Figure } from "../../contracts/api";
import { type MessageKey, useI18n } from "../../i18n";
import { type Asked, useFigure } from "../../store/figures";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import type { Row } from "./cards";
import { FigureTable, type TableColumn } from "./FigureTable";

interface Props {
  figure: string;
  id?: string | undefined;
  title: MessageKey;
  note?: MessageKey | undefined;
  query: FigureQuery;
  columns: readonly TableColumn[];
  draw: (rows: readonly Row[]) => ReactNode;
}

/** One figure: its chart, the same as a table, and as a file. */
export function FigureCard({ figure, query, draw, ...card }: Props) {
  const asked = useFigure(figure, query);
  return (
    <CardFrame {...card} figure={figure} query={query} asked={asked}>
      {draw((asked.data?.items ?? []) as Row[])}
    </CardFrame>
  );
}

interface FrameProps extends Omit<Props, "draw"> {
  asked: Asked<Figure>;
  /** The rows of the table, where they are not the figure's. */
  rows?: readonly Row[];
  tools?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

export function CardFrame({ figure, id: cardId = figure, title, note, query, columns, asked, rows, tools, wide, children }: FrameProps) {
  const { t, language } = useI18n();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const { data, error, busy } = asked;
  const items = rows ?? ((data?.items ?? []) as Row[]);
  const name = t(title);
  return (
    <section className={wide ? "card dash-card wide" : "card dash-card"} aria-labelledby={id} aria-busy={busy} data-busy={busy} data-testid={`card-${cardId}`}>
      <div className="card-head">
        <h2 id={id}>{name}</h2>
        {tools}
        <div className="dash-verbs no-print">
          <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)} data-testid={`table-${cardId}`}>
            <Icon name={asTable ? "chart" : "trips"} size={16} />
            {t(asTable ? "dash.asChart" : "dash.asTable")}
          </button>
          <a href={figureFile(figure, query, language === "es" ? "semicolon" : "comma")} download data-testid={`csv-${cardId}`} aria-label={t("dash.csvOf", { name })}>
            <Icon name="download" size={16} />
            CSV
          </a>
        </div>
      </div>
      {error ? (
        <ProblemNote error={error} />
      ) : data === null ? (
        <p className="quiet dash-wait">{t("dash.loading")}</p>
      ) : data.items.length === 0 ? (
        <p className="quiet dash-wait" data-testid={`none-${cardId}`}>
          {t("dash.noRows")}
        </p>
      ) : asTable ? (
        <FigureTable id={cardId} caption={name} rows={items} columns={columns} />
      ) : (
        children
      )}
      {note && data !== null && data.items.length > 0 && <p className="quiet dash-note">{t(note)}</p>}
      {data?.attribution && <p className="quiet dash-note">{data.attribution}</p>}
    </section>
  );
}
