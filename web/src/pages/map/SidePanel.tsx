import { type ReactNode, Suspense, useState } from "react";
import { lazyWith, useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { closures, devices, fleet, geofences, panel, planner, selection } from "../../store/state";
import { IconButton } from "../../ui/Button";
import { LanguageSwitch } from "../../ui/LanguageSwitch";
import { useHeight } from "../../ui/useHeight";
import { FleetView } from "./FleetView";
import { PanelTabs } from "./PanelTabs";
import { Planner } from "./Planner";
import { VehicleForm } from "./VehicleForm";
import { VehicleView } from "./VehicleView";

const ClosuresPanel = lazyWith(["closures", "map"], () => import("./closures/ClosuresPanel"));
const GeofencesPanel = lazyWith(["geofences", "map"], () => import("./geofences/GeofencesPanel"));
const DevicesPanel = lazyWith(["devices", "map"], () => import("./devices/DevicesPanel"));

/** One column for everything a person does; on a phone it is the sheet at the bottom. */
export function SidePanel() {
  const { t } = useI18n();
  const planning = useStore(planner, (value) => value.open);
  const vehicleId = useStore(selection, (value) => value.vehicleId);
  const vehicle = useStore(fleet, (value) => value.vehicles.find((one) => one.id === vehicleId));
  const [creating, setCreating] = useState(false);
  const [low, setLow] = useState(false);
  const tab = useStore(panel, (value) => value.tab);
  const inside = useStore(closures, (value) => value.draft !== null || value.selectedId !== null);
  const sheet = useHeight<HTMLElement>("--sheet-height");

  let view: ReactNode;
  if (tab === "closures") view = <ClosuresPanel />;
  else if (tab === "geofences") view = <GeofencesPanel />;
  else if (tab === "devices") view = <DevicesPanel />;
  else if (creating) view = <VehicleForm onDone={() => setCreating(false)} />;
  else if (planning) view = <Planner />;
  else if (vehicle) view = <VehicleView key={vehicle.id} vehicle={vehicle} />;
  else view = <FleetView onNewVehicle={() => setCreating(true)} />;

  const composing = useStore(devices, (value) => value.draft !== null);
  const fencing = useStore(geofences, (value) => value.draft !== null || value.selected !== null);
  const within = { closures: inside, geofences: fencing, devices: composing, fleet: creating || planning || vehicle !== undefined };
  const top = !within[tab];
  return (
    <aside ref={sheet} className={low ? "panel low" : "panel"} aria-label="Rumbo">
      <header className="panel-head">
        <img src="/icon.svg" alt="" width={30} height={30} />
        <h1>Rumbo</h1>
        <span className="sheet-toggle">
          <IconButton
            icon={low ? "up" : "down"}
            label={t(low ? "panel.expand" : "panel.collapse")}
            aria-expanded={!low}
            onClick={() => setLow(!low)}
          />
        </span>
        <LanguageSwitch />
      </header>
      <div className="panel-body" hidden={low}>
        {top && <PanelTabs />}
        <Suspense fallback={<p className="quiet centred">…</p>}>{view}</Suspense>
      </div>
    </aside>
  );
}
