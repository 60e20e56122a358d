import { type Vehicle, VEHICLE_CLASSES } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { fleetsOf, tagsOf, type VehicleFilter } from "../../store/vehicleFilter";
import { Icon } from "../../ui/Icon";
import { named, Select } from "../../ui/Select";

interface Props {
  vehicles: readonly Vehicle[];
  filter: VehicleFilter;
  onChange: (change: Readonly<Record<string, string | null>>) => void;
}

/** By name, fleet, tag and kind; it stands in the address. */
export function FleetFilter({ vehicles, filter, onChange }: Props) {
  const { t } = useI18n();
  const [fleets, tags] = [fleetsOf(vehicles), tagsOf(vehicles)];
  return (
    <div className="filters">
      <label className="search-field">
        <Icon name="search" />
        <span className="hidden">{t("fleet.filter")}</span>
        <input
          type="search"
          value={filter.text}
          placeholder={t("fleet.filter")}
          data-testid="filter-text"
          onChange={(event) => onChange({ q: event.target.value })}
        />
      </label>
      {(fleets.length > 0 || filter.fleet) && <Select label={t("fleet.byFleet")} any={t("fleet.anyFleet")} options={named(fleets)} value={filter.fleet} testId="filter-fleet" onChange={(fleet) => onChange({ fleet })} />}
      {(tags.length > 0 || filter.tag) && <Select label={t("fleet.byTag")} any={t("fleet.anyTag")} options={named(tags)} value={filter.tag} testId="filter-tag" onChange={(tag) => onChange({ tag })} />}
      <Select
        label={t("vehicle.class")}
        any={t("fleetPage.anyClass")}
        options={VEHICLE_CLASSES.map((value) => ({ value, label: t(`class.${value}`) }))}
        value={filter.kind ?? ""}
        testId="filter-class"
        onChange={(kind) => onChange({ class: kind })}
      />
    </div>
  );
}
