import { type ReactNode, useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { fleet, planner, selection } from "../../store/state";
import { IconButton } from "../../ui/Button";
import { LanguageSwitch } from "../../ui/LanguageSwitch";
import { FleetView } from "./FleetView";
import { Planner } from "./Planner";
import { VehicleForm } from "./VehicleForm";
import { VehicleView } from "./VehicleView";

/** One column for everything a person does; on a phone it is the sheet at the bottom. */
export function SidePanel() {
  const { t } = useI18n();
  const planning = useStore(planner, (value) => value.open);
  const vehicleId = useStore(selection, (value) => value.vehicleId);
  const vehicle = useStore(fleet, (value) => value.vehicles.find((one) => one.id === vehicleId));
  const [creating, setCreating] = useState(false);
  const [low, setLow] = useState(false);
  const panel = useRef<HTMLElement>(null);
  useSheetHeight(panel);

  let view: ReactNode;
  if (creating) view = <VehicleForm onDone={() => setCreating(false)} />;
  else if (planning) view = <Planner />;
  else if (vehicle) view = <VehicleView key={vehicle.id} vehicle={vehicle} />;
  else view = <FleetView onNewVehicle={() => setCreating(true)} />;

  return (
    <aside ref={panel} className={low ? "panel low" : "panel"} aria-label="Rumbo">
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
        {view}
      </div>
    </aside>
  );
}

/** Tells the style sheet how high the sheet is, so that the attribution stands above it. */
function useSheetHeight(panel: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = panel.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--sheet-height", `${element.offsetHeight}px`);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [panel]);
}
