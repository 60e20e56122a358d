import { ApiError, newIdempotencyKey } from "../api/client";
import * as api from "../api/endpoints";
import type { Closure, ClosureRequest } from "../contracts/api";
import { report } from "./fleetActions";
import { type ClosureDraft, closures, panel, view, world } from "./state";

export const [SMALLEST_M, LARGEST_M] = [1, 50_000];
const START_RADIUS_M = 60;
const START_FACTOR = 0.5;
/** Share of the view's height that a circle's radius needs so that its two handles stand apart. */
const GRASPABLE = 0.025;
const POLL_MS = 600;
const METRES_A_DEGREE = 111_320;

export type Phase = "planned" | "inForce" | "over";

export function phaseAt(closure: Pick<Closure, "from" | "until">, worldMs: number): Phase {
  if (worldMs < Date.parse(closure.from)) return "planned";
  return closure.until !== null && worldMs >= Date.parse(closure.until) ? "over" : "inForce";
}

export async function loadClosures(): Promise<void> {
  try {
    keepAll(await api.listClosures());
  } catch (error) {
    if (error instanceof ApiError && !closures.get().draft) closures.set({ error });
  }
}

const byNewest = (items: readonly Closure[]) => items.toSorted((a, b) => b.created_at.localeCompare(a.created_at));

function keepAll(items: readonly Closure[]): void {
  const known = new Map(closures.get().items.map((one) => [one.id, one]));
  // Lists leave out which trips go on; what was read of one closure stays until it is read again.
  const full = items.map((item) => (item.effect.no_other_way > 0 && known.get(item.id)?.effect.done ? (known.get(item.id) ?? item) : item));
  closures.set(({ selectedId, draft, error }) => ({
    items: byNewest(full),
    loaded: true,
    error: draft ? error : null,
    selectedId: full.some((item) => item.id === selectedId) ? selectedId : null,
  }));
  for (const item of full) if (!item.effect.done) watch(item.id);
}

const keep = (closure: Closure): void =>
  closures.set(({ items }) => ({ items: byNewest([closure, ...items.filter((one) => one.id !== closure.id)]) }));

const watched = new Set<string>();

/** Reads a closure again and again until every trip has been looked at. */
function watch(id: string): void {
  if (watched.has(id)) return;
  watched.add(id);
  const again = () => void read();
  const read = async (): Promise<void> => {
    try {
      const closure = await api.getClosure(id);
      keep(closure);
      if (!closure.effect.done) {
        window.setTimeout(again, POLL_MS);
        return;
      }
    } catch (error) {
      if (error instanceof ApiError && error.code === "unreachable") {
        window.setTimeout(again, POLL_MS * 5);
        return;
      }
      if (!(error instanceof ApiError && error.code === "not-found")) report(error);
    }
    watched.delete(id);
  };
  window.setTimeout(again, POLL_MS);
}

export function selectClosure(id: string | null): void {
  closures.set({ selectedId: id, error: null });
  if (id === null) return;
  panel.set({ tab: "closures" });
  void api.getClosure(id).then(keep, report);
}

export function openDraft(): void {
  closures.set({
    draft: { kind: "closed", at: null, radiusM: START_RADIUS_M, factor: START_FACTOR, fromMs: null, untilMs: null },
    selectedId: null,
    error: null,
  });
}

export const closeDraft = (): void => closures.set({ draft: null, error: null, busy: false });

export function changeDraft(change: Partial<ClosureDraft>): void {
  closures.set(({ draft }) => ({ draft: draft && { ...draft, ...change }, error: null }));
}

/** Puts the draft somewhere; the first time no smaller than can be taken hold of at this zoom. */
export function placeDraft(at: { lat: number; lon: number }): void {
  const { draft } = closures.get();
  const { bbox } = view.get();
  const seen = bbox && !draft?.at ? (bbox[3] - bbox[1]) * METRES_A_DEGREE * GRASPABLE : 0;
  changeDraft({ at, radiusM: Math.max(draft?.radiusM ?? START_RADIUS_M, Math.ceil(seen / 10) * 10) });
}

/** Where one who uses no mouse begins: the middle of what one sees of the map. */
export function placeInMiddle(): void {
  const { middle } = view.get();
  if (middle) placeDraft(middle);
}

export const endsTooEarly = ({ fromMs, untilMs }: ClosureDraft): boolean =>
  untilMs !== null && untilMs <= (fromMs ?? world.now());

/** What to ask the API for, or null while something is missing. */
export function requestOf(draft: ClosureDraft): ClosureRequest | null {
  if (!draft.at || !(draft.radiusM >= SMALLEST_M && draft.radiusM <= LARGEST_M) || endsTooEarly(draft)) return null;
  return {
    kind: draft.kind,
    geometry: { ...draft.at, radius_m: draft.radiusM },
    ...(draft.kind === "slow" ? { speed_factor: draft.factor } : {}),
    ...(draft.fromMs === null ? {} : { from: new Date(draft.fromMs).toISOString() }),
    ...(draft.untilMs === null ? {} : { until: new Date(draft.untilMs).toISOString() }),
  };
}

let pending: { body: string; key: string } | null = null;

/** Makes the drafted closure; trying again after a lost answer doesn't make a second one. */
export async function saveDraft(): Promise<void> {
  const { draft } = closures.get();
  const body = draft && requestOf(draft);
  if (!body) return;
  const text = JSON.stringify(body);
  if (pending?.body !== text) pending = { body: text, key: newIdempotencyKey() };
  closures.set({ busy: true, error: null });
  try {
    const closure = await api.createClosure(body, pending.key);
    pending = null;
    closeDraft();
    keep(closure);
    closures.set({ selectedId: closure.id });
    watch(closure.id);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    closures.set({ busy: false, error });
  }
}

export async function removeClosure(id: string): Promise<void> {
  try {
    await api.deleteClosure(id);
    closures.set(({ items, selectedId }) => ({
      items: items.filter((one) => one.id !== id),
      selectedId: selectedId === id ? null : selectedId,
    }));
  } catch (error) {
    report(error);
    await loadClosures();
  }
}

/** A circle as a ring of [lon, lat], closed; good for what a map shows of some kilometres. */
export function circleRing({ lat, lon }: { lat: number; lon: number }, radiusM: number, corners = 64): [number, number][] {
  const dLat = radiusM / METRES_A_DEGREE;
  const dLon = dLat / Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: corners + 1 }, (_, i) => {
    const angle = (2 * Math.PI * (i % corners)) / corners;
    return [lon + dLon * Math.cos(angle), lat + dLat * Math.sin(angle)];
  });
}

/** Metres between two points some kilometres apart. */
export function metresBetween(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const east = (b.lon - a.lon) * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot(east, b.lat - a.lat) * METRES_A_DEGREE;
}
