import type { FullDevice } from "../../../contracts/api";
import type { MessageKey } from "../../../i18n";

export type Part = "reporting" | "gnss" | "link" | "faults";

/** How a field is shown and typed: `scale` turns the device's unit into the person's. */
export interface FieldSpec {
  part: Part;
  key: string;
  label: MessageKey;
  kind: "number" | "maybe" | "flag" | "quantiles";
  scale: number;
  /** In the device's unit, as the API checks it. */
  min: number;
  max: number;
}

export interface Section {
  title: MessageKey;
  fields: readonly FieldSpec[];
}

const S = 1000;
const PERCENT = 0.01;
const DAY_MS = 86_400_000;

function number(part: Part, key: string, min: number, max: number, scale = 1, kind: FieldSpec["kind"] = "number"): FieldSpec {
  return { part, key, label: `device.${key}` as MessageKey, kind, scale, min, max };
}

const flag = (part: Part, key: string): FieldSpec => number(part, key, 0, 1, 1, "flag");
const quantiles = (part: Part, key: string): FieldSpec => number(part, key, 0, DAY_MS, 1, "quantiles");
const share = (key: string): FieldSpec => number("faults", key, 0, 1, PERCENT);

/** Every section of the form but the schema's, with its fields in the order of the page. */
export const SECTIONS: readonly Section[] = [
  {
    title: "device.reporting",
    fields: [
      number("reporting", "interval_ms", 100, DAY_MS, S),
      number("reporting", "standing_interval_ms", 100, DAY_MS, S, "maybe"),
      number("reporting", "distance_m", 1, 1e6, 1, "maybe"),
      number("reporting", "turn_deg", 1, 180, 1, "maybe"),
      flag("reporting", "on_ignition"),
    ],
  },
  {
    title: "device.gnss",
    fields: [
      flag("gnss", "ideal"),
      number("gnss", "open_sigma_m", 0, 1000),
      number("gnss", "canyon_sigma_m", 0, 1000),
      number("gnss", "tunnel_sigma_m", 0, 1000),
      number("gnss", "correlation_ms", 1000, 3_600_000, S),
    ],
  },
  {
    title: "device.link",
    fields: [
      number("link", "good_s", 1, 864_000),
      number("link", "weak_s", 0, 86_400),
      number("link", "lost_s", 0, 86_400),
      number("link", "buffer", 0, 1e6),
      number("link", "burst_ms", 0, 10_000),
      flag("link", "lost_in_tunnels"),
      flag("link", "in_order"),
      quantiles("link", "delay_ms"),
      quantiles("link", "weak_delay_ms"),
    ],
  },
  {
    title: "device.faults",
    fields: [
      share("late_share"),
      share("doubled_share"),
      share("dropped_share"),
      share("malformed_share"),
      share("breaking_share"),
      number("faults", "frozen_per_hour", 0, 1000),
      number("faults", "frozen_s", 1, 86_400),
      number("faults", "teleport_per_hour", 0, 1000),
      number("faults", "teleport_m", 1, 1e7),
      quantiles("faults", "late_ms"),
    ],
  },
  {
    title: "device.clock",
    fields: [number("faults", "clock_skew_ms", -DAY_MS, DAY_MS, S), number("faults", "clock_drift_ppm", -1e5, 1e5)],
  },
];

type Table = readonly (readonly [number, number])[];

/** A distribution's value at a share, linear between its quantiles. */
export function atShare(table: Table, wanted: number): number {
  for (let i = 1; i < table.length; i += 1) {
    const [[s0, v0], [s1, v1]] = [table[i - 1] ?? [0, 0], table[i] ?? [1, 0]];
    if (wanted <= s1) return v0 + ((v1 - v0) * (wanted - s0)) / (s1 - s0);
  }
  return table.at(-1)?.[1] ?? 0;
}

/** A distribution by its least, 90 % and most; each at least as long as the one before. */
export function tableOf(least: number, p90: number, most: number): [number, number][] {
  const middle = Math.max(least, p90);
  return [
    [0, least],
    [0.9, middle],
    [1, Math.max(middle, most)],
  ];
}

export const valueOf = (device: FullDevice, { part, key }: FieldSpec): unknown => (device[part] as Record<string, unknown>)[key];
