import { useState } from "react";
import type { Vehicle } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { FINAL, removeVehicle, select, stateOf } from "../../store/fleetActions";
import { openPlanner } from "../../store/plannerActions";
import { fleet, past, selection } from "../../store/state";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { LastEvents } from "./LastEvents";
import { PastCard } from "./PastCard";
import { VehicleForm } from "./VehicleForm";
import { TripCard } from "./TripCard";

/** One vehicle: what it does now, and what one can do with it. */
export function VehicleView({ vehicle }: { vehicle: Vehicle }) {
  const { t } = useI18n();
  const tripId = useStore(selection, (value) => value.tripId);
  const trip = useStore(fleet, (value) => value.trips.find((one) => one.id === tripId));
  const live = useStore(fleet, (value) => value.live);
  const looking = useStore(past, (value) => value.at !== null);
  const [editing, setEditing] = useState(false);
  const over = !trip || FINAL.has(stateOf(trip, live));
  if (editing) return <VehicleForm vehicle={vehicle} onDone={() => setEditing(false)} />;
  return (
    <section className="stack" aria-label={vehicle.name}>
      <div className="title-row">
        <IconButton icon="back" label={t("action.back")} testId="back" onClick={() => select(null)} />
        <span className="row-icon">
          <Icon name={vehicle.vehicle_class} size={22} />
        </span>
        <div className="row-text">
          <h2>{vehicle.name}</h2>
          <span className="quiet">{[t(`class.${vehicle.vehicle_class}`), vehicle.fleet, ...vehicle.tags].filter(Boolean).join(" · ")}</span>
        </div>
        <IconButton icon="edit" label={t("vehicle.edit")} testId="edit-vehicle" onClick={() => setEditing(true)} />
      </div>
      {looking ? <PastCard vehicleId={vehicle.id} /> : trip ? <TripCard key={trip.id} trip={trip} /> : <p className="quiet">{t("vehicle.noTrip")}</p>}
      {!looking && <LastEvents vehicleId={vehicle.id} />}
      {over && <Facts vehicle={vehicle} />}
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

/** What is usual of this vehicle, and what its trips have left. */
function Facts({ vehicle }: { vehicle: Vehicle }) {
  const { t, format } = useI18n();
  const facts = [
    [t("vehicle.driver"), t(`driver.${vehicle.driver}`)],
    [t("vehicle.device"), vehicle.device_profile],
    [t("vehicle.energy"), vehicle.parameters.energy === "human" ? "–" : format.percent(vehicle.energy_left)],
    [t("vehicle.odometer"), format.distance(vehicle.odometer_m)],
  ];
  return (
    <dl className="facts number" aria-label={t("vehicle.facts")} data-testid="vehicle-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
