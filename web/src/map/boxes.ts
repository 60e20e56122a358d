import type { Region } from "../contracts/api";

/** The region's own middle where it lies inside, as (lon, lat). */
export function centreOf({ center, bbox }: Region): [number, number] {
  const [lat, lon] = Array.isArray(center) ? center : [center.lat, center.lon];
  const [west, south, east, north] = bbox;
  const inside = lat >= south && lat <= north && lon >= west && lon <= east;
  return inside ? [lon, lat] : [(west + east) / 2, (south + north) / 2];
}

/** West, south, east, north. */
export type Box = [number, number, number, number];

/** The smallest box that holds all of them. */
export const around = (boxes: readonly Box[]): Box => [
  Math.min(...boxes.map(([west]) => west)),
  Math.min(...boxes.map(([, south]) => south)),
  Math.max(...boxes.map(([, , east]) => east)),
  Math.max(...boxes.map(([, , , north]) => north)),
];
