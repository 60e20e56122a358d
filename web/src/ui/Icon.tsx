import type { VehicleClass } from "../contracts/api";

const PATHS = {
  plus: "M10 4v12M4 10h12",
  map: "M2.500 5l5-2 5 2 5-2v12l-5 2-5-2-5 2zM7.500 3v12M12.500 5v12",
  settings: "M10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM10 2.500v2.500M10 15v2.500M2.500 10H5M15 10h2.500M4.700 4.700l1.800 1.800M13.500 13.500l1.800 1.800M4.700 15.300l1.800-1.800M13.500 6.500l1.800-1.800",
  trips: "M4 4.500h2.500M4 10h2.500M4 15.500h2.500M9.500 4.500H16M9.500 10H16M9.500 15.500H16",
  pipeline: "M3 5h4v4H3zM13 5h4v4h-4zM13 13h4v3h-4zM7 7h6M10 7v7.500h3",
  chart: "M3 17h14M5.500 14V9M10 14V4M14.500 14V7",
  scenario: "M6.500 3h7M8 3v5L4 15.500a1 1 0 0 0 .9 1.500h10.200a1 1 0 0 0 .9-1.500L12 8V3M6 12.500h8",
  person: "M10 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.500a6 6 0 0 1 12 0",
  filter: "M3 5h14l-5.500 6v5l-3-1.500V11z",
  refresh: "M16 5v4h-4M15.500 9a6 6 0 1 0 .3 4",
  check: "M4 10.500l4 4 8-9",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  forth: "M8 4l6 6-6 6",
  history: "M3.500 10a6.500 6.500 0 1 0 2-4.700M5.300 2.500v3h3M10 6.500V10l2.500 1.800",
  block: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM6 10h8",
  slow: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM6.500 12.500l2-4 3 3 2-4",
  chip: "M6 6h8v8H6zM8 3v3M12 3v3M8 14v3M12 14v3M3 8h3M3 12h3M14 8h3M14 12h3",
  edit: "M4 16l.8-3.500L13 4.300l2.700 2.700-8.200 8.200z",
  download: "M10 3v9M6.500 8.500L10 12l3.500-3.500M4 16h12",
  upload: "M10 12V3M6.500 6.500L10 3l3.500 3.500M4 16h12",
  up: "M5 12l5-5 5 5",
  down: "M5 8l5 5 5-5",
  route: "M5 15.5a2 2 0 1 0 0-.01M15 4.500a2 2 0 1 0 0-.01M7 15h5.500a3 3 0 0 0 0-6h-5a3 3 0 0 1 0-5.500H13",
  pause: "M7 5v10M13 5v10",
  play: "M6 4.500v11l9-5.500z",
  stop: "M5 5h10v10H5z",
  target: "M10 2v3M10 15v3M2 10h3M15 10h3M10 14a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  trash: "M4 6h12M8 6V4h4v2M6 6l.7 10h6.600L14 6",
  search: "M9 14A5 5 0 1 0 9 4a5 5 0 0 0 0 10zM13 13l3.500 3.500",
  file: "M6 3h5l3 3v11H6zM11 3v3h3",
  warn: "M10 3.500l7 12.500H3zM10 8.500v3.500M10 14v.01",
  car: "M3 12.500v-2l1.600-4A2 2 0 0 1 6.400 5h7.200a2 2 0 0 1 1.800 1.300L17 10.500v4H3zM3.500 10h13M5.500 14.500V16M14.500 14.500V16M6 12.300h.01M14 12.300h.01",
  van: "M2.500 5h10l3 1 2 4.500V14h-15zM12.500 5v5.500h5M6 15.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM14 15.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z",
  truck:
    "M2 4.500h10V14H2zM12 8h3.500L18 11v3h-6M5.500 15.700a1.600 1.600 0 1 0 0-3.200 1.600 1.600 0 0 0 0 3.200zM14.500 15.700a1.600 1.600 0 1 0 0-3.200 1.600 1.600 0 0 0 0 3.200z",
  bus: "M4 3.500h12V15H4zM4 10h12M6 15v1.500M14 15v1.500M6.800 12.500h.01M13.200 12.500h.01",
  motorcycle:
    "M5 15a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM15 15a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM5 12.500l3-4h4.500M15 12.500L12 5.500h-2M8 8.500l2.500 4h2",
  bicycle:
    "M5 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM15 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM5 12l2.500-5h5L15 12M7.500 7l3 5 2-5M10.500 12H5M12.500 7l-.700-2h2M6.500 5.500h2",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing beside a word; it says nothing to a screen reader. */
export function Icon({ name, size = 18 }: { name: IconName | VehicleClass; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
