import type { Tracks } from "../../store/tracks";

/** A part of the map in mercator units: west, north, east, south. */
export type MercatorBox = readonly [west: number, north: number, east: number, south: number];

/**
 * How many vehicles stand in each cell of a grid over a view, as columns by cell. The grid belongs to the map, not to
 * the view: a cell stays where it is while one moves. The arrays are kept, so that filling makes no garbage.
 */
export class Bins {
  /** By cell: vehicles, and the sums of their places from the grid's corner, in cells. */
  counts = new Uint32Array(0);
  private sumX = new Float64Array(0);
  private sumY = new Float64Array(0);
  /** By slot of the tracks: its cell, -1 where it is out of view. */
  cellOf = new Int32Array(0);
  /** Vehicles in view, and cells that hold one. */
  total = 0;
  occupied = 0;
  private columns = 0;
  private left = 0;
  private top = 0;
  private size = 1;

  /** @param size side of a cell, mercator units. */
  fill(tracks: Tracks, now: number, [west, north, east, south]: MercatorBox, size: number): void {
    this.size = size;
    this.left = Math.floor(west / size);
    this.top = Math.floor(north / size);
    this.columns = Math.floor(east / size) - this.left + 1;
    const rows = Math.floor(south / size) - this.top + 1;
    this.clear(this.columns * rows, tracks.size);
    for (let slot = 0; slot < tracks.size; slot += 1) {
      this.cellOf[slot] = -1;
      if (!tracks.visible[slot]) continue;
      const share = tracks.share(slot, now);
      const [x0 = 0, y0 = 0] = [tracks.x0[slot], tracks.y0[slot]];
      const x = (x0 + ((tracks.x1[slot] ?? 0) - x0) * share) / size - this.left;
      const y = (y0 + ((tracks.y1[slot] ?? 0) - y0) * share) / size - this.top;
      if (x < 0 || y < 0 || x >= this.columns || y >= rows) continue;
      const cell = Math.floor(y) * this.columns + Math.floor(x);
      this.cellOf[slot] = cell;
      this.total += 1;
      if (this.counts[cell] === 0) this.occupied += 1;
      this.counts[cell] = (this.counts[cell] ?? 0) + 1;
      this.sumX[cell] = (this.sumX[cell] ?? 0) + x;
      this.sumY[cell] = (this.sumY[cell] ?? 0) + y;
    }
  }

  /** Name of a cell, the same as long as the size is. */
  keyOf(cell: number): string {
    return `${this.size} ${this.left + (cell % this.columns)} ${this.top + Math.floor(cell / this.columns)}`;
  }

  /**
   * Where the mark of a cell stands, mercator units: half-way from its middle to the middle of its vehicles. So marks
   * lean to where the vehicles are, and those of two neighbours stay half a cell apart.
   */
  placeOf(cell: number): { x: number; y: number } {
    const count = this.counts[cell] ?? 1;
    const lean = (sum: number, middle: number) => (sum / count + middle) / 2;
    return {
      x: (this.left + lean(this.sumX[cell] ?? 0, (cell % this.columns) + 0.5)) * this.size,
      y: (this.top + lean(this.sumY[cell] ?? 0, Math.floor(cell / this.columns) + 0.5)) * this.size,
    };
  }

  private clear(cells: number, slots: number): void {
    if (this.counts.length < cells) {
      this.counts = new Uint32Array(cells);
      this.sumX = new Float64Array(cells);
      this.sumY = new Float64Array(cells);
    } else for (const column of [this.counts, this.sumX, this.sumY]) column.fill(0);
    if (this.cellOf.length < slots) this.cellOf = new Int32Array(slots * 2);
    this.total = 0;
    this.occupied = 0;
  }
}
