import { useEffect } from "react";
import { go } from "../store/address";
import { pauseWorld, resumeWorld } from "../store/clockActions";
import { shell } from "../store/shellActions";
import { clock } from "../store/state";
import { PAGES } from "./pages";

const CHORD_MS = 1500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

/** Ctrl+K, ?, space, and g with a page's letter. Nothing that a person types into a box is taken for one. */
export function useShortcuts(): void {
  useEffect(() => {
    let since = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        shell.set({ open: "search" });
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || shell.get().open) return;
      if (event.key === "?") shell.set({ open: "keys" });
      else if (event.key === "/") shell.set({ open: "search" });
      else if (event.key === "w") void (clock.get().paused ? resumeWorld() : pauseWorld());
      else if (event.key === "g") since = event.timeStamp;
      else if (event.timeStamp - since < CHORD_MS) {
        since = -Infinity;
        const page = PAGES.find(({ rail }) => rail?.key === event.key);
        if (!page) return;
        go(page.path);
      } else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
