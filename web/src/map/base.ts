import { layers } from "@protomaps/basemaps";
import {
  addProtocol,
  AttributionControl,
  type LayerSpecification,
  Map as MapLibreMap,
  type MapOptions,
  setWorkerUrl,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Protocol } from "pmtiles";
import type { Region } from "../contracts/api";
import type { Theme } from "../store/theme";
import { flavorOf } from "./flavor";
import { fontFaces } from "./fonts";

const OSM = "© OpenStreetMap contributors";
const PADDING_SHARE = 0.35;

let ready = false;

function prepare(): void {
  if (ready) return;
  ready = true;
  setWorkerUrl(workerUrl);
  addProtocol("pmtiles", new Protocol().tile);
}

/** Where route lines go in: over the roads and their names, under the names of places. */
export function firstPlaceName(map: MapLibreMap): string | undefined {
  const labels = map.getStyle().layers.filter((layer) => layer.type === "symbol");
  return (labels.find((layer) => layer.id === "pois") ?? labels[0])?.id;
}

export function styleOf(region: Region, theme: Theme, language: string): StyleSpecification {
  return {
    version: 8,
    "font-faces": fontFaces(),
    sources: {
      base: {
        type: "vector",
        url: `pmtiles://${new URL(region.tiles, location.href).href}`,
        attribution: region.attribution || OSM,
      },
    },
    layers: layers("base", flavorOf(theme), { lang: language }).map(withoutIcon),
    transition: { duration: 0, delay: 0 },
  };
}

/** The Protomaps sprite is no package; labels do without their icons, and one-way arrows are dropped. */
function withoutIcon(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== "symbol" || !layer.layout?.["icon-image"]) return layer;
  const layout = Object.fromEntries(Object.entries(layer.layout).filter(([key]) => !key.startsWith("icon-")));
  if (layer.id === "roads_oneway" || layer.id === "roads_shields") layout["visibility"] = "none";
  return { ...layer, layout: layout as NonNullable<typeof layer.layout> };
}

/** The bare map of a region, north up and flat. `more` is what is different in a smaller map inside a page. */
export function createMap(container: HTMLElement, region: Region, theme: Theme, language: string, more: Partial<MapOptions> = {}): MapLibreMap {
  prepare();
  const [west, south, east, north] = region.bbox;
  const [dx, dy] = [(east - west) * PADDING_SHARE, (north - south) * PADDING_SHARE];
  const map = new MapLibreMap({
    container,
    style: styleOf(region, theme, language),
    bounds: region.bbox,
    fitBoundsOptions: { padding: 24 },
    maxBounds: [west - dx, south - dy, east + dx, north + dy],
    maxZoom: 20,
    hash: "map",
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    fadeDuration: 120,
    canvasContextAttributes: { antialias: true },
    ...more,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new AttributionControl({ compact: false }), "bottom-right");
  return map;
}
