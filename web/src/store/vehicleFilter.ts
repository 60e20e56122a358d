import type { Vehicle } from "../contracts/api";

/** What of the fleet a list shows. Empty text means any. */
export interface VehicleFilter {
  text: string;
  fleet: string;
  tag: string;
  kind?: string;
}

export const ANY: VehicleFilter = { text: "", fleet: "", tag: "", kind: "" };
const MOST_TAGS = 20;

export function matches(vehicle: Vehicle, { text, fleet, tag, kind = "" }: VehicleFilter): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  return (
    (fleet === "" || vehicle.fleet === fleet) &&
    (tag === "" || vehicle.tags.includes(tag)) &&
    (kind === "" || vehicle.vehicle_class === kind) &&
    (wanted === "" || vehicle.name.toLocaleLowerCase().includes(wanted))
  );
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted((a, b) => a.localeCompare(b));

export const fleetsOf = (vehicles: readonly Vehicle[]): string[] => sorted(vehicles.flatMap(({ fleet }) => (fleet ? [fleet] : [])));

export const tagsOf = (vehicles: readonly Vehicle[]): string[] => sorted(vehicles.flatMap(({ tags }) => tags));

/** Tags as one types them, parted by commas, semicolons or line ends; each once. */
export const readTags = (text: string): string[] =>
  [...new Set(text.split(/[,;\n]/).map((tag) => tag.trim()).filter(Boolean))].slice(0, MOST_TAGS);
