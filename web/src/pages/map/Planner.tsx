import { useState } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { chooseVehicle, closePlanner, dropTrack } from "../../store/plannerActions";
import { startTrip } from "../../store/plannerStart";
import { departures, type Every } from "../../store/recurrence";
import { fleet, planner } from "../../store/state";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { DeviceChoice } from "./DeviceChoice";
import { Departure } from "./Departure";
import { PlanTools } from "./PlanTools";
import { RouteChoice } from "./RouteChoice";
import { Repeat } from "./Repeat";
import { StopList } from "./StopList";

/** From "who" over "where" to "when": the route stands there before anyone says go. */
export function Planner() {
  const i18n = useI18n();
  const { t } = i18n;
  const { vehicleId, routes, chosen, track, drawing, busy, error } = useStore(planner, (value) => value);
  const { zone, format } = i18n;
  const [startAt, setStartAt] = useState<string | null>(null);
  const [every, setEvery] = useState<Every>("never");
  const [times, setTimes] = useState(5);
  const starts = startAt ? departures(Date.parse(startAt), every, times, zone).map((ms) => new Date(ms).toISOString()) : [];
  const route = routes[chosen];
  return (
    <section className="stack planner" aria-label={t("plan.title")} data-testid="planner">
      <div className="title-row">
        <IconButton icon="back" label={t("action.back")} testId="close-planner" onClick={closePlanner} />
        <h2>{t("plan.title")}</h2>
      </div>
      <VehicleChoice />
      {track || drawing ? (
        <div className="track" data-testid="track">
          <Icon name="file" />
          <span>{!track || track.name === null ? t("plan.drawn") : t("plan.track", { name: track.name })}</span>
          <IconButton icon="close" label={t("plan.removeTrack")} onClick={dropTrack} />
        </div>
      ) : (
        <div>
          <StopList />
          <span className="quiet drop-hint">{t("plan.dropHint")}</span>
        </div>
      )}
      <PlanTools />
      {error && <ProblemNote error={error} />}
      {busy && !route && <p className="quiet" role="status">{t("plan.finding")}</p>}
      {!busy && !route && !error && <p className="quiet">{t(drawing ? "plan.drawHint" : "plan.hint")}</p>}
      <RouteChoice />
      {route && (
        <>
          <Device />
          <Departure startAt={startAt} onChange={setStartAt} durationS={route.duration_s} />
          {startAt && <Repeat every={every} times={times} onEvery={setEvery} onTimes={setTimes} />}
          <Button
            kind="primary"
            icon="play"
            testId="start-trip"
            disabled={busy || !vehicleId}
            onClick={() => void startTrip(starts)}
          >
            {starts.length > 1 ? t("plan.scheduleMany", { n: format.count(starts.length) }) : t(startAt ? "plan.schedule" : "plan.start")}
          </Button>
        </>
      )}
    </section>
  );
}

function Device() {
  const { t } = useI18n();
  const { vehicleId, device } = useStore(planner, (value) => value);
  const vehicle = useStore(fleet, (value) => value.vehicles.find((one) => one.id === vehicleId));
  return (
    <DeviceChoice
      label={t("plan.device")}
      value={device}
      inherited={vehicle?.device_profile ?? "standard"}
      testId="plan-device"
      onChange={(name) => planner.set({ device: name })}
    />
  );
}

function VehicleChoice() {
  const { t } = useI18n();
  const vehicles = useStore(fleet, (value) => value.vehicles);
  const vehicleId = useStore(planner, (value) => value.vehicleId);
  if (vehicles.length === 0) return <p className="quiet">{t("plan.noVehicle")}</p>;
  return (
    <label className="field">
      <span>{t("plan.vehicle")}</span>
      <select value={vehicleId ?? ""} data-testid="plan-vehicle" onChange={(event) => chooseVehicle(event.target.value)}>
        {vehicles.map((vehicle) => (
          <option key={vehicle.id} value={vehicle.id}>
            {vehicle.name} · {t(`class.${vehicle.vehicle_class}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
