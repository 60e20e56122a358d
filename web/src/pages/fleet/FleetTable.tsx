import { memo, useState } from "react";
import type { TripState, Vehicle } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { vehicleStates } from "../../store/fleetActions";
import { fleet } from "../../store/state";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { StateBadge } from "../../ui/StateBadge";

const A_PAGE = 100;

interface Props {
  vehicles: readonly Vehicle[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string, yes: boolean) => void;
  onEdit: (vehicle: Vehicle) => void;
}

/** A line a vehicle; more of them on demand, so that ten thousand do not stop the page. */
export function FleetTable({ vehicles, chosen, onChoose, onEdit }: Props) {
  const { t, format } = useI18n();
  const { trips, live } = useStore(fleet, (value) => value);
  const [shown, setShown] = useState(A_PAGE);
  const stateOf = vehicleStates(trips, live);
  return (
    <>
      <div className="table-scroll">
        <table className="table fleet-table" data-testid="fleet-table">
          <thead>
            <tr>
              <th>
                <span className="hidden">{t("fleetPage.choose")}</span>
              </th>
              <th>{t("vehicle.name")}</th>
              <th>{t("fleetPage.state")}</th>
              <th>{t("vehicle.fleet")}</th>
              <th>{t("vehicle.tags")}</th>
              <th>{t("vehicle.driver")}</th>
              <th>{t("vehicle.device")}</th>
              <th className="end">{t("vehicle.energy")}</th>
              <th className="end">{t("vehicle.odometer")}</th>
              <th>
                <span className="hidden">{t("vehicle.edit")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {vehicles.slice(0, shown).map((vehicle) => (
              <Row key={vehicle.id} vehicle={vehicle} state={stateOf(vehicle)} isChosen={chosen.has(vehicle.id)} onChoose={onChoose} onEdit={onEdit} />
            ))}
          </tbody>
        </table>
      </div>
      {vehicles.length > shown && (
        <Button onClick={() => setShown(shown + A_PAGE)} testId="more-vehicles">
          {t("fleetPage.more", { n: format.count(vehicles.length - shown) })}
        </Button>
      )}
    </>
  );
}

interface RowProps {
  vehicle: Vehicle;
  state: TripState | "idle";
  isChosen: boolean;
  onChoose: Props["onChoose"];
  onEdit: Props["onEdit"];
}

const Row = memo(function Row({ vehicle, state, isChosen, onChoose, onEdit }: RowProps) {
  const { t, format } = useI18n();
  return (
    <tr data-testid="fleet-row" data-vehicle-id={vehicle.id}>
      <td>
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={t("fleetPage.chooseOne", { name: vehicle.name })}
          onChange={(event) => onChoose(vehicle.id, event.target.checked)}
        />
      </td>
      <td>
        <Link to={`/?vehicle=${encodeURIComponent(vehicle.id)}`} className="fleet-name">
          <span className="row-icon" title={t(`class.${vehicle.vehicle_class}`)}>
            <Icon name={vehicle.vehicle_class} size={20} />
          </span>
          {vehicle.name}
        </Link>
      </td>
      <td>
        <StateBadge state={state} />
      </td>
      <td>{vehicle.fleet}</td>
      <td>
        {vehicle.tags.map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </td>
      <td>{t(`driver.${vehicle.driver}`)}</td>
      <td>{vehicle.device_profile}</td>
      <td className="end">{vehicle.energy_level === null ? "" : format.percent(vehicle.energy_level)}</td>
      <td className="end">{format.distance(vehicle.odometer_m)}</td>
      <td className="end">
        <IconButton icon="edit" label={`${t("vehicle.edit")}: ${vehicle.name}`} testId="edit-vehicle" onClick={() => onEdit(vehicle)} />
      </td>
    </tr>
  );
});
