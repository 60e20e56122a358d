import type { Vehicle } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { FINAL, removeVehicle, select, stateOf } from "../../store/fleetActions";
import { openPlanner } from "../../store/plannerActions";
import { fleet, past, selection } from "../../store/state";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { PastCard } from "./PastCard";
import { TripCard } from "./TripCard";

/** One vehicle: what it does now, and what one can do with it. */
export function VehicleView({ vehicle }: { vehicle: Vehicle }) {
  const { t } = useI18n();
  const tripId = useStore(selection, (value) => value.tripId);
  const trip = useStore(fleet, (value) => value.trips.find((one) => one.id === tripId));
  const live = useStore(fleet, (value) => value.live);
  const looking = useStore(past, (value) => value.at !== null);
  const over = !trip || FINAL.has(stateOf(trip, live));
  return (
    <section className="stack" aria-label={vehicle.name}>
      <div className="title-row">
        <IconButton icon="back" label={t("action.back")} testId="back" onClick={() => select(null)} />
        <span className="row-icon">
          <Icon name={vehicle.vehicle_class} size={22} />
        </span>
        <div className="row-text">
          <h2>{vehicle.name}</h2>
          <span className="quiet">{t(`class.${vehicle.vehicle_class}`)}</span>
        </div>
      </div>
      {looking ? <PastCard vehicleId={vehicle.id} /> : trip ? <TripCard key={trip.id} trip={trip} /> : <p className="quiet">{t("vehicle.noTrip")}</p>}
      {over && !looking && (
        <div className="form-actions">
          {!vehicle.current_trip_id && (
            <IconButton icon="trash" label={t("vehicle.delete")} testId="delete-vehicle" onClick={() => void removeVehicle(vehicle.id)} />
          )}
          <Button kind="primary" icon="route" testId="plan-trip" onClick={() => openPlanner(vehicle.id)}>
            {trip ? t("trip.planNext") : t("fleet.planTrip")}
          </Button>
        </div>
      )}
    </section>
  );
}
