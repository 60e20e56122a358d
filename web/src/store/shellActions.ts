/** What lies over the pages: the search, the list of keys. */
import { createStore } from "./create";

export const shell = createStore({ open: null as "search" | "keys" | null });

export const closeOverlay = (): void => shell.set({ open: null });
