/** What lies over the pages: the search, the list of keys. */
import { unreachable } from "../api/client";
import { type Language, prefer } from "../i18n";
import { createStore } from "./create";
import { report } from "./fleetActions";

export const shell = createStore({ open: null as "search" | "keys" | null });

export const closeOverlay = (): void => shell.set({ open: null });

/** Goes on in another language, whose texts are loaded first. */
export const speak = (language: Language): Promise<void> => prefer({ language }).catch(() => report(unreachable()));
