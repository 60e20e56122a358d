import type { ComponentType } from "react";
import { lazyWith, type MessageKey } from "../i18n";
import { match } from "../store/address";
import type { IconName } from "../ui/Icon";

export type PageParams = Readonly<Record<string, string>>;

interface PageSpec {
  /** `/trips/:id` gives the component `params.id`. */
  path: string;
  title: MessageKey;
  Component: ComponentType<{ params: PageParams }>;
  /** Shown in the rail; `key` after g goes there. */
  rail?: { icon: IconName; key: string };
}

/** Every page of the app: one line each, in the order of the rail. */
export const PAGES: readonly [PageSpec, ...PageSpec[]] = [
  { path: "/", title: "nav.map", Component: lazyWith(["events", "flow", "map", "past", "vehicles"], () => import("./map/MapPage")), rail: { icon: "map", key: "m" } },
  { path: "/trips", title: "fleet.trips", Component: lazyWith(["trips"], () => import("./trips/TripsPage")), rail: { icon: "trips", key: "t" } },
  { path: "/trips/:id", title: "trips.one", Component: lazyWith(["events", "trips"], () => import("./trip/TripPage")) },
  { path: "/fleet", title: "nav.fleet", Component: lazyWith(["fleetPage", "vehicles"], () => import("./fleet/FleetPage")), rail: { icon: "van", key: "f" } },
  { path: "/replay", title: "nav.replay", Component: lazyWith(["events", "map", "past", "replay"], () => import("./replay/ReplayPage")), rail: { icon: "history", key: "r" } },
  { path: "/scenarios", title: "nav.scenarios", Component: lazyWith(["jobs", "scenarios"], () => import("./scenarios/ScenariosPage")), rail: { icon: "scenario", key: "c" } },
  { path: "/pipeline", title: "nav.pipeline", Component: lazyWith(["flow", "jobs", "pipeline"], () => import("./pipeline/PipelinePage")), rail: { icon: "pipeline", key: "l" } },
  { path: "/dashboards", title: "nav.dashboards", Component: lazyWith(["dashboards"], () => import("./dashboards/DashboardsPage")), rail: { icon: "chart", key: "d" } },
  { path: "/settings", title: "nav.settings", Component: lazyWith(["settings"], () => import("./settings/SettingsPage")), rail: { icon: "settings", key: "s" } },
];

export function pageAt(path: string): { page: PageSpec; params: PageParams } | null {
  for (const page of PAGES) {
    const params = match(page.path, path);
    if (params) return { page, params };
  }
  return null;
}
