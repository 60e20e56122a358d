/** How long to wait before the next try, in ms; the last again and again. */
const WAITS_MS = [300, 1000, 2000, 4000];
/** Failures with a server that answers: it has another build, or the browser keeps the failure. */
const MOST_REFUSED = 2;
/** A page that was loaded just now lacks the part for good: to load it again would not end. */
const YOUNG_MS = 20_000;

/** What it asks of the browser. */
export interface Surroundings {
  wait: (ms: number) => Promise<void>;
  /** Whether the server answers. */
  answers: () => Promise<boolean>;
  /** How old the page is, in ms. */
  age: () => number;
  reload: () => void;
}

const browser: Surroundings = {
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  answers: () => fetch("/", { cache: "no-store" }).then((answer) => answer.ok, () => false),
  age: () => performance.now(),
  reload: () => location.reload(),
};

/**
 * Loads a part of the app, also while the server is away: what fails is tried again until it is there. Where the server
 * answers and the part fails still, the page is loaded anew, which its address restores. Rejects for a page that has
 * just been loaded.
 */
export async function patiently<T>(load: () => Promise<T>, { wait, answers, age, reload } = browser): Promise<T> {
  let refused = 0;
  for (let tried = 0; ; tried++) {
    try {
      return await load();
    } catch (problem) {
      if (await answers()) refused++;
      if (refused > MOST_REFUSED) {
        if (age() < YOUNG_MS) throw problem;
        reload();
        return new Promise<never>(() => undefined);
      }
      await wait(WAITS_MS[Math.min(tried, WAITS_MS.length - 1)] ?? 0);
    }
  }
}
