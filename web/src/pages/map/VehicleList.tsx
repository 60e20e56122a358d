import { memo, useState } from "react";
import type { TripState, Vehicle } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { FINAL, select } from "../../store/fleetActions";
import { fleet, past } from "../../store/state";
import { Icon } from "../../ui/Icon";
import { StateBadge } from "../../ui/StateBadge";

const SHOWN = 200;
const FILTER_FROM = 8;

export function VehicleList() {
  const { t } = useI18n();
  const { vehicles, trips, live } = useStore(fleet, (value) => value);
  const then = useStore(past, (value) => (value.at === null ? null : value.vehicles));
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLocaleLowerCase();
  const states = new Map(trips.map((trip) => [trip.id, trip.state]));
  const stateOf = (vehicle: Vehicle): TripState | "idle" => {
    if (then) return then[vehicle.id]?.state ?? "idle";
    const trip = vehicle.current_trip_id;
    if (!trip) return "idle";
    const heard = live[vehicle.id];
    const state = (heard?.tripId === trip ? heard.state : states.get(trip)) ?? "idle";
    return state !== "idle" && FINAL.has(state) ? "idle" : state;
  };
  const found = vehicles.filter((vehicle) => vehicle.name.toLocaleLowerCase().includes(wanted));
  return (
    <>
      {vehicles.length >= FILTER_FROM && (
        <label className="search-field">
          <Icon name="search" />
          <span className="hidden">{t("fleet.filter")}</span>
          <input type="search" value={filter} placeholder={t("fleet.filter")} onChange={(event) => setFilter(event.target.value)} />
        </label>
      )}
      <ul className="rows" data-testid="vehicle-list">
        {found.slice(0, SHOWN).map((vehicle) => (
          <VehicleRow key={vehicle.id} vehicle={vehicle} state={stateOf(vehicle)} />
        ))}
      </ul>
      {found.length === 0 && <p className="quiet">{t("fleet.noMatch")}</p>}
      {found.length > SHOWN && <p className="quiet">{t("fleet.more", { n: found.length - SHOWN })}</p>}
    </>
  );
}

const VehicleRow = memo(function VehicleRow({ vehicle, state }: { vehicle: Vehicle; state: TripState | "idle" }) {
  const { t } = useI18n();
  return (
    <li>
      <button type="button" className="row" data-testid="vehicle-item" data-vehicle-id={vehicle.id} onClick={() => select(vehicle.id)}>
        <span className="row-icon">
          <Icon name={vehicle.vehicle_class} size={22} />
        </span>
        <span className="row-text">
          <strong>{vehicle.name}</strong>
          <span className="quiet">{t(`class.${vehicle.vehicle_class}`)}</span>
        </span>
        <StateBadge state={state} />
      </button>
    </li>
  );
});
