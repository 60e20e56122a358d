/** From rows of the map's figures to what is drawn: one hour of the day, or all of them. */
import type { Feature, FeatureCollection, Geometry, Polygon } from "geojson";
import { STEPS, stepOf } from "../../map/figures/colours";
import type { FigureLayer, Picture } from "../../map/figures/FigureMap";
import { bent } from "../../map/figures/flows";
import type { Row } from "./cards";

type Shapes = Readonly<Record<string, unknown>>;
export const HOURS = 24;

const num = (row: Row, column: string): number => (typeof row[column] === "number" ? row[column] : 0);
const collected = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });

/** The rows of an hour; of all hours, one row a place. */
export function ofHour(layer: FigureLayer, rows: readonly Row[], hour: number | null): Row[] {
  if (layer === "flows") return [...rows];
  if (hour !== null) return rows.filter((row) => row["hour"] === hour);
  const [key, weight, mean] = layer === "density" ? ["cell", "reports", "mean_speed_mps"] : ["edge_id", "reports", "mean_mps"];
  const sums = new Map<string, Record<string, unknown>>();
  for (const row of rows) {
    const name = String(row[key]);
    const sum = sums.get(name);
    if (!sum) sums.set(name, { ...row, hour: null });
    else {
      const [a, b] = [num(sum, weight), num(row, weight)];
      sum[mean] = (num(sum, mean) * a + num(row, mean) * b) / (a + b);
      for (const column of [weight, "present_s", "dwell_s"]) if (column in row) sum[column] = num(sum, column) + num(row, column);
    }
  }
  return [...sums.values()].toSorted((a, b) => num(b, layer === "density" ? "present_s" : weight) - num(a, layer === "density" ? "present_s" : weight));
}

/** Minutes that vehicles spend in a cell in an hour, on average over the span: 60 is one vehicle all the time. */
export const minutesIn = (row: Row, days: number, hour: number | null): number => num(row, "present_s") / 60 / (days * (hour === null ? HOURS : 1));

/** Breaks between the steps of density: closer together where little is. Over all hours alike, so that they compare. */
export function densityBreaks(rows: readonly Row[], days: number, hour: number | null): number[] {
  const most = Math.max(1e-9, ...(hour === null ? ofHour("density", rows, null) : rows).map((row) => minutesIn(row, days, hour)));
  return Array.from({ length: STEPS - 1 }, (_, index) => most * ((index + 1) / STEPS) ** 2);
}

/** In m/s: every 10 km/h about the town's speeds, or 5 and 10 mph. */
export const SPEED_BREAKS = { metric: [10, 20, 30, 50, 70].map((kmh) => kmh / 3.6), imperial: [5, 10, 20, 30, 45].map((mph) => mph * 0.44704) } as const;

export function picture(layer: FigureLayer, rows: readonly Row[], shapes: Shapes, value: (row: Row) => number, breaks: readonly number[]): Picture {
  if (layer === "flows") return { layer, features: collected(flowFeatures(rows, shapes)) };
  const column = layer === "density" ? "cell" : "edge_id";
  const features = rows.flatMap((row): Feature[] => {
    const geometry = shapes[String(row[column])] as Geometry | undefined;
    return geometry ? [{ type: "Feature", geometry, properties: { key: String(row[column]), step: stepOf(value(row), breaks) } }] : [];
  });
  return { layer, features: collected(features) };
}

export const flowKey = (row: Row): string => `${String(row["from_cell"])} ${String(row["to_cell"])}`;

function flowFeatures(rows: readonly Row[], shapes: Shapes): Feature[] {
  const most = Math.max(1, ...rows.map((row) => num(row, "trips")));
  // The least first: what matters lies on top.
  return rows.toReversed().flatMap((row): Feature[] => {
    const [from, to] = [middle(shapes[String(row["from_cell"])]), middle(shapes[String(row["to_cell"])])];
    if (!from || !to) return [];
    const stays = row["from_cell"] === row["to_cell"];
    const geometry: Geometry = stays ? { type: "Point", coordinates: from } : { type: "LineString", coordinates: bent(from, to) };
    return [{ type: "Feature", geometry, properties: { key: flowKey(row), share: num(row, "trips") / most } }];
  });
}

function middle(shape: unknown): [number, number] | null {
  const ring = (shape as Polygon | undefined)?.coordinates[0]?.slice(1);
  if (!ring || ring.length === 0) return null;
  const mean = (axis: number) => ring.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / ring.length;
  return [mean(0), mean(1)];
}
