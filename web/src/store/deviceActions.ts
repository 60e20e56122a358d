import { ApiError } from "../api/client";
import * as api from "../api/endpoints";
import type { DeviceProfile, FullDevice } from "../contracts/api";
import { report } from "./fleetActions";
import { devices, fleet, selection } from "./state";

const SETTLE_MS = 350;

export async function loadDevices(): Promise<void> {
  try {
    devices.set({ items: await api.listDevices(), loaded: true, error: null });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    devices.set({ error });
  }
}

/** Begins to compose a device: a copy of a ready-made one, or one's own as it is. */
export function openDevice(profile: DeviceProfile): void {
  const device = profile.device as FullDevice;
  const taken = devices.get().items.map((one) => one.name);
  const name = profile.ready_made ? freeName(`my-${profile.name}`, taken) : profile.name;
  devices.set({ draft: { ...device, name }, isNew: profile.ready_made, problem: null });
  preview();
}

export function freeName(wanted: string, taken: readonly string[]): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!taken.includes(name)) return name;
  }
}

export function closeDevice(): void {
  stop();
  devices.set({ draft: null, preview: null, problem: null, busy: false, looking: false });
}

export function rename(name: string): void {
  devices.set(({ draft }) => ({ draft: draft && { ...draft, name }, problem: null }));
}

/** Changes one part of the device, and looks at what that does. */
export function changePart<P extends "reporting" | "gnss" | "link" | "faults">(part: P, change: Partial<FullDevice[P]>): void {
  devices.set(({ draft }) => ({ draft: draft && { ...draft, [part]: { ...draft[part], ...change } }, problem: null }));
  preview();
}

export function changeSchema(schema_version: number): void {
  devices.set(({ draft }) => ({ draft: draft && { ...draft, schema_version }, problem: null }));
  preview();
}

export async function saveDevice(): Promise<void> {
  const { draft } = devices.get();
  if (!draft) return;
  devices.set({ busy: true, problem: null });
  try {
    await api.putDevice(draft.name, draft);
    closeDevice();
    await loadDevices();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    devices.set({ busy: false, problem: error });
  }
}

export async function removeDevice(name: string): Promise<void> {
  try {
    await api.deleteDevice(name);
    closeDevice();
  } catch (error) {
    report(error);
  }
  await loadDevices();
}

let timer = 0;
let aborter: AbortController | null = null;

function stop(): void {
  clearTimeout(timer);
  aborter?.abort();
}

/** Tries the device a moment after the last change; an older look is dropped. */
function preview(): void {
  stop();
  aborter = new AbortController();
  const { signal } = aborter;
  devices.set({ looking: true });
  timer = window.setTimeout(() => void look(signal), SETTLE_MS);
}

/** The trip to try a device on: the selected one, else the newest, else the API's own. */
const sampleTrip = (): string | null => selection.get().tripId ?? fleet.get().trips[0]?.id ?? null;

async function look(signal: AbortSignal): Promise<void> {
  const { draft } = devices.get();
  if (!draft) return;
  try {
    const found = await api.previewDevice({ ...draft, name: "preview" }, sampleTrip(), signal);
    devices.set({ preview: found, looking: false, problem: null });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    devices.set({ preview: null, looking: false, problem: error });
  }
}
