/** Verbs on many vehicles at once. Each vehicle stands or falls by itself; what fell is told by name. */
import { ApiError, newIdempotencyKey } from "../api/client";
import * as api from "../api/endpoints";
import type { Vehicle, VehicleChange, VehicleRequest } from "../contracts/api";
import { loadFleet } from "./fleetActions";
import { createStore } from "./create";
import { each } from "./each";

export const MOST_NEW = 1000;

export interface Fallen {
  name: string;
  error: ApiError;
}

/** How far the verb that runs has come; null: none runs. */
export const bulk = createStore({ progress: null as { done: number; of: number; stopped: boolean } | null });

/** The names that a pattern gives: `Van {n}` from 3 on gives Van 3, Van 4 …; without a hole the number follows. */
export function namesOf(pattern: string, first: number, count: number): string[] {
  const whole = pattern.includes("{n}") ? pattern : `${pattern} {n}`;
  return Array.from({ length: count }, (_, index) => whole.replaceAll("{n}", String(first + index)).trim());
}

/** @throws ApiError where the order as a whole is refused. */
export async function createMany(names: readonly string[], like: Omit<VehicleRequest, "name">): Promise<{ made: number; fallen: Fallen[] }> {
  const { results } = await api.createVehicles(names.map((name) => ({ ...like, name })), newIdempotencyKey());
  await loadFleet();
  const fallen = results.flatMap(({ error }, index): Fallen[] => (error ? [{ name: names[index] ?? "", error: new ApiError(error) }] : []));
  return { made: results.length - fallen.length, fallen };
}

export const changeMany = (vehicles: readonly Vehicle[], change: (vehicle: Vehicle) => VehicleChange): Promise<Fallen[]> =>
  forAll(vehicles, (vehicle) => api.changeVehicle(vehicle.id, change(vehicle)));

export const deleteMany = (vehicles: readonly Vehicle[]): Promise<Fallen[]> => forAll(vehicles, (vehicle) => api.deleteVehicle(vehicle.id));

/** What is under way ends; nothing more is begun. */
export function stopBulk(): void {
  bulk.set(({ progress }) => ({ progress: progress && { ...progress, stopped: true } }));
}

async function forAll(vehicles: readonly Vehicle[], verb: (vehicle: Vehicle) => Promise<unknown>): Promise<Fallen[]> {
  bulk.set({ progress: { done: 0, of: vehicles.length, stopped: false } });
  try {
    const failures = await each(vehicles, verb, {
      onDone: () => bulk.set(({ progress }) => ({ progress: progress && { ...progress, done: progress.done + 1 } })),
      isStopped: () => bulk.get().progress?.stopped ?? true,
    });
    return failures.map(({ item, error }) => ({ name: item.name, error }));
  } finally {
    bulk.set({ progress: null });
    await loadFleet();
  }
}
