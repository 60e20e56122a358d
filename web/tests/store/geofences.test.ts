import { beforeEach, expect, test } from "vitest";
import {
  addCorner,
  changeGeofenceDraft,
  closeGeofenceDraft,
  drawGeofence,
  editGeofence,
  geofenceRequest,
  insertCorner,
  moveCorner,
  moved,
  removeCorner,
  squareInMiddle,
  undoCorner,
} from "../../src/store/geofenceActions";
import { geofences, type LonLat, view } from "../../src/store/state";

const [A, B, C, D]: LonLat[] = [[7.4, 43.7], [7.5, 43.7], [7.5, 43.8], [7.4, 43.8]] as LonLat[];
const draft = () => {
  const found = geofences.get().draft;
  if (!found) throw new Error("no draft");
  return found;
};

beforeEach(drawGeofence);

test("clicks make corners, and an area needs three and a name", () => {
  for (const at of [A, B] as LonLat[]) addCorner(at);
  changeGeofenceDraft({ name: " Harbour " });
  expect(geofenceRequest(draft())).toBeNull();
  addCorner(C as LonLat);
  expect(geofenceRequest(draft())).toEqual({
    name: "Harbour",
    geometry: { type: "Polygon", coordinates: [[A, B, C, A]] },
    entry: true,
    exit: true,
    severity: "info",
  });
  changeGeofenceDraft({ entry: false, exit: false });
  expect(geofenceRequest(draft())).toBeNull();
});

test("corners are moved, put in between and taken away, and each step is undone", () => {
  for (const at of [A, B, C] as LonLat[]) addCorner(at);
  const before = draft().corners;
  moveCorner(2, [7.6, 43.9]);
  moveCorner(2, D as LonLat);
  moved(before);
  insertCorner(0, [7.45, 43.65]);
  removeCorner(0);
  expect(draft().corners).toEqual([[7.45, 43.65], B, D]);
  undoCorner();
  expect(draft().corners).toEqual([A, [7.45, 43.65], B, D]);
  undoCorner();
  expect(draft().corners).toEqual([A, B, D]);
  undoCorner();
  expect(draft().corners).toEqual([A, B, C]);
});

test("without a mouse one begins with a square amid what the map shows", () => {
  view.set({ bbox: [7.4, 43.7, 7.5, 43.8], middle: { lat: 43.75, lon: 7.47 } });
  squareInMiddle();
  expect(draft().corners).toHaveLength(4);
  expect(draft().drawing).toBe(false);
  const lons = draft().corners.map(([lon]) => lon);
  expect((Math.min(...lons) + Math.max(...lons)) / 2).toBeCloseTo(7.47, 6);
});

test("an area that there is, is changed from what it is", () => {
  const ring = [A, B, C, A] as [number, number][];
  editGeofence({ id: "geo_1", source: "map", name: "Port", ring, entry: true, exit: false, severity: "warning", from: null });
  expect(draft()).toMatchObject({ id: "geo_1", name: "Port", corners: [A, B, C], exit: false, drawing: false });
  closeGeofenceDraft();
  expect(geofences.get().draft).toBeNull();
});
