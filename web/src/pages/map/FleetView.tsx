import { useState } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { openPlanner } from "../../store/plannerActions";
import { fleet } from "../../store/state";
import { Button } from "../../ui/Button";
import { Segments } from "../../ui/Segments";
import { EmptyFleet } from "./EmptyFleet";
import { TripList } from "./TripList";
import { VehicleList } from "./VehicleList";

/** Vehicles and trips, and the two things one does here. */
export function FleetView({ onNewVehicle }: { onNewVehicle: () => void }) {
  const { t, format } = useI18n();
  const [tab, setTab] = useState<"vehicles" | "trips">("vehicles");
  const { loaded, vehicles, trips } = useStore(fleet, (value) => value);
  if (loaded && vehicles.length === 0) return <EmptyFleet onNewVehicle={onNewVehicle} />;
  return (
    <>
      <div className="panel-actions">
        <Button kind="primary" icon="route" testId="plan-trip" onClick={() => openPlanner()} disabled={!loaded}>
          {t("fleet.planTrip")}
        </Button>
        <Button icon="plus" testId="new-vehicle" onClick={onNewVehicle}>
          {t("fleet.newVehicle")}
        </Button>
      </div>
      <Segments
        label={t("fleet.vehicles")}
        value={tab}
        onChange={setTab}
        options={[
          { value: "vehicles", label: `${t("fleet.vehicles")} ${format.count(vehicles.length)}`, testId: "tab-vehicles" },
          { value: "trips", label: `${t("fleet.trips")} ${format.count(trips.length)}`, testId: "tab-trips" },
        ]}
      />
      {tab === "vehicles" ? <VehicleList /> : <TripList />}
    </>
  );
}
