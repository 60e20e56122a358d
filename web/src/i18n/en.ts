/** The texts of each part of the app, in English; each part is loaded when it is first shown. */
export const en = {
  closures: () => import("./en/closures"),
  core: () => import("./en/core"),
  dashboards: () => import("./en/dashboards"),
  devices: () => import("./en/devices"),
  events: () => import("./en/events"),
  fleetPage: () => import("./en/fleetPage"),
  flow: () => import("./en/flow"),
  geofences: () => import("./en/geofences"),
  jobs: () => import("./en/jobs"),
  map: () => import("./en/map"),
  past: () => import("./en/past"),
  pipeline: () => import("./en/pipeline"),
  replay: () => import("./en/replay"),
  scenarios: () => import("./en/scenarios"),
  search: () => import("./en/search"),
  settings: () => import("./en/settings"),
  trips: () => import("./en/trips"),
  vehicles: () => import("./en/vehicles"),
};

export type Part = keyof typeof en;
export type English<P extends Part> = Awaited<ReturnType<(typeof en)[P]>>["default"];

type KeyOf<T> = T extends unknown ? keyof T : never;
export type MessageKey = KeyOf<English<Part>>;
