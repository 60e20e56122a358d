import * as api from "../api/endpoints";
import type { World } from "../contracts/api";
import type { ClockWord } from "../contracts/live";
import { report } from "./fleetActions";
import { clock, world } from "./state";

export const [SLOWEST, FASTEST] = [0.1, 1000];
/** Behind by this much (wall s) is usual: progress is committed every two seconds. */
export const USUAL_LAG_S = 3;

/**
 * What the server says of the clock. `sure`: the socket's own word, which is in order; any other that tells of an
 * older change came late and says nothing new.
 */
export function takeWord(word: ClockWord, sure = false): void {
  const { known, revision, rate } = clock.get();
  if (word.time_ms <= 0 || (known && !sure && word.revision < revision)) return;
  world.sync(word.time_ms, word.rate);
  if (known && word.revision === revision && word.rate === rate) return;
  const { rate: now, paused } = word;
  clock.set({ known: true, rate: now, paused, revision: word.revision, ...(paused ? {} : { nextRate: null }) });
}

export function takeLag({ behind_s: behindS }: Pick<World, "behind_s">): void {
  if (clock.get().behindS !== behindS) clock.set({ behindS });
}

export const pauseWorld = (): Promise<void> => change(api.pauseWorld);

export const resumeWorld = (): Promise<void> => change(() => api.resumeWorld(clock.get().nextRate));

export const stepWorld = (seconds: number): Promise<void> => change(() => api.stepWorld(seconds));

/** At once while the world runs; a paused world takes it when it runs on. */
export async function setRate(rate: number): Promise<void> {
  if (clock.get().paused) clock.set({ nextRate: rate });
  else await change(() => api.setWorldRate(rate));
}

async function change(verb: () => Promise<World>): Promise<void> {
  if (clock.get().busy) return;
  clock.set({ busy: true });
  try {
    const now = await verb();
    takeWord({ ...now, time_ms: Date.parse(now.time) });
    takeLag(now);
  } catch (error) {
    report(error);
  } finally {
    clock.set({ busy: false });
  }
}

/** A rate as people type it, with point or comma; null where it is none that the world can run at. */
export function readRate(text: string): number | null {
  const rate = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && rate >= SLOWEST && rate <= FASTEST ? rate : null;
}
