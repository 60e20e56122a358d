import type { FigureQuery } from "../../api/dashboards";
import { type I18n, type MessageKey, useI18n } from "../../i18n";
import { useFigure } from "../../store/figures";
import { ProblemNote } from "../../ui/ProblemNote";
import type { Row } from "./cards";
import { cellText, type Kind } from "./measures";

const FIGURES: readonly (readonly [column: string, name: MessageKey, kind: Kind])[] = [
  ["distance_m", "dash.distance", "distance"],
  ["trips_arrived", "dash.arrived", "count"],
  ["on_time", "dash.shareOnTime", "share"],
  ["moving_s", "dash.moving", "hours"],
  ["utilisation", "dash.utilisation", "share"],
  ["idle_share", "dash.idleShare", "share"],
  ["energy_kwh", "dash.energy", "energy"],
  ["co2_kg", "dash.co2", "mass"],
  ["score", "dash.score", "score"],
  ["events_100km", "dash.events", "perFar"],
];

/** The span in ten figures, each with its change against the days before. */
export function Headline({ query }: { query: FigureQuery }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { data, error, busy } = useFigure("totals", query);
  if (error) return <ProblemNote error={error} />;
  const [now, before] = ["chosen", "before"].map((span) => (data?.items as Row[] | undefined)?.find((row) => row["span"] === span));
  const compares = Number(before?.["days"] ?? 0) > 0 && before?.["days"] === now?.["days"];
  return (
    <section className="figures dash-figures" aria-label={t("dash.headline")} aria-busy={busy} data-testid="headline">
      {FIGURES.map(([column, name, kind]) => (
        <div className="figure" key={column} data-testid={`total-${column}`}>
          <span className="quiet">{t(name, { unit: i18n.preferences.units === "metric" ? "km" : "mi" })}</span>
          <strong>{now ? cellText(i18n, kind, now[column]) : "…"}</strong>
          <span className="quiet number">{compares ? change(i18n, kind, now?.[column], before?.[column]) : " "}</span>
        </div>
      ))}
      {data && !compares && <p className="quiet dash-before">{t("dash.noBefore")}</p>}
    </section>
  );
}

/** Shares change by points, all else by a share of what it was. */
function change({ t, format }: I18n, kind: Kind, now: unknown, before: unknown): string {
  if (typeof now !== "number" || typeof before !== "number" || (before === 0 && kind !== "share")) return "–";
  const by = kind === "share" ? (now - before) * 100 : (now / before - 1) * 100;
  const rounded = Math.round(by * 10) / 10;
  const sign = rounded > 0 ? "▲" : rounded < 0 ? "▼" : "=";
  return t(kind === "share" ? "dash.points" : "dash.change", { sign, by: format.plain(Math.abs(rounded)) });
}
