import type { Map as MapLibreMap } from "maplibre-gl";
import type { Theme } from "../../store/theme";
import { FLOW } from "./colours";

const STEPS_OF_CURVE = 24;
const BEND = 0.18;

/** A line from one place to another that bends to its right, so that there and back stand apart. Degrees. */
export function bent([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): [number, number][] {
  const shrink = Math.cos((((y1 + y2) / 2) * Math.PI) / 180);
  const [dx, dy] = [(x2 - x1) * shrink, y2 - y1];
  const [cx, cy] = [(x1 + x2) / 2 + (dy * BEND) / shrink, (y1 + y2) / 2 - dx * BEND];
  return Array.from({ length: STEPS_OF_CURVE + 1 }, (_, index) => {
    const t = index / STEPS_OF_CURVE;
    const of = (a: number, b: number, c: number) => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
    return [of(x1, cx, x2), of(y1, cy, y2)];
  });
}

/** Trips between cells: pale where they begin, strong where they end; a ring is trips that stay in their cell. */
export function addFlows(map: MapLibreMap, source: string, theme: Theme, before: string | undefined): string[] {
  const colour = FLOW[theme];
  const share = ["get", "share"];
  map.addLayer(
    {
      id: "figure-flows",
      type: "line",
      source,
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round" },
      paint: {
        "line-width": ["+", 1.5, ["*", 9, share]] as unknown as number,
        "line-gradient": ["interpolate", ["linear"], ["line-progress"], 0, `${colour}40`, 0.6, `${colour}b0`, 1, colour],
      },
    },
    before,
  );
  map.addLayer(
    {
      id: "figure-flow-rings",
      type: "circle",
      source,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": ["+", 5, ["*", 16, ["sqrt", share]]] as unknown as number,
        "circle-color": colour,
        "circle-opacity": 0.25,
        "circle-stroke-color": colour,
        "circle-stroke-width": 2,
      },
    },
    before,
  );
  return ["figure-flows", "figure-flow-rings"];
}
