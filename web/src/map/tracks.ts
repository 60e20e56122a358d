import type { Feature, FeatureCollection, LineString, Position } from "geojson";
import { type GeoJSONSource, type LineLayerSpecification, type Map as MapLibreMap, Marker } from "maplibre-gl";
import type { TrackLayer } from "../api/trips";
import type { Region } from "../contracts/api";
import { cursor } from "../store/cursor";
import { nearestRow, type Series, valueAt } from "../store/series";
import { theme, type Theme } from "../store/theme";
import type { TrackSet } from "../store/tripRecord";
import { createMap, firstPlaceName, styleOf } from "./base";
import { calm } from "./camera";

const REACH_PX = 40;
const PADDING_PX = 44;
/** Flags that say that the fix is not where the vehicle was. */
const MISPLACED = ["jump", "frozen"];
const COLOURS = {
  light: { planned: "#8b97ad", truth: "#27303f", reported: "#2152e5", cleaned: "#15753a", flagged: "#c62828", ring: "#ffffff" },
  dark: { planned: "#5d697e", truth: "#e3e8f0", reported: "#6d94ff", cleaned: "#5cc58a", flagged: "#ff7b72", ring: "#0d1117" },
} as const;

type Layer = "planned" | "truth" | "reported" | "cleaned" | "flagged";

interface Drawn {
  /** The plan's route; null where only the lake knows the trip. */
  route: LineString | null;
  tracks: TrackSet;
  shown: ReadonlySet<TrackLayer>;
  flagLabels: readonly string[];
}

const source = (layer: Layer) => `rumbo-track-${layer}`;

/** A map of one trip: its route and tracks, and where each of them was at the cursor. */
export class TripMap {
  readonly map: MapLibreMap;
  private drawn: Drawn = { route: null, tracks: {}, shown: new Set(), flagLabels: [] };
  private language: string;
  private theme: Theme;
  private fitted = false;
  private readonly region: Region;
  private readonly marks = new Map<TrackLayer, Marker>();
  private readonly undo: (() => void)[];

  constructor(container: HTMLElement, region: Region, language: string) {
    this.region = region;
    this.language = language;
    this.theme = theme.get().shown;
    this.fitted = location.hash.includes("map=");
    this.map = createMap(container, region, this.theme, language);
    this.map.on("style.load", () => this.dress());
    this.map.on("mousemove", (event) => this.point(event.point));
    this.map.on("click", (event) => this.point(event.point));
    this.undo = [theme.subscribe(() => this.restyle(this.language)), cursor.subscribe(() => this.mark())];
  }

  show(next: Drawn): void {
    this.drawn = next;
    for (const layer of ["planned", "truth", "reported", "cleaned", "flagged"] as const)
      this.map.getSource<GeoJSONSource>(source(layer))?.setData(this.data(layer));
    if (!this.fitted) this.fitAll();
    this.mark();
  }

  restyle(language: string): void {
    if (theme.get().shown === this.theme && language === this.language) return;
    this.theme = theme.get().shown;
    this.language = language;
    this.map.setStyle(styleOf(this.region, this.theme, language), { diff: false });
    for (const mark of this.marks.values()) mark.remove();
    this.marks.clear();
    this.mark();
  }

  fitAll(): void {
    // A fix may lie anywhere: where the way itself is known, it alone tells what there is to see.
    const [way = []] = [this.drawn.route?.coordinates ?? [], this.line("truth"), this.line("cleaned"), this.line("reported")].filter((one) => one.length > 1);
    const lines = this.drawn.route ? [...way, ...this.line("truth")] : way;
    const [first] = lines;
    if (!first) return;
    const box = lines.reduce<[number, number, number, number]>(
      ([w, s, e, n], [lon = 0, lat = 0]) => [Math.min(w, lon), Math.min(s, lat), Math.max(e, lon), Math.max(n, lat)],
      [first[0] ?? 0, first[1] ?? 0, first[0] ?? 0, first[1] ?? 0],
    );
    this.map.fitBounds(box, { padding: PADDING_PX, maxZoom: 17, duration: this.fitted && !calm() ? 500 : 0 });
    this.fitted = true;
  }

  zoom(step: number): void {
    this.map.zoomTo(this.map.getZoom() + step, { duration: calm() ? 0 : 250 });
  }

  destroy(): void {
    for (const each of this.undo) each();
    this.map.remove();
  }

  private dress(): void {
    const colours = COLOURS[this.theme];
    const before = firstPlaceName(this.map);
    const line = (layer: Layer, paint: LineLayerSpecification["paint"]) => {
      this.map.addSource(source(layer), { type: "geojson", data: this.data(layer) });
      this.map.addLayer(
        {
          id: source(layer),
          type: "line",
          source: source(layer),
          filter: ["==", ["geometry-type"], "LineString"],
          layout: { "line-join": "round", "line-cap": "round" },
          paint: { "line-color": colours[layer], ...paint },
        },
        before,
      );
    };
    line("planned", { "line-width": 8, "line-opacity": 0.4 });
    line("reported", { "line-width": 1.5, "line-opacity": 0.55 });
    line("cleaned", { "line-width": 2 });
    line("truth", { "line-width": 2.5 });
    this.points("reported", 2.6, null);
    this.points("cleaned", 2.6, null);
    this.map.addSource(source("flagged"), { type: "geojson", data: this.data("flagged") });
    this.points("flagged", 4.5, colours.ring);
  }

  private points(layer: Layer, radius: number, ring: string | null): void {
    this.map.addLayer({
      id: `${source(layer)}-points`,
      type: "circle",
      source: source(layer),
      filter: ["in", ["geometry-type"], ["literal", ["Point", "MultiPoint"]]],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, radius * 0.7, 17, radius * 1.5],
        "circle-color": COLOURS[this.theme][layer],
        ...(ring ? { "circle-stroke-color": ring, "circle-stroke-width": 1.5 } : {}),
      },
    });
  }

  private data(layer: Layer): FeatureCollection {
    const features: Feature[] = [];
    const add = (geometry: Feature["geometry"]) => features.push({ type: "Feature", properties: {}, geometry });
    const { route, shown, tracks } = this.drawn;
    if (layer === "flagged") {
      const { cleaned } = tracks;
      if (cleaned && shown.has("cleaned")) add({ type: "MultiPoint", coordinates: places(cleaned, (i) => (cleaned.flags[i] ?? 0) > 0) });
    } else if (layer === "planned") {
      if (route && shown.has("planned")) add(route);
    } else if (shown.has(layer)) {
      const line = this.line(layer);
      if (line.length > 1) add({ type: "LineString", coordinates: line });
      if (layer !== "truth" && line.length > 0) add({ type: "MultiPoint", coordinates: line });
    }
    return { type: "FeatureCollection", features };
  }

  /** A cleaned track goes past the fixes that lie elsewhere. */
  private line(layer: TrackLayer): Position[] {
    const series = this.drawn.tracks[layer];
    if (!series) return [];
    const wrong = MISPLACED.reduce((bits, flag) => bits | (1 << this.drawn.flagLabels.indexOf(flag)), 0);
    return places(series, (i) => layer !== "cleaned" || ((series.flags[i] ?? 0) & wrong) === 0);
  }

  private mark(): void {
    const ms = cursor.get();
    for (const layer of ["truth", "reported", "cleaned"] as const) {
      const series = this.drawn.tracks[layer];
      const at = ms !== null && series && this.drawn.shown.has(layer) ? placeAt(layer, series, ms) : null;
      let mark = this.marks.get(layer);
      if (!at) {
        mark?.remove();
        this.marks.delete(layer);
        continue;
      }
      if (!mark) {
        const element = document.createElement("div");
        element.className = `track-mark ${layer}`;
        mark = new Marker({ element }).setLngLat(at).addTo(this.map);
        this.marks.set(layer, mark);
      }
      mark.setLngLat(at);
    }
  }

  /** The cursor goes to the moment whose place is nearest to the pointer, where one is near. */
  private point(at: { x: number; y: number }): void {
    const { tracks, shown } = this.drawn;
    const layer = (["truth", "cleaned", "reported"] as const).find((one) => shown.has(one) && tracks[one]);
    const series = layer && tracks[layer];
    if (!series) return;
    let [best, gap] = [-1, REACH_PX];
    for (let i = 0; i < series.time.length; i += 1) {
      const { x, y } = this.map.project([series.lon[i] ?? 0, series.lat[i] ?? 0]);
      const away = Math.hypot(x - at.x, y - at.y);
      if (away < gap) [best, gap] = [i, away];
    }
    if (best >= 0) cursor.set(series.time[best] ?? null, "map");
  }
}

function places({ lat, lon }: Series, keep: (row: number) => boolean): Position[] {
  const found: Position[] = [];
  for (let i = 0; i < lat.length; i += 1) if (keep(i)) found.push([lon[i] ?? 0, lat[i] ?? 0]);
  return found;
}

function placeAt(layer: TrackLayer, series: Series, ms: number): [number, number] | null {
  if (layer === "truth") {
    const [lat, lon] = [valueAt(series, series.lat, ms), valueAt(series, series.lon, ms)];
    return Number.isNaN(lat) ? null : [lon, lat];
  }
  const i = nearestRow(series, ms);
  return i < 0 ? null : [series.lon[i] ?? 0, series.lat[i] ?? 0];
}
