import { Suspense, useMemo } from "react";
import type { FigureQuery } from "../../api/dashboards";
import { type I18n, lazyPart, type MessageKey, useI18n } from "../../i18n";
import { coloursOf, FLOW } from "../../map/figures/colours";
import type { FigureLayer } from "../../map/figures/FigureMap";
import { setQuery, useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { useFigure } from "../../store/figures";
import { place } from "../../store/state";
import { theme } from "../../store/theme";
import { Segments } from "../../ui/Segments";
import type { Row } from "./cards";
import { CardFrame } from "./FigureCard";
import type { TableColumn } from "./FigureTable";
import { HourSlider } from "./HourSlider";
import { cellText, measure } from "./measures";
import { densityBreaks, flowKey, HOURS, ofHour, picture, SPEED_BREAKS, minutesIn } from "./pictures";

const FigureMapView = lazyPart(() => import("../../map/figures/FigureMapView"));

const LAYERS: readonly FigureLayer[] = ["density", "road_speeds", "flows"];
const COLUMNS: Readonly<Record<FigureLayer, readonly TableColumn[]>> = {
  density: [["cell", "dash.cell", "text"], ["present_s", "dash.present", "hours"], ["dwell_s", "dash.standing", "hours"], ["mean_speed_mps", "dash.speed", "speed"], ["reports", "dash.reports", "count"]],
  road_speeds: [["road_name", "dash.road", "text"], ["mean_mps", "dash.speed", "speed"], ["limit_mps", "dash.limit", "speed"], ["reports", "dash.reports", "count"], ["edge_id", "dash.edge", "text"]],
  flows: [["from_cell", "dash.origin", "text"], ["to_cell", "dash.destination", "text"], ["trips", "dash.trips", "count"], ["mean_distance_m", "dash.distance", "distance"], ["mean_duration_s", "dash.duration", "duration"]],
};

/** Cells of trips' ends are coarser than those of reports: else hardly two trips would have the same. */
const RESOLUTION: Readonly<Record<FigureLayer, string>> = { density: "9", road_speeds: "9", flows: "8" };

/** Where it happens: density, speeds and flows on one map, hour by hour. */
export function MapCard({ query, days }: { query: FigureQuery; days: number }) {
  const i18n = useI18n();
  const { t, zone, preferences } = i18n;
  const address = useAddress().query;
  const region = useStore(place, (value) => value.region);
  const shown = useStore(theme, (value) => value.shown);
  const layer = LAYERS.find((one) => one === address.get("layer")) ?? "density";
  const hour = hourOf(address.get("hour"), layer);
  const asked = useFigure(layer, { ...query, time_zone: zone, resolution: RESOLUTION[layer] });
  // While another layer loads, the last one's rows are not its.
  const data = asked.data?.figure.name === layer ? asked.data : null;
  const rows = useMemo(() => ofHour(layer, (data?.items ?? []) as Row[], hour), [data, layer, hour]);
  const breaks = useMemo(
    () => (layer === "density" ? densityBreaks((data?.items ?? []) as Row[], days, hour) : SPEED_BREAKS[preferences.units]),
    [data, layer, days, hour, preferences.units],
  );
  const drawn = useMemo(
    () => picture(layer, rows, data?.shapes ?? {}, (row) => (layer === "density" ? minutesIn(row, days, hour) : Number(row["mean_mps"])), breaks),
    [layer, rows, data, days, hour, breaks],
  );
  const say = useSaying(layer, rows, days, hour);
  return (
    <CardFrame
      figure={layer}
      id="map"
      wide
      title={`dash.layer.${layer}` as MessageKey}
      note={`dash.layerNote.${layer}` as MessageKey}
      query={{ ...query, time_zone: zone, resolution: RESOLUTION[layer] }}
      columns={COLUMNS[layer]}
      asked={{ ...asked, data }}
      rows={rows}
      tools={<Segments label={t("dash.layer")} value={layer} options={LAYERS.map((value) => ({ value, label: t(`dash.tab.${value}` as MessageKey), testId: `layer-${value}` }))} onChange={(next) => setQuery({ layer: next })} />}
    >
      <Suspense fallback={<p className="quiet dash-wait">{t("app.loading")}</p>}>
        {region && <FigureMapView region={region} label={t(`dash.layer.${layer}` as MessageKey)} picture={drawn} say={say} />}
      </Suspense>
      <div className="dash-map-foot">
        {layer !== "flows" && <HourSlider hour={hour} />}
        <Key layer={layer} breaks={breaks} colours={layer === "flows" ? [FLOW[shown]] : coloursOf(layer === "density" ? "density" : "speed", shown)} />
      </div>
    </CardFrame>
  );
}

function hourOf(text: string | null, layer: FigureLayer): number | null {
  const hour = Number(text);
  return text === null || text === "" || layer === "flows" || !Number.isInteger(hour) || hour < 0 || hour >= HOURS ? null : hour;
}

function useSaying(layer: FigureLayer, rows: readonly Row[], days: number, hour: number | null): (key: string) => string {
  const i18n = useI18n();
  const byKey = useMemo(
    () => new Map(rows.map((row) => [layer === "flows" ? flowKey(row) : String(row[layer === "density" ? "cell" : "edge_id"]), row])),
    [layer, rows],
  );
  return (key) => {
    const row = byKey.get(key);
    if (!row) return "";
    const { t } = i18n;
    const speed = (column: string) => cellText(i18n, "speed", row[column]);
    if (layer === "density") return t("dash.sayCell", { n: few(i18n, minutesIn(row, days, hour)), speed: speed("mean_speed_mps") });
    if (layer === "road_speeds") return t("dash.sayRoad", { road: String(row["road_name"] || t("trip.unnamedRoad")), speed: speed("mean_mps"), limit: speed("limit_mps") });
    return t("dash.sayFlow", { n: i18n.format.count(Number(row["trips"])), distance: cellText(i18n, "distance", row["mean_distance_m"]), time: cellText(i18n, "duration", row["mean_duration_s"]) });
  };
}

const few = ({ format }: I18n, value: number): string => format.plain(Number(value.toPrecision(2)));

/** What the colours mean. */
function Key({ layer, breaks, colours }: { layer: FigureLayer; breaks: readonly number[]; colours: readonly string[] }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (layer === "flows") {
    return (
      <p className="dash-key" data-testid="map-key">
        <i className="fade" style={{ "--colour": colours[0] } as React.CSSProperties} />
        {t("dash.flowKey")}
      </p>
    );
  }
  const speed = measure(i18n, "speed");
  const text = (value: number) => (layer === "density" ? few(i18n, value) : String(Math.round(speed.shown(value))));
  return (
    <div className="dash-key number" data-testid="map-key">
      <span>{layer === "density" ? t("dash.densityKey") : speed.unit}</span>
      <ol>
        {colours.map((colour, step) => (
          <li key={colour}>
            <i style={{ background: colour }} />
            {step === 0 ? `< ${text(breaks[0] ?? 0)}` : step === colours.length - 1 ? `≥ ${text(breaks.at(-1) ?? 0)}` : `${text(breaks[step - 1] ?? 0)}–${text(breaks[step] ?? 0)}`}
          </li>
        ))}
      </ol>
    </div>
  );
}
