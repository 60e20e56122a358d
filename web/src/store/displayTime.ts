import type { WorldTime } from "../live/clock";

const LONGEST_WALL_MS = 8000;
/** The shown time may run this much faster or slower than the world's while the delay adapts. */
const SLEW = 0.1;
const START_WALL_MS = 1200;
/** A paused world is shown up to its last moment; so fast (wall ms) does the map get there. */
const SETTLE_WALL_MS = 300;
const SETTLED_MS = 1;

/**
 * The world time that the map shows: the world's own, less a delay just long enough that the next
 * report of a vehicle is there before the last one is used up. So motion never waits and never leaps.
 */
export class DisplayTime {
  private delayWall = START_WALL_MS;
  private wantedWall = START_WALL_MS;
  private shown = 0;
  private lastWorld = 0;
  private lastWall = 0;
  private readonly world: WorldTime;

  constructor(world: WorldTime) {
    this.world = world;
  }

  get rate(): number {
    return this.world.rate;
  }

  worldNow(): number {
    return this.world.now();
  }

  /** World ms to show now. Never runs backwards, save when the world itself jumps. */
  now(): number {
    const world = this.world.now();
    const rate = this.world.rate;
    const wall = this.world.wallNow();
    const sinceWall = wall - this.lastWall;
    this.lastWall = wall;
    if (rate <= 0) return this.settle(world, sinceWall);
    const passedWall = (world - this.lastWorld) / rate;
    this.lastWorld = world;
    const jumped = Math.abs(passedWall) > LONGEST_WALL_MS;
    const room = SLEW * Math.max(0, passedWall);
    this.delayWall = jumped
      ? this.wantedWall
      : this.delayWall + Math.min(room, Math.max(-room, this.wantedWall - this.delayWall));
    const target = world - this.delayWall * rate;
    this.shown = jumped ? target : Math.max(this.shown, target);
    return this.shown;
  }

  /** Whether what is shown changes with time alone: the world runs, or has just been paused or stepped. */
  get isRunning(): boolean {
    return this.world.rate > 0 || Math.abs(this.world.now() - this.shown) > SETTLED_MS;
  }

  private settle(world: number, sinceWall: number): number {
    const left = world - this.shown;
    const share = this.shown === 0 || Math.abs(left) <= SETTLED_MS ? 1 : Math.min(1, sinceWall / SETTLE_WALL_MS);
    this.shown += left * share;
    this.lastWorld = world;
    return this.shown;
  }

  /** @param ageMs how old (world ms) a vehicle's last report was when its next one came. */
  observe(ageMs: number): void {
    if (this.world.rate <= 0) return;
    const wall = Math.min(LONGEST_WALL_MS, ageMs / this.world.rate) * 1.05;
    this.wantedWall += (wall - this.wantedWall) * (wall > this.wantedWall ? 0.5 : 0.02);
  }
}
