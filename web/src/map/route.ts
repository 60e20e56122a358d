import type { GeoJSONSource, LineLayerSpecification, Map as MapLibreMap } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import type { LineString, Route } from "../contracts/api";
import { firstPlaceName } from "./base";
import type { Theme } from "../store/theme";

const SOURCE = "rumbo-route";
/** The layer of the chosen line. */
export const ROUTE_LINE = `${SOURCE}-main`;
const COLOURS = {
  light: { line: "#2152e5", casing: "#ffffff", other: "#8b97ad", done: "#9aa7c4" },
  dark: { line: "#6d94ff", casing: "#0d1117", other: "#5d697e", done: "#46557a" },
} as const;

interface Drawn {
  routes: readonly { geometry: LineString }[];
  chosen: number;
  /** Share driven so far, drawn faded; null in a preview. */
  progress: number | null;
}

/** The chosen route, its alternatives, and how much of it has been driven. */
export class RouteLayer {
  private drawn: Drawn = { routes: [], chosen: 0, progress: null };
  private readonly map: MapLibreMap;
  private readonly theme: () => Theme;
  private readonly onChoose: (index: number) => void;

  constructor(map: MapLibreMap, theme: () => Theme, onChoose: (index: number) => void) {
    this.map = map;
    this.theme = theme;
    this.onChoose = onChoose;
    map.on("click", `${SOURCE}-other`, (event) => {
      const index = Number(event.features?.[0]?.properties["index"]);
      if (Number.isInteger(index)) this.onChoose(index);
      event.preventDefault();
    });
    map.on("mouseenter", `${SOURCE}-other`, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", `${SOURCE}-other`, () => (map.getCanvas().style.cursor = ""));
    map.on("mouseenter", ROUTE_LINE, () => {
      if (this.drawn.progress === null) map.getCanvas().style.cursor = "grab";
    });
    map.on("mouseleave", ROUTE_LINE, () => (map.getCanvas().style.cursor = ""));
  }

  /** Adds source and layers to a fresh style. */
  add(): void {
    if (this.map.getSource(SOURCE)) return;
    this.map.addSource(SOURCE, { type: "geojson", lineMetrics: true, data: this.data() });
    const colour = COLOURS[this.theme()];
    const before = firstPlaceName(this.map);
    const chosen = ["==", ["get", "chosen"], true];
    this.map.addLayer(line("other", ["!", chosen], colour.other, 5), before);
    this.map.addLayer(line("casing", chosen, colour.casing, 10), before);
    this.map.addLayer(line("main", chosen, colour.line, 6), before);
    this.shade();
  }

  preview(routes: Drawn["routes"], chosen: number): void {
    this.draw({ routes, chosen, progress: null });
  }

  trip(route: Route | null, progress: number): void {
    this.draw({ routes: route ? [route] : [], chosen: 0, progress });
  }

  private draw(next: Drawn): void {
    const before = this.drawn;
    this.drawn = next;
    const same = before.chosen === next.chosen && sameRoutes(before.routes, next.routes);
    if (!same) this.map.getSource<GeoJSONSource>(SOURCE)?.setData(this.data());
    if (!same || before.progress !== next.progress) this.shade();
  }

  private shade(): void {
    if (!this.map.getLayer(ROUTE_LINE)) return;
    const colour = COLOURS[this.theme()];
    const done = this.drawn.progress ?? 0;
    const at = Math.min(0.9999, done);
    this.map.setPaintProperty(
      ROUTE_LINE,
      "line-gradient",
      at > 0.0001 ? ["step", ["line-progress"], colour.done, at, colour.line] : ["step", ["line-progress"], colour.line, 1, colour.line],
    );
  }

  private data(): FeatureCollection {
    const { routes, chosen } = this.drawn;
    return {
      type: "FeatureCollection",
      features: routes.map((route, index) => ({
        type: "Feature",
        properties: { index, chosen: index === chosen },
        geometry: route.geometry,
      })),
    };
  }
}

const sameRoutes = (a: Drawn["routes"], b: Drawn["routes"]) =>
  a.length === b.length && a.every((route, i) => route.geometry === b[i]?.geometry);

function line(name: string, filter: unknown, color: string, width: number): LineLayerSpecification {
  return {
    id: `${SOURCE}-${name}`,
    type: "line",
    source: SOURCE,
    filter: filter as NonNullable<LineLayerSpecification["filter"]>,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": color,
      "line-width": ["interpolate", ["exponential", 1.4], ["zoom"], 10, width * 0.5, 15, width, 19, width * 2],
    },
  };
}
