import { ApiError, newIdempotencyKey } from "../api/client";
import * as api from "../api/endpoints";
import type { Geofence, GeofenceRequest } from "../contracts/api";
import { report } from "./fleetActions";
import { type GeofenceDraft, geofences, type LonLat, panel, view } from "./state";

export const [FEWEST_CORNERS, MOST_CORNERS, LONGEST_NAME] = [3, 200, 80];
const MOST_UNDO = 100;
const MOST_CROSSINGS = 20;
const LOOKED_THROUGH = 200;
/** Share of the view that an area in its middle takes. */
const SHARE = 0.2;

export async function loadGeofences(): Promise<void> {
  try {
    const items = await api.listGeofences();
    geofences.set(({ selected, draft, error }) => ({
      items,
      loaded: true,
      error: draft ? error : null,
      selected: items.some((one) => one.name === selected) ? selected : null,
    }));
  } catch (error) {
    if (error instanceof ApiError && !geofences.get().draft) geofences.set({ error });
  }
}

export function selectGeofence(name: string | null): void {
  geofences.set({ selected: name, crossings: [], error: null });
  if (name === null) return;
  panel.set({ tab: "geofences" });
  void loadCrossings(name);
}

/** The last entries and exits of an area, from what has landed. */
export async function loadCrossings(name: string): Promise<void> {
  try {
    const found = await Promise.all(["geofence_entry" as const, "geofence_exit" as const].map((rule) => api.listAlerts(rule, LOOKED_THROUGH)));
    if (geofences.get().selected !== name) return;
    const own = found.flat().filter((alert) => alert.geofence === name);
    geofences.set({ crossings: own.toSorted((a, b) => b.event_time.localeCompare(a.event_time)).slice(0, MOST_CROSSINGS) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the list of areas says that the server is away
  }
}

const EMPTY: GeofenceDraft = { id: null, name: "", corners: [], entry: true, exit: true, severity: "info", drawing: true, undo: [] };

export const drawGeofence = (): void => geofences.set({ draft: EMPTY, selected: null, error: null });

export function editGeofence({ id, name, ring, entry, exit, severity }: Geofence): void {
  const corners = ring.slice(0, -1).map(([lon, lat]): LonLat => [lon, lat]);
  geofences.set({ draft: { id, name, corners, entry, exit, severity, drawing: false, undo: [] }, error: null });
}

export const closeGeofenceDraft = (): void => geofences.set({ draft: null, error: null, busy: false });

export function changeGeofenceDraft(change: Partial<GeofenceDraft>): void {
  geofences.set(({ draft }) => ({ draft: draft && { ...draft, ...change }, error: null }));
}

function setCorners(draft: GeofenceDraft, corners: readonly LonLat[], change: Partial<GeofenceDraft> = {}): void {
  changeGeofenceDraft({ ...change, corners, undo: [...draft.undo.slice(1 - MOST_UNDO), draft.corners] });
}

const rounded = ([lon, lat]: LonLat): LonLat => [Number(lon.toFixed(7)), Number(lat.toFixed(7))];

export function addCorner(at: LonLat): void {
  const { draft } = geofences.get();
  if (draft && draft.corners.length < MOST_CORNERS) setCorners(draft, [...draft.corners, rounded(at)]);
}

/** Where a corner is while it is moved; `moved` makes a step of it that can be undone. */
export function moveCorner(index: number, at: LonLat): void {
  const { draft } = geofences.get();
  if (draft) changeGeofenceDraft({ corners: draft.corners.with(index, rounded(at)) });
}

export function moved(before: readonly LonLat[]): void {
  const { draft } = geofences.get();
  if (draft) changeGeofenceDraft({ undo: [...draft.undo.slice(1 - MOST_UNDO), before] });
}

/** A corner after the one with that index. */
export function insertCorner(index: number, at: LonLat): void {
  const { draft } = geofences.get();
  if (draft && draft.corners.length < MOST_CORNERS) setCorners(draft, draft.corners.toSpliced(index + 1, 0, rounded(at)));
}

export function removeCorner(index: number): void {
  const { draft } = geofences.get();
  if (draft) setCorners(draft, draft.corners.toSpliced(index, 1));
}

export function undoCorner(): void {
  const { draft } = geofences.get();
  const before = draft?.undo.at(-1);
  if (draft && before) changeGeofenceDraft({ corners: before, undo: draft.undo.slice(0, -1) });
}

/** Where one who uses no mouse begins: a square in the middle of what one sees of the map. */
export function squareInMiddle(): void {
  const { draft } = geofences.get();
  const { bbox, middle } = view.get();
  if (!draft || !bbox || !middle) return;
  const { lon, lat } = middle;
  const half = ((bbox[3] - bbox[1]) * SHARE) / 2;
  const wide = half / Math.cos((lat * Math.PI) / 180);
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x = 0, y = 0]) => rounded([lon + x * wide, lat + y * half]));
  setCorners(draft, corners, { drawing: false });
}

/** What to ask the API for, or null while something is missing. */
export function geofenceRequest({ name, corners, entry, exit, severity }: GeofenceDraft): GeofenceRequest | null {
  const [first] = corners;
  if (!first || corners.length < FEWEST_CORNERS || name.trim() === "" || !(entry || exit)) return null;
  const ring = [...corners, first].map(([lon, lat]) => [lon, lat]);
  return { name: name.trim(), geometry: { type: "Polygon", coordinates: [ring] }, entry, exit, severity };
}

let pending: { body: string; key: string } | null = null;

/** Keeps the area; trying again after a lost answer doesn't make a second one. */
export async function saveGeofence(): Promise<void> {
  const { draft } = geofences.get();
  const body = draft && geofenceRequest(draft);
  if (!body) return;
  const text = JSON.stringify(body);
  if (pending?.body !== text) pending = { body: text, key: newIdempotencyKey() };
  geofences.set({ busy: true, error: null });
  try {
    const kept = draft.id === null ? await api.createGeofence(body, pending.key) : await api.changeGeofence(draft.id, body);
    pending = null;
    closeGeofenceDraft();
    geofences.set(({ items }) => ({ items: [...items.filter((one) => one.id !== kept.id), kept] }));
    selectGeofence(kept.name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    geofences.set({ busy: false, error });
  }
}

export async function removeGeofence(id: string): Promise<void> {
  try {
    await api.deleteGeofence(id);
    geofences.set(({ items }) => ({ items: items.filter((one) => one.id !== id), selected: null }));
  } catch (error) {
    report(error);
    await loadGeofences();
  }
}
