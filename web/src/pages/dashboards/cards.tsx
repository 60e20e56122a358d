import type { ReactNode } from "react";
import type { I18n, MessageKey } from "../../i18n";
import { Columns } from "../../ui/charts/Columns";
import { Grid } from "../../ui/charts/Grid";
import { Lines } from "../../ui/charts/Lines";
import type { Tone } from "../../ui/charts/Readout";
import { Rows } from "../../ui/charts/Rows";
import type { TableColumn } from "./FigureTable";
import { cellText, dayName, type Kind, measure } from "./measures";
import { everyDay, type Span } from "./span";

export type Row = Readonly<Record<string, unknown>>;

interface CardSpec {
  figure: string;
  /** Of the card, where the figure has another one too. */
  id?: string;
  title: MessageKey;
  note?: MessageKey;
  columns: readonly TableColumn[];
  draw: (rows: readonly Row[], span: Span, i18n: I18n) => ReactNode;
}

type SeriesSpec = readonly [column: string, name: MessageKey, tone: Tone];
const MOST_VEHICLES = 15;
const MOST_LABEL = 20;

const number = (row: Row | undefined, column: string): number | null => {
  const value = row?.[column];
  return typeof value === "number" ? value : null;
};

/** A chart over all days of the span; days that are not refined stay empty. */
function byDay(shape: "columns" | "lines", kind: Kind, series: readonly SeriesSpec[], title: MessageKey, least = 0): CardSpec["draw"] {
  return (rows, span, i18n) => {
    const { t } = i18n;
    const days = everyDay(span);
    const of = new Map(rows.map((row) => [String(row["day"]), row]));
    const how = measure(i18n, kind);
    const drawn = series.map(([column, name, tone]) => ({
      name: t(name),
      tone,
      values: days.map((day) => {
        const value = number(of.get(day), column);
        return value === null ? null : how.shown(value);
      }),
    }));
    const first = drawn[0];
    const known = (first?.values ?? []).filter((value) => value !== null);
    const label = t("dash.summary", {
      title: t(title),
      n: days.length,
      low: how.text(Math.min(...known)),
      high: how.text(Math.max(...known)),
      name: first?.name ?? "",
    });
    const unit = how.unit || (series.length === 1 ? (first?.name ?? "") : t(title));
    const Shape = shape === "columns" ? Columns : Lines;
    return <Shape {...{ label, unit, least }} categories={days.map((day) => dayName(i18n, day))} series={drawn} tick={how.tick} text={how.text} />;
  };
}

function byName(name: (row: Row, i18n: I18n) => string, key: string, kind: Kind, series: readonly SeriesSpec[], title: MessageKey, text: (row: Row, i18n: I18n) => string): CardSpec["draw"] {
  return (rows, _span, i18n) => {
    const how = measure(i18n, kind);
    return (
      <Rows
        label={i18n.t(title)}
        series={series.map(([, word, tone]) => ({ name: i18n.t(word), tone }))}
        rows={rows.slice(0, MOST_VEHICLES).map((row, index) => ({
          key: `${String(row[key])} ${index}`,
          name: name(row, i18n),
          values: series.map(([column]) => how.shown(number(row, column) ?? 0)),
          text: text(row, i18n),
        }))}
        text={how.text}
      />
    );
  };
}

const minutes = (value: number | null | undefined): string => (value === null || value === undefined ? "" : `${value / 60}`.replace("-", "−"));

function delays(rows: readonly Row[], _span: Span, i18n: I18n): ReactNode {
  const { t } = i18n;
  const how = measure(i18n, "duration");
  const from = rows.map((row) => number(row, "from_s"));
  const to = rows.map((row) => number(row, "to_s"));
  const late = rows.map((_, index) => (from[index] ?? -1) >= 300);
  const sum = (which: boolean) => rows.reduce((all, row, index) => all + (late[index] === which ? (number(row, "trips") ?? 0) : 0), 0);
  return (
    <Columns
      tight
      label={t("dash.delaySummary", { onTime: sum(false), late: sum(true) })}
      unit={t("dash.trips")}
      categories={rows.map((_, index) => t("dash.bin", { from: minutes(from[index]) || "…", to: minutes(to[index]) || "…" }))}
      borders={[...from.map(minutes), minutes(to.at(-1))]}
      series={[{ name: t("dash.trips"), tone: 1, values: rows.map((row) => number(row, "trips")) }]}
      toneAt={(index) => (late[index] ? 2 : 1)}
      tick={measure(i18n, "count").tick}
      text={measure(i18n, "count").text}
      least={how.shown(4)}
    />
  );
}

function utilisation(rows: readonly Row[], span: Span, i18n: I18n): ReactNode {
  const days = everyDay(span);
  const of = new Map<string, { name: string; values: (number | null)[] }>();
  for (const row of rows) {
    const id = String(row["vehicle_id"]);
    const found = of.get(id) ?? { name: String(row["vehicle"]), values: days.map(() => null) };
    found.values[days.indexOf(String(row["day"]))] = number(row, "utilisation");
    of.set(id, found);
  }
  const shown = [...of].slice(0, MOST_LABEL).map(([key, one]) => ({ key, ...one }));
  const most = Math.max(0.01, ...shown.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const { t, format } = i18n;
  return <Grid label={t("dash.utilisationSummary", { n: shown.length, most: format.percent(most) })} columns={days.map((day) => dayName(i18n, day))} rows={shown} most={most} text={format.percent} name={t("dash.utilisation")} />;
}

const said = (column: string, kind: Kind) => (row: Row, i18n: I18n) => cellText(i18n, kind, row[column]);
const DAY: TableColumn = ["day", "dash.day", "day"];
const VEHICLE: TableColumn = ["vehicle", "dash.vehicle", "text"];

/** Every chart of the page, in order: a new figure is one entry. */
export const CARDS: readonly CardSpec[] = [
  {
    figure: "trips",
    title: "dash.distance",
    columns: [DAY, ["distance_m", "dash.distance", "distance"], ["trips_begun", "dash.begun", "count"], ["trips_arrived", "dash.arrived", "count"], ["trips_broken", "dash.broken", "count"], ["vehicles_driving", "dash.driving", "count"], ["vehicles", "dash.vehicles", "count"]],
    draw: byDay("columns", "distance", [["distance_m", "dash.distance", 1]], "dash.distance"),
  },
  {
    figure: "trips",
    id: "trip-counts",
    title: "dash.trips",
    columns: [DAY, ["trips_begun", "dash.begun", "count"], ["trips_arrived", "dash.arrived", "count"], ["trips_broken", "dash.broken", "count"]],
    draw: byDay("columns", "count", [["trips_arrived", "dash.arrived", 1], ["trips_broken", "dash.broken", 2]], "dash.trips", 4),
  },
  {
    figure: "hours",
    title: "dash.hours",
    columns: [DAY, ["moving_s", "dash.moving", "hours"], ["stopped_s", "dash.standing", "hours"], ["utilisation", "dash.utilisation", "share"], ["vehicles", "dash.vehicles", "count"]],
    draw: byDay("columns", "hours", [["moving_s", "dash.moving", 1], ["stopped_s", "dash.standing", 0]], "dash.hours"),
  },
  {
    figure: "utilisation",
    title: "dash.utilisationBy",
    columns: [VEHICLE, DAY, ["utilisation", "dash.utilisation", "share"], ["moving_s", "dash.moving", "hours"], ["duty_s", "dash.duty", "hours"], ["distance_m", "dash.distance", "distance"]],
    draw: utilisation,
  },
  {
    figure: "punctuality",
    title: "dash.punctuality",
    columns: [DAY, ["on_time", "dash.onTime", "count"], ["late", "dash.late", "count"], ["share_on_time", "dash.shareOnTime", "share"], ["median_delay_s", "dash.median", "duration"], ["p90_delay_s", "dash.p90", "duration"]],
    draw: byDay("lines", "share", [["share_on_time", "dash.shareOnTime", 3]], "dash.punctuality", 100),
  },
  {
    figure: "delays",
    title: "dash.delays",
    note: "dash.delayNote",
    columns: [["from_s", "dash.above", "duration"], ["to_s", "dash.upTo", "duration"], ["trips", "dash.trips", "count"]],
    draw: delays,
  },
  {
    figure: "stops",
    title: "dash.stops",
    columns: [["reason", "dash.reason", "reason"], ["stays", "dash.stays", "count"], ["stood_s", "dash.standing", "hours"], ["mean_s", "dash.mean", "duration"], ["median_s", "dash.median", "duration"], ["p90_s", "dash.p90", "duration"]],
    note: "dash.stopNote",
    draw: (rows, span, i18n) =>
      byName(said("reason", "reason"), "reason", "hours", [["stood_s", "dash.standing", 1]], "dash.stops", said("stood_s", "hours"))(rows.filter((row) => row["reason"] !== "parked"), span, i18n),
  },
  {
    figure: "idle",
    title: "dash.idle",
    columns: [DAY, ["idle_s", "dash.idle", "hours"], ["stopped_s", "dash.standing", "hours"], ["idle_share", "dash.idleShare", "share"]],
    draw: byDay("columns", "hours", [["idle_s", "dash.idle", 2]], "dash.idle"),
  },
  {
    figure: "energy",
    title: "dash.energyDay",
    columns: [DAY, ["energy_kwh", "dash.energy", "energy"], ["kwh_100km", "dash.consumption", "per100"], ["co2_tailpipe_kg", "dash.tailpipe", "mass"], ["co2_kg", "dash.co2", "mass"]],
    draw: byDay("columns", "energy", [["energy_kwh", "dash.energy", 3]], "dash.energyDay"),
  },
  {
    figure: "energy",
    id: "co2",
    title: "dash.co2",
    columns: [DAY, ["co2_tailpipe_kg", "dash.tailpipe", "mass"], ["co2_kg", "dash.co2", "mass"]],
    draw: byDay("columns", "mass", [["co2_kg", "dash.co2", 4]], "dash.co2"),
  },
  {
    figure: "energy_classes",
    title: "dash.consumption",
    columns: [["vehicle_class", "dash.class", "class"], ["energy", "dash.energy", "energyKind"], ["distance_m", "dash.distance", "distance"], ["energy_kwh", "dash.energy", "energy"], ["kwh_100km", "dash.consumption", "per100"], ["co2_kg", "dash.co2", "mass"], ["co2_g_km", "dash.co2", "perKm"]],
    draw: byName(
      (row, i18n) => `${cellText(i18n, "class", row["vehicle_class"])}, ${cellText(i18n, "energyKind", row["energy"])}`,
      "vehicle_class",
      "per100",
      [["kwh_100km", "dash.consumption", 3]],
      "dash.consumption",
      said("kwh_100km", "per100"),
    ),
  },
  {
    figure: "drivers",
    title: "dash.drivers",
    note: "dash.driverNote",
    columns: [VEHICLE, ["driver", "dash.driver", "driver"], ["distance_m", "dash.distance", "distance"], ["score", "dash.score", "score"], ["harsh_accelerations_100km", "dash.accelerations", "perFar"], ["harsh_brakings_100km", "dash.brakings", "perFar"], ["harsh_cornerings_100km", "dash.cornerings", "perFar"], ["overspeeds_100km", "dash.overspeeds", "perFar"], ["overspeed_share", "dash.overspeedShare", "share"]],
    draw: byName(
      said("vehicle", "text"),
      "vehicle_id",
      "rate",
      [["harsh_accelerations_100km", "dash.accelerations", 3], ["harsh_brakings_100km", "dash.brakings", 2], ["harsh_cornerings_100km", "dash.cornerings", 1], ["overspeeds_100km", "dash.overspeeds", 4]],
      "dash.drivers",
      (row, i18n) => i18n.t("dash.scored", { score: cellText(i18n, "score", row["score"]) }),
    ),
  },
];
