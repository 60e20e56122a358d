import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { Geofence } from "../../contracts/api";
import type { GeofenceDraft, LonLat } from "../../store/state";
import type { Theme } from "../../store/theme";
import { firstPlaceName } from "../base";

const SOURCE = "rumbo-geofences";
const COLOUR = { light: "#6d28d9", dark: "#c4b5fd" } as const;
const HALO = { light: "#ffffff", dark: "#111827" } as const;

interface Drawn {
  items: readonly Geofence[];
  draft: GeofenceDraft | null;
  selected: string | null;
}

/** Areas with their names; the one that is being changed is drawn as it will be. */
export class GeofenceLayer {
  private drawn: Drawn = { items: [], draft: null, selected: null };
  private readonly map: MapLibreMap;
  private readonly theme: () => Theme;

  constructor(map: MapLibreMap, theme: () => Theme, onChoose: (name: string) => void) {
    this.map = map;
    this.theme = theme;
    map.on("click", `${SOURCE}-fill`, (event) => {
      const name: unknown = event.features?.[0]?.properties["name"];
      if (typeof name === "string" && name !== "" && !event.defaultPrevented) onChoose(name);
    });
  }

  /** Adds source and layers to a fresh style. */
  add(): void {
    if (this.map.getSource(SOURCE)) return;
    this.map.addSource(SOURCE, { type: "geojson", data: this.data() });
    const before = firstPlaceName(this.map);
    const colour = COLOUR[this.theme()];
    const chosen = ["get", "chosen"] as unknown as boolean;
    this.map.addLayer(
      { id: `${SOURCE}-fill`, type: "fill", source: SOURCE, paint: { "fill-color": colour, "fill-opacity": ["case", chosen, 0.2, 0.08] } },
      before,
    );
    this.map.addLayer(
      {
        id: `${SOURCE}-line`,
        type: "line",
        source: SOURCE,
        layout: { "line-join": "round" },
        paint: { "line-color": colour, "line-width": ["case", chosen, 3, 1.8] },
      },
      before,
    );
    this.map.addLayer({
      id: `${SOURCE}-name`,
      type: "symbol",
      source: SOURCE,
      filter: ["==", ["geometry-type"], "Polygon"],
      layout: { "text-field": ["get", "name"], "text-font": ["Noto Sans Medium"], "text-size": 12, "text-max-width": 8 },
      paint: { "text-color": colour, "text-halo-color": HALO[this.theme()], "text-halo-width": 1.5 },
    });
  }

  show(next: Drawn): void {
    const { items, draft, selected } = this.drawn;
    if (items === next.items && draft === next.draft && selected === next.selected) return;
    this.drawn = next;
    this.map.getSource<GeoJSONSource>(SOURCE)?.setData(this.data());
  }

  /** Whether a point of the canvas lies in one. */
  hit(point: { x: number; y: number }): boolean {
    if (!this.map.getLayer(`${SOURCE}-fill`)) return false;
    return this.map.queryRenderedFeatures([point.x, point.y], { layers: [`${SOURCE}-fill`] }).length > 0;
  }

  private data(): FeatureCollection {
    const { items, draft, selected } = this.drawn;
    const others = items.filter((one) => draft === null || draft.id === null || one.id !== draft.id);
    const features: FeatureCollection["features"] = others.map((one) => ({
      type: "Feature",
      properties: { name: one.name, chosen: draft === null && one.name === selected },
      geometry: { type: "Polygon", coordinates: [one.ring] },
    }));
    if (draft) features.push({ type: "Feature", properties: { name: "", chosen: true }, geometry: shapeOf(draft.corners) });
    return { type: "FeatureCollection", features };
  }
}

/** What there is of an area that is being drawn: a line until it has three corners. */
function shapeOf(corners: readonly LonLat[]): FeatureCollection["features"][number]["geometry"] {
  const points = corners.map(([lon, lat]) => [lon, lat]);
  const [first] = points;
  return first && points.length > 2 ? { type: "Polygon", coordinates: [[...points, first]] } : { type: "LineString", coordinates: points };
}
