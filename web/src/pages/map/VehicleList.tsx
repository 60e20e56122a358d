import { memo, useState } from "react";
import type { TripState, Vehicle } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { select, vehicleStates } from "../../store/fleetActions";
import { fleet, past } from "../../store/state";
import { ANY, fleetsOf, matches, tagsOf, type VehicleFilter } from "../../store/vehicleFilter";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { StateBadge } from "../../ui/StateBadge";
import { named, Select } from "../../ui/Select";
import { VehicleFiles } from "./VehicleFiles";

const SHOWN = 200;
const FILTER_FROM = 8;

export function VehicleList() {
  const { t } = useI18n();
  const { vehicles, trips, live } = useStore(fleet, (value) => value);
  const then = useStore(past, (value) => (value.at === null ? null : value.vehicles));
  const [filter, setFilter] = useState<VehicleFilter>(ANY);
  const now = vehicleStates(trips, live);
  const stateOf = (vehicle: Vehicle): TripState | "idle" => (then ? (then[vehicle.id]?.state ?? "idle") : now(vehicle));
  const found = vehicles.filter((vehicle) => matches(vehicle, filter));
  return (
    <>
      <Filter vehicles={vehicles} filter={filter} onChange={setFilter} />
      <ul className="rows" data-testid="vehicle-list">
        {found.slice(0, SHOWN).map((vehicle) => (
          <VehicleRow key={vehicle.id} vehicle={vehicle} state={stateOf(vehicle)} />
        ))}
      </ul>
      {found.length === 0 && (
        <div className="nothing">
          <p className="quiet">{t("fleet.noneMatch")}</p>
          <Button onClick={() => setFilter(ANY)}>{t("fleet.clear")}</Button>
        </div>
      )}
      {found.length > SHOWN && <p className="quiet">{t("fleet.more", { n: found.length - SHOWN })}</p>}
      <VehicleFiles filter={filter} />
    </>
  );
}

interface FilterProps {
  vehicles: readonly Vehicle[];
  filter: VehicleFilter;
  onChange: (filter: VehicleFilter) => void;
}

/** By name, fleet and tag; each is offered only where there is something to choose. */
function Filter({ vehicles, filter, onChange }: FilterProps) {
  const { t } = useI18n();
  const [fleets, tags] = [fleetsOf(vehicles), tagsOf(vehicles)];
  return (
    <div className="filter">
      {vehicles.length >= FILTER_FROM && (
        <label className="search-field">
          <Icon name="search" />
          <span className="hidden">{t("fleet.filter")}</span>
          <input
            type="search"
            value={filter.text}
            placeholder={t("fleet.filter")}
            data-testid="filter-text"
            onChange={(event) => onChange({ ...filter, text: event.target.value })}
          />
        </label>
      )}
      {(fleets.length > 0 || tags.length > 0) && (
        <div className="filter-row">
          {fleets.length > 0 && <Select label={t("fleet.byFleet")} any={t("fleet.anyFleet")} options={named(fleets)} value={filter.fleet} testId="filter-fleet" onChange={(name) => onChange({ ...filter, fleet: name })} />}
          {tags.length > 0 && <Select label={t("fleet.byTag")} any={t("fleet.anyTag")} options={named(tags)} value={filter.tag} testId="filter-tag" onChange={(tag) => onChange({ ...filter, tag })} />}
        </div>
      )}
    </div>
  );
}

const VehicleRow = memo(function VehicleRow({ vehicle, state }: { vehicle: Vehicle; state: TripState | "idle" }) {
  const { t } = useI18n();
  const about = [t(`class.${vehicle.vehicle_class}`), vehicle.fleet, ...vehicle.tags].filter(Boolean).join(" · ");
  return (
    <li>
      <button type="button" className="row" data-testid="vehicle-item" data-vehicle-id={vehicle.id} onClick={() => select(vehicle.id)}>
        <span className="row-icon">
          <Icon name={vehicle.vehicle_class} size={22} />
        </span>
        <span className="row-text">
          <strong>{vehicle.name}</strong>
          <span className="quiet">{about}</span>
        </span>
        <StateBadge state={state} />
      </button>
    </li>
  );
});
