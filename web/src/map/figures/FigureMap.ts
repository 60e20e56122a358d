import type { FeatureCollection, Geometry } from "geojson";
import { type GeoJSONSource, LngLatBounds, type Map as MapLibreMap, type MapLayerMouseEvent } from "maplibre-gl";
import type { Region } from "../../contracts/api";
import { theme, type Theme } from "../../store/theme";
import { createMap, firstPlaceName, styleOf } from "../base";
import { addDensity } from "./density";
import { addFlows } from "./flows";
import { addRoadSpeeds } from "./roadSpeeds";

export type FigureLayer = "density" | "road_speeds" | "flows";

/** Features have `key`, by which what is pointed at is told, and what their layer is coloured or sized by. */
export interface Picture {
  layer: FigureLayer;
  features: FeatureCollection;
}

export type Pointed = { key: string; x: number; y: number } | null;

const SOURCE = "figure";
const NOTHING: Picture = { layer: "density", features: { type: "FeatureCollection", features: [] } };

function pointsOf(geometry: Geometry): [number, number][] {
  if (geometry.type === "Point") return [geometry.coordinates as [number, number]];
  if (geometry.type === "LineString") return geometry.coordinates as [number, number][];
  return geometry.type === "Polygon" ? ((geometry.coordinates[0] ?? []) as [number, number][]) : [];
}

/** A map inside a page that shows one figure at a time. */
export class FigureMap {
  private picture: Picture = NOTHING;
  private fitted = false;
  private dressed: FigureLayer | null = null;
  private told: Theme;
  private readonly undo: () => void;
  private readonly map: MapLibreMap;
  private readonly region: Region;
  private readonly onPoint: (at: Pointed, on: Picture) => void;
  private language: string;

  constructor(container: HTMLElement, region: Region, language: string, onPoint: (at: Pointed, on: Picture) => void) {
    this.region = region;
    this.language = language;
    this.onPoint = onPoint;
    this.told = theme.get().shown;
    this.map = createMap(container, region, this.told, language, {
      hash: false,
      cooperativeGestures: false,
      // Kept after a frame, so that the page prints with its map.
      canvasContextAttributes: { antialias: true, preserveDrawingBuffer: true },
    });
    this.map.scrollZoom.disable();
    this.map.on("style.load", () => this.dress());
    // All that was asked for is to be seen.
    this.map.on("idle", () => {
      container.dataset["drawn"] = this.dressed ?? "";
    });
    this.undo = theme.subscribe(() => {
      if (theme.get().shown !== this.told) this.restyle();
    });
  }

  show(picture: Picture): void {
    this.picture = picture;
    this.fitOnce();
    if (this.dressed !== picture.layer) this.dress();
    else this.map.getSource<GeoJSONSource>(SOURCE)?.setData(picture.features);
  }

  speak(language: string): void {
    if (language === this.language) return;
    this.language = language;
    this.restyle();
  }

  zoom(step: number): void {
    this.map.zoomTo(this.map.getZoom() + step, { duration: 200 });
  }

  destroy(): void {
    this.undo();
    this.map.remove();
  }

  /** The first time that there is something to see, the map goes there; from then on it is the reader's. */
  private fitOnce(): void {
    if (this.fitted || this.picture.features.features.length === 0) return;
    this.fitted = true;
    const bounds = new LngLatBounds();
    for (const { geometry } of this.picture.features.features) for (const point of pointsOf(geometry)) bounds.extend(point);
    this.map.fitBounds(bounds, { padding: 36, duration: 0, maxZoom: 16 });
  }

  private restyle(): void {
    this.told = theme.get().shown;
    this.dressed = null;
    this.map.setStyle(styleOf(this.region, this.told, this.language), { diff: false });
  }

  private dress(): void {
    if (!this.map.isStyleLoaded() && this.map.getStyle() === undefined) return;
    for (const { id } of this.map.getStyle().layers) if (id.startsWith("figure-")) this.map.removeLayer(id);
    if (this.map.getSource(SOURCE)) this.map.removeSource(SOURCE);
    const { layer, features } = this.picture;
    this.map.addSource(SOURCE, { type: "geojson", data: features, lineMetrics: layer === "flows" });
    const before = firstPlaceName(this.map);
    const ids =
      layer === "density"
        ? addDensity(this.map, SOURCE, this.told, before)
        : layer === "flows"
          ? addFlows(this.map, SOURCE, this.told, before)
          : addRoadSpeeds(this.map, SOURCE, this.told, before, false);
    for (const id of ids) {
      this.map.on("mousemove", id, this.pointed);
      this.map.on("mouseleave", id, this.left);
    }
    this.dressed = layer;
  }

  private readonly pointed = (event: MapLayerMouseEvent): void => {
    const key: unknown = event.features?.[0]?.properties["key"];
    if (typeof key === "string") this.onPoint({ key, x: event.point.x, y: event.point.y }, this.picture);
  };

  private readonly left = (): void => this.onPoint(null, this.picture);
}
