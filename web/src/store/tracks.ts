import { TRIP_STATES } from "../contracts/api";
import type { SlottedReport } from "../contracts/live";
import type { WorldTime } from "../live/clock";
import type { Frame } from "../live/frame";
import { DisplayTime } from "./displayTime";
import { mercatorX, mercatorY } from "./mercator";
import { REPORTING, staleAfterMs } from "./stale";

/** A longer move than this between two reports is a jump, not a drive: 2 km in mercator units at the equator. */
const JUMP = 2000 / 40_075_017;

const SILENT_WALL_MS = 5000;
/** Reports come once a second of world time, or at a multiple of it. */
const INTERVAL_MS = 1000;
const TAKEN_OVER = 0.1;
const LONGEST_GAP_MS = 120_000;

const REPORTS = Uint8Array.from(TRIP_STATES, (state) => Number(REPORTING.has(state)));

/**
 * Where every vehicle in view was and is, as columns by slot, in web-mercator units (0..1).
 * Lives outside React: the map layer reads the columns, nothing re-renders for a position.
 */
export class Tracks {
  capacity = 0;
  /** Slots in use are below this. */
  size = 0;
  x0 = new Float64Array(0);
  y0 = new Float64Array(0);
  x1 = new Float64Array(0);
  y1 = new Float64Array(0);
  /** World ms at which the vehicle is shown at (x0, y0) and at (x1, y1). */
  t0 = new Float64Array(0);
  t1 = new Float64Array(0);
  heading0 = new Float32Array(0);
  heading1 = new Float32Array(0);
  state = new Uint8Array(0);
  visible = new Uint8Array(0);
  vehicleIds: (string | undefined)[] = [];
  private readonly tripIds: (string | undefined)[] = [];
  readonly names = new Map<string, string>();
  readonly time: DisplayTime;
  private readonly slots = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  private movingUntil = 0;

  constructor(world: WorldTime) {
    this.time = new DisplayTime(world);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  slotOf(vehicleId: string): number | undefined {
    const slot = this.slots.get(vehicleId);
    return slot !== undefined && this.visible[slot] ? slot : undefined;
  }

  /** True while some vehicle is still on its way to its last report. */
  isMoving(): boolean {
    return this.time.isRunning && this.time.now() < this.movingUntil;
  }

  /** A picture of another time: everything stands at once where it was, nothing drives there. */
  jump(reports: SlottedReport[]): void {
    this.t1.fill(0);
    this.replace(reports);
  }

  /** A fresh picture of the view: what it doesn't name is no longer shown. */
  replace(reports: SlottedReport[]): void {
    const gone = new Uint8Array(this.visible);
    this.add(reports, gone);
    for (let slot = 0; slot < gone.length; slot += 1) if (gone[slot]) this.visible[slot] = 0;
    this.changed();
  }

  add(reports: SlottedReport[], gone?: Uint8Array): void {
    for (const report of reports) {
      this.claim(report);
      if (gone && report.slot < gone.length) gone[report.slot] = 0;
      const at = Date.parse(report.event_time);
      this.move(report.slot, report.lon, report.lat, report.heading_deg, at);
      this.state[report.slot] = TRIP_STATES.indexOf(report.state);
    }
    this.changed();
  }

  /** Slots of vehicles that are no more. */
  remove(slots: readonly number[]): void {
    for (const slot of slots) {
      const vehicleId = this.vehicleIds[slot];
      if (vehicleId === undefined) continue;
      this.visible[slot] = 0;
      this.vehicleIds[slot] = undefined;
      this.forget(vehicleId);
    }
    if (slots.length > 0) this.changed();
  }

  take(frame: Frame): void {
    let oldest = 0;
    let changed = false;
    // One that was silent for longer says nothing about how often the others report.
    const longest = SILENT_WALL_MS * this.time.rate;
    for (let i = 0; i < frame.count; i += 1) {
      const slot = frame.slot[i] ?? 0;
      if (!this.visible[slot]) continue;
      const before = this.t1[slot] ?? 0;
      const age = this.time.worldNow() - before;
      if (frame.worldMs > before && age > oldest && age < longest) oldest = age;
      const at = steady(before, frame.worldMs);
      const moved = this.move(slot, frame.lon[i] ?? 0, frame.lat[i] ?? 0, frame.heading[i] ?? 0, at);
      changed ||= moved || this.state[slot] !== frame.state[i];
      this.state[slot] = frame.state[i] ?? 0;
    }
    if (oldest > 0) this.time.observe(oldest);
    if (changed) this.changed();
  }

  /** World ms: a vehicle that should report and last did so before is stale. */
  staleBefore(): number {
    return this.time.worldNow() - staleAfterMs(this.time.rate);
  }

  isStale(slot: number, before = this.staleBefore()): boolean {
    return REPORTS[this.state[slot] ?? 0] === 1 && (this.t1[slot] ?? 0) < before;
  }

  countStale(): number {
    const before = this.staleBefore();
    let count = 0;
    for (let slot = 0; slot < this.size; slot += 1) if (this.visible[slot] && this.isStale(slot, before)) count += 1;
    return count;
  }

  /** Share of the way from (x0, y0) to (x1, y1) that the vehicle has done at display time `t`. */
  share(slot: number, t: number): number {
    const t0 = this.t0[slot] ?? 0;
    const span = (this.t1[slot] ?? 0) - t0;
    return span > 0 ? Math.min(1, Math.max(0, (t - t0) / span)) : 1;
  }

  /** Where the vehicle is shown now, mercator units. */
  shownAt(slot: number, t = this.time.now()): { x: number; y: number } {
    const share = this.share(slot, t);
    const [x0 = 0, y0 = 0] = [this.x0[slot], this.y0[slot]];
    return { x: x0 + ((this.x1[slot] ?? 0) - x0) * share, y: y0 + ((this.y1[slot] ?? 0) - y0) * share };
  }

  /** @returns whether the vehicle is or will be shown elsewhere than before. */
  private move(slot: number, lon: number, lat: number, heading: number, worldMs: number): boolean {
    const [x, y, before] = [mercatorX(lon), mercatorY(lat), this.t1[slot] ?? 0];
    if (before >= worldMs) return false;
    const still = before > 0 && x === this.x1[slot] && y === this.y1[slot];
    const now = this.time.now();
    const shown = this.shownAt(slot, now);
    const turned = this.share(slot, now);
    const jump = before === 0 || Math.hypot(x - shown.x, y - shown.y) > JUMP * Math.max(1, this.time.rate / 10);
    this.heading0[slot] = jump ? heading : turn(this.heading0[slot] ?? 0, this.heading1[slot] ?? 0, turned);
    this.heading1[slot] = heading;
    this.x0[slot] = jump ? x : shown.x;
    this.y0[slot] = jump ? y : shown.y;
    this.x1[slot] = x;
    this.y1[slot] = y;
    this.t0[slot] = jump ? worldMs : Math.min(now, worldMs);
    this.t1[slot] = worldMs;
    if (!jump && (x !== shown.x || y !== shown.y)) this.movingUntil = Math.max(this.movingUntil, worldMs);
    return !still || this.share(slot, now) < 1;
  }

  private claim({ slot, vehicle_id: vehicleId, trip_id: tripId, name }: SlottedReport): void {
    if (slot >= this.capacity) this.grow(slot + 1);
    const former = this.vehicleIds[slot];
    if (former !== vehicleId) {
      if (former !== undefined) this.forget(former);
      const elsewhere = this.slots.get(vehicleId);
      if (elsewhere !== undefined) this.visible[elsewhere] = 0;
      this.vehicleIds[slot] = vehicleId;
    }
    // A trip may start elsewhere than the last one ended: that is a jump, not a drive.
    if (former !== vehicleId || this.tripIds[slot] !== tripId) this.t1[slot] = 0;
    this.tripIds[slot] = tripId;
    this.slots.set(vehicleId, slot);
    this.names.set(vehicleId, name);
    this.visible[slot] = 1;
    this.size = Math.max(this.size, slot + 1);
  }

  private forget(vehicleId: string): void {
    this.slots.delete(vehicleId);
    this.names.delete(vehicleId);
  }

  private grow(needed: number): void {
    this.capacity = Math.max(256, needed, this.capacity * 2);
    for (const key of ["x0", "y0", "x1", "y1", "t0", "t1"] as const) {
      const wider = new Float64Array(this.capacity);
      wider.set(this[key]);
      this[key] = wider;
    }
    for (const key of ["heading0", "heading1"] as const) {
      const wider = new Float32Array(this.capacity);
      wider.set(this[key]);
      this[key] = wider;
    }
    for (const key of ["state", "visible"] as const) {
      const wider = new Uint8Array(this.capacity);
      wider.set(this[key]);
      this[key] = wider;
    }
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/**
 * When a report was made, from when the last one was and from when this one was sent. Devices report
 * at whole multiples of their interval; batching on the way adds jitter, which would show as stop and
 * go. So the time goes on by whole intervals and takes over only a tenth of what differs.
 */
export function steady(before: number, sentMs: number): number {
  const passed = sentMs - before;
  if (before <= 0 || passed <= 0 || passed > LONGEST_GAP_MS) return sentMs;
  const regular = before + Math.max(1, Math.round(passed / INTERVAL_MS)) * INTERVAL_MS;
  return regular + (sentMs - regular) * TAKEN_OVER;
}

/** Heading on the shorter way round from `from` to `to`, degrees. */
export function turn(from: number, to: number, share: number): number {
  const step = ((to - from + 540) % 360) - 180;
  return (from + step * share + 360) % 360;
}
