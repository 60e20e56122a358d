const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Wait before the next try: doubling up to 15 s, half of it random, so that the pages of a
 * restarted server don't all come back in the same instant.
 * @param attempt 0 for the first. @param random uniform in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
