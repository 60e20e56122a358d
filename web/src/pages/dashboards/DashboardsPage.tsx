import "./dashboards.css";
import "../../ui/charts/charts.css";
import { useCallback, useMemo, useState } from "react";
import { useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { useFigure, useRefinedDays } from "../../store/figures";
import { world } from "../../store/state";
import { Button } from "../../ui/Button";
import { Link } from "../../ui/Link";
import { ProblemNote } from "../../ui/ProblemNote";
import { useNow } from "../../ui/useNow";
import { Page } from "../Page";
import { CARDS } from "./cards";
import { FigureCard } from "./FigureCard";
import { Filters } from "./Filters";
import { Headline } from "./Headline";
import { MapCard } from "./MapCard";
import { dayName } from "./measures";
import { daysIn, plusDays, queryOf, type Span, spanOf } from "./span";
import { useLightPrint } from "./useLightPrint";

/** What the refined days come to: figures, charts and maps over the tables of common. */
export default function DashboardsPage() {
  const { t } = useI18n();
  const [round, setRound] = useState(0);
  const { data: days, error } = useRefinedDays(round);
  const { query } = useAddress();
  useLightPrint();
  const span = useMemo(() => (days ? spanOf(query, days) : null), [query, days]);
  return (
    <Page
      title={t("nav.dashboards")}
      testId="dashboards-page"
      actions={
        span && (
          <Button icon="file" testId="print" onClick={() => print()} className="button plain no-print">
            {t("dash.print")}
          </Button>
        )
      }
    >
      {error && (
        <section className="stack">
          <ProblemNote error={error} />
          <Button icon="refresh" onClick={() => setRound(round + 1)}>
            {t("dash.retry")}
          </Button>
        </section>
      )}
      {!error && !days && <p className="quiet centred">{t("dash.loading")}</p>}
      {days && !span && <NothingRefined onLook={() => setRound(round + 1)} />}
      {days && span && <Shown days={days} span={span} />}
    </Page>
  );
}

function Shown({ days, span }: { days: readonly string[]; span: Span }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { from, to } = span;
  const vehicles = useFigure("vehicles", useMemo(() => ({ from, to }), [from, to]));
  const query = useMemo(() => queryOf(span), [span]);
  const found = days.filter((day) => day >= from && day <= to).length;
  return (
    <>
      <Filters span={span} days={days} vehicles={vehicles.data} />
      <p className="dash-printed">
        {dayName(i18n, from, true)} – {dayName(i18n, to, true)} {[span.fleet, span.vehicleClass, span.vehicle].filter(Boolean).join(", ")}
      </p>
      {found === 0 ? (
        <div className="card nothing" data-testid="no-days">
          <p>{t("dash.noDays", { from: dayName(i18n, days[0] ?? from, true), to: dayName(i18n, days.at(-1) ?? to, true) })}</p>
          <Button kind="primary" onClick={() => setQuery({ from: null, to: null })}>
            {t("dash.showLast")}
          </Button>
        </div>
      ) : (
        <>
          {found < daysIn(from, to) && <p className="quiet">{t("dash.someDays", { n: found, all: daysIn(from, to) })}</p>}
          <Headline query={query} />
          <div className="dash-grid">
            <MapCard query={query} days={found} />
            {CARDS.map(({ draw, ...card }) => (
              <FigureCard key={card.id ?? card.figure} {...card} query={query} draw={(rows) => draw(rows, span, i18n)} />
            ))}
          </div>
        </>
      )}
    </>
  );
}

function NothingRefined({ onLook }: { onLook: () => void }) {
  const { t } = useI18n();
  const today = useNow(
    useCallback(() => new Date(world.isKnown ? world.now() : Date.now()).toISOString().slice(0, 10), []),
    60_000,
  );
  return (
    <div className="card nothing" data-testid="nothing-refined">
      <h2>{t("dash.noneTitle")}</h2>
      <p>{t("dash.noneText")}</p>
      <p>
        <code>rumbo refine --date {plusDays(today, -1)}</code>
      </p>
      <div className="filters">
        <Link to="/pipeline" className="button primary">
          {t("dash.toPipeline")}
        </Link>
        <Button icon="refresh" testId="look-again" onClick={onLook}>
          {t("dash.retry")}
        </Button>
      </div>
    </div>
  );
}
