/** World time as this page sees it: the server's last word, carried on at its rate. */

const JUMP_WALL_MS = 2000;
const CORRECTION = 0.2;

export class WorldTime {
  private baseWorld = 0;
  private baseWall = 0;
  private rateNow = 0;
  private known = false;
  private readonly wall: () => number;

  /** @param wall monotonic wall clock in ms. */
  constructor(wall: () => number = () => performance.now()) {
    this.wall = wall;
  }

  get rate(): number {
    return this.rateNow;
  }

  get isKnown(): boolean {
    return this.known;
  }

  /** The wall clock that it runs by, ms. */
  wallNow(): number {
    return this.wall();
  }

  /** World time now, ms since the Unix epoch; 0 until the server has spoken. */
  now(): number {
    return this.baseWorld + (this.wall() - this.baseWall) * this.rateNow;
  }

  /** Takes the server's word. Small differences are network jitter and are corrected softly. */
  sync(worldMs: number, rate: number): void {
    const error = worldMs - this.now();
    const soft = this.known && rate === this.rateNow && Math.abs(error) < JUMP_WALL_MS * Math.max(rate, 0.1);
    this.baseWorld = soft && rate > 0 ? this.now() + error * CORRECTION : worldMs;
    this.baseWall = this.wall();
    this.rateNow = rate;
    this.known = true;
  }
}
