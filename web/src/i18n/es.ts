import type { English, Part } from "./en";

type Spanish = { readonly [P in Part]: () => Promise<{ default: Readonly<Record<keyof English<P>, string>> }> };

/** The same parts with the same keys as en.ts, or it does not compile. */
export const es: Spanish = {
  closures: () => import("./es/closures"),
  core: () => import("./es/core"),
  dashboards: () => import("./es/dashboards"),
  devices: () => import("./es/devices"),
  events: () => import("./es/events"),
  fleetPage: () => import("./es/fleetPage"),
  flow: () => import("./es/flow"),
  geofences: () => import("./es/geofences"),
  jobs: () => import("./es/jobs"),
  map: () => import("./es/map"),
  past: () => import("./es/past"),
  pipeline: () => import("./es/pipeline"),
  replay: () => import("./es/replay"),
  scenarios: () => import("./es/scenarios"),
  search: () => import("./es/search"),
  settings: () => import("./es/settings"),
  trips: () => import("./es/trips"),
  vehicles: () => import("./es/vehicles"),
};
