import type { Place, Vehicle, VehicleClass } from "../../contracts/api";
import type { I18n } from "../../i18n";
import { go } from "../../store/address";
import { select, stateOf } from "../../store/fleetActions";
import { type fleet, panel, view } from "../../store/state";
import type { IconName } from "../../ui/Icon";
import { PAGES } from "../pages";

const OF_EACH = 6;

/** Something that a person may have meant, and how to get there. */
export interface Found {
  key: string;
  icon: IconName | VehicleClass;
  name: string;
  about: string;
  open: () => void;
}

type Fleet = ReturnType<typeof fleet.get>;

/** Without accents and case: "monaco" finds Mónaco. */
export const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().trim();

/** Vehicles, trips and pages that have the text in their names; without a text the pages and what drives. */
export function findHere(text: string, { vehicles, trips, live }: Fleet, { t, format }: I18n): Found[] {
  const wanted = plain(text);
  const has = (name: string) => plain(name).includes(wanted);
  const names = new Map(vehicles.map((vehicle) => [vehicle.id, vehicle.name]));
  const pages = PAGES.filter((page) => page.rail && has(t(page.title)));
  const cars = vehicles.filter((vehicle) => has(vehicle.name) || (wanted.length > 5 && vehicle.id.startsWith(wanted)));
  const drives = wanted === "" ? [] : trips.filter((trip) => has(names.get(trip.vehicle_id) ?? "") || trip.id.startsWith(wanted));
  return [
    ...cars.slice(0, OF_EACH).map((vehicle) => ofVehicle(vehicle, t(`class.${vehicle.vehicle_class}`))),
    ...drives.slice(0, OF_EACH).map(
      (trip): Found => ({
        key: trip.id,
        icon: "route",
        name: names.get(trip.vehicle_id) ?? trip.id,
        about: `${t("search.trips")} · ${t(`state.${stateOf(trip, live)}`)} · ${format.time(Date.parse(trip.start_at))}`,
        open: () => go(`/trips/${trip.id}`),
      }),
    ),
    ...pages.map((page): Found => ({ key: page.path, icon: page.rail?.icon ?? "map", name: t(page.title), about: t("search.pages"), open: () => go(page.path) })),
  ];
}

function ofVehicle(vehicle: Vehicle, about: string): Found {
  const open = () => {
    go(`/?vehicle=${vehicle.id}`);
    panel.set({ tab: "fleet" });
    select(vehicle.id);
  };
  return { key: vehicle.id, icon: vehicle.vehicle_class, name: vehicle.name, about, open };
}

export function placesAsFound(places: readonly Place[], { kind }: I18n): Found[] {
  return places.slice(0, OF_EACH).map((place) => ({
    key: `${place.name} ${place.lat} ${place.lon}`,
    icon: "target",
    name: place.name,
    about: kind(place.kind),
    open: () => {
      if (location.pathname !== "/") go("/");
      view.set({ wanted: { lat: place.lat, lon: place.lon } });
    },
  }));
}
