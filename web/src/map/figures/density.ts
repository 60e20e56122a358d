import type { Map as MapLibreMap } from "maplibre-gl";
import type { Theme } from "../../store/theme";
import { byStep, coloursOf } from "./colours";

/** H3 cells, filled by how full they are. */
export function addDensity(map: MapLibreMap, source: string, theme: Theme, before: string | undefined): string[] {
  const colour = byStep(coloursOf("density", theme));
  map.addLayer({ id: "figure-cells", type: "fill", source, paint: { "fill-color": colour, "fill-opacity": 0.72 } }, before);
  map.addLayer({ id: "figure-cell-lines", type: "line", source, paint: { "line-color": colour, "line-width": 1 } }, before);
  return ["figure-cells"];
}
