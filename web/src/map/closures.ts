import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { Closure } from "../contracts/api";
import { circleRing, phaseAt } from "../store/closureActions";
import type { ClosureDraft } from "../store/state";
import type { Theme } from "../store/theme";
import { firstPlaceName } from "./base";

const SOURCE = "rumbo-closures";
const COLOURS = {
  light: { closed: "#c62828", slow: "#b45309" },
  dark: { closed: "#ff7b72", slow: "#f0a13a" },
} as const;

interface Drawn {
  items: readonly Closure[];
  draft: ClosureDraft | null;
  selectedId: string | null;
  worldMs: number;
}

/** An expression, where the types of a paint property know values only. */
const paint = (value: unknown) => value as string;

/** Closures and slow zones: full where they are in force, dashed where they are only planned, gone when over. */
export class ClosureLayer {
  private told = "";
  private drawn: Drawn = { items: [], draft: null, selectedId: null, worldMs: 0 };
  private readonly map: MapLibreMap;
  private readonly theme: () => Theme;

  constructor(map: MapLibreMap, theme: () => Theme, onChoose: (id: string) => void) {
    this.map = map;
    this.theme = theme;
    map.on("click", `${SOURCE}-fill`, (event) => {
      const id: unknown = event.features?.[0]?.properties["id"];
      if (typeof id !== "string" || id === "" || event.defaultPrevented) return;
      onChoose(id);
    });
  }

  /** Adds source and layers to a fresh style. */
  add(): void {
    if (this.map.getSource(SOURCE)) return;
    this.map.addSource(SOURCE, { type: "geojson", data: this.data() });
    const before = firstPlaceName(this.map);
    const colour = ["match", ["get", "kind"], "slow", COLOURS[this.theme()].slow, COLOURS[this.theme()].closed];
    const strong = ["case", ["get", "chosen"], 0.24, ["get", "inForce"], 0.17, 0.07];
    this.map.addLayer(
      {
        id: `${SOURCE}-fill`,
        type: "fill",
        source: SOURCE,
        paint: { "fill-color": paint(colour), "fill-opacity": strong as unknown as number },
      },
      before,
    );
    for (const inForce of [true, false]) {
      this.map.addLayer(
        {
          id: `${SOURCE}-line-${inForce ? "now" : "later"}`,
          type: "line",
          source: SOURCE,
          filter: ["==", ["get", "inForce"], inForce],
          paint: {
            "line-color": paint(colour),
            "line-width": ["case", ["get", "chosen"], 3, 2],
            ...(inForce ? {} : { "line-dasharray": [2, 2] }),
          },
        },
        before,
      );
    }
  }

  /** Cheap to call often: what is drawn changes only where something to be seen has. */
  show(next: Drawn): void {
    this.drawn = next;
    const key = JSON.stringify([next.items.map((one) => [one.id, phaseAt(one, next.worldMs)]), next.draft, next.selectedId]);
    if (key === this.told) return;
    this.told = key;
    this.map.getSource<GeoJSONSource>(SOURCE)?.setData(this.data());
  }

  /** Whether a point of the canvas lies in one. */
  hit(point: { x: number; y: number }): boolean {
    if (!this.map.getLayer(`${SOURCE}-fill`)) return false;
    return this.map.queryRenderedFeatures([point.x, point.y], { layers: [`${SOURCE}-fill`] }).length > 0;
  }

  private data(): FeatureCollection {
    const { items, draft, selectedId, worldMs } = this.drawn;
    const features: FeatureCollection["features"] = items.flatMap((one) => {
      const phase = phaseAt(one, worldMs);
      if (phase === "over" && one.id !== selectedId) return [];
      const properties = { id: one.id, kind: one.kind, inForce: phase === "inForce", chosen: one.id === selectedId };
      return [{ type: "Feature", properties, geometry: { type: "Polygon", coordinates: [one.ring] } }];
    });
    if (draft?.at) {
      features.push({
        type: "Feature",
        properties: { id: "", kind: draft.kind, inForce: true, chosen: true },
        geometry: { type: "Polygon", coordinates: [circleRing(draft.at, draft.radiusM)] },
      });
    }
    return { type: "FeatureCollection", features };
  }
}
