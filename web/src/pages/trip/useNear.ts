import { world } from "../../store/state";
import { useNow } from "../../ui/useNow";

const MINUTE_MS = 60_000;
const read = (): number => (world.isKnown ? world.now() : Date.now());

/** World time, to the minute: near it the day of a time need not be said. */
export const useNear = (): number => useNow(read, MINUTE_MS);
