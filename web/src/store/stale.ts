/** When what is known of a vehicle is old: one rule for its card and the map. */
import type { TripState } from "../contracts/api";

const STALE_MS = 90_000;
/** A fast world passes 90 s before a report can be here: so long (wall) one may be under way. */
const UNDER_WAY_MS = 15_000;

/** World ms without a report after which one that should report is stale, in a world that runs so fast. */
export const staleAfterMs = (rate: number): number => Math.max(STALE_MS, UNDER_WAY_MS * rate);

/** States in which a vehicle reports. */
export const REPORTING: ReadonlySet<TripState> = new Set(["driving", "waiting", "paused"]);
