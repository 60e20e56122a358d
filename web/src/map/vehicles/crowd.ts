import type { Tracks } from "../../store/tracks";
import { Bins, type MercatorBox } from "./bins";

/** From this zoom on every vehicle is drawn: one sees single streets. */
export const SINGLE_ZOOM = 15;
/** Fewer tell apart well enough, even where some stand on one another. */
const FEWEST = 20;
/** Two in a cell so many discs wide touch each other, as a rule. */
const TOUCH = 1.5;
/** Share of vehicles with another in their cell before them: above it they are drawn together, below the other apart again. */
const TOGETHER = 0.33;
const APART = 0.22;
const CELL_PX = 88;

interface View {
  zoom: number;
  box: MercatorBox;
  /** Across one vehicle's disc, CSS px. */
  discPx: number;
}

/** Whether the vehicles of a view cover each other, and which of them a badge with their number stands for. */
export class Crowd {
  readonly cells = new Bins();
  private readonly discs = new Bins();
  isTogether = false;

  look(tracks: Tracks, now: number, { zoom, box, discPx }: View): void {
    const px = 1 / (512 * 2 ** zoom);
    if (zoom < SINGLE_ZOOM) {
      this.discs.fill(tracks, now, box, TOUCH * discPx * px);
      const { total, occupied } = this.discs;
      const covered = total < FEWEST ? 0 : 1 - occupied / total;
      this.isTogether = covered > (this.isTogether ? APART : TOGETHER);
    } else this.isTogether = false;
    // The grid keeps its size between half steps of zoom, so that badges grow apart rather than change all the time.
    if (this.isTogether) this.cells.fill(tracks, now, box, CELL_PX / (512 * 2 ** (Math.floor(zoom * 2) / 2)));
  }

  /** Whether a badge stands for a vehicle; one that is alone in its cell is drawn itself. */
  hides(slot: number): boolean {
    if (!this.isTogether) return false;
    const cell = this.cells.cellOf[slot] ?? -1;
    return cell >= 0 && (this.cells.counts[cell] ?? 0) > 1;
  }
}
