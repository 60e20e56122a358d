import type { Map as MapLibreMap } from "maplibre-gl";
import type { Theme } from "../../store/theme";
import { byStep, coloursOf } from "./colours";

const wide = (more: number) => ["interpolate", ["exponential", 1.6], ["zoom"], 12, 1.2 + more, 15, 3 + more, 18, 9 + more] as unknown as number;
/** Each direction keeps to its side, as it drives. */
const aside = (left: boolean) => ["interpolate", ["exponential", 1.6], ["zoom"], 12, left ? -0.6 : 0.6, 15, left ? -1.8 : 1.8, 18, left ? -5 : 5] as unknown as number;

/** Road edges, coloured by how fast they are driven; a rim parts them from the roads below. */
export function addRoadSpeeds(map: MapLibreMap, source: string, theme: Theme, before: string | undefined, drivesOnLeft: boolean): string[] {
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  const rim = theme === "light" ? "#ffffff" : "#11161d";
  const offset = aside(drivesOnLeft);
  map.addLayer({ id: "figure-road-rims", type: "line", source, layout, paint: { "line-color": rim, "line-width": wide(1.6), "line-offset": offset } }, before);
  map.addLayer(
    { id: "figure-roads", type: "line", source, layout, paint: { "line-color": byStep(coloursOf("speed", theme)), "line-width": wide(0), "line-offset": offset } },
    before,
  );
  return ["figure-roads"];
}
