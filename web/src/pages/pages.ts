import { type ComponentType, lazy, useSyncExternalStore } from "react";
import type { MessageKey } from "../i18n";

interface PageSpec {
  path: string;
  title: MessageKey;
  Component: ComponentType;
}

/** Every page of the app: one line each. */
export const PAGES: readonly [PageSpec, ...PageSpec[]] = [
  { path: "/", title: "nav.map", Component: lazy(() => import("./map/MapPage")) },
];

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  return () => window.removeEventListener("popstate", listener);
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);
