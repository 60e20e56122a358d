import { type FormEvent, useRef, useState } from "react";
import { ApiError, newIdempotencyKey } from "../../api/client";
import { DRIVERS, type Vehicle, VEHICLE_CLASSES, type VehicleRequest } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { addVehicle, editVehicle } from "../../store/fleetActions";
import { fleet } from "../../store/state";
import { fleetsOf, readTags } from "../../store/vehicleFilter";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { Segments } from "../../ui/Segments";
import { DeviceChoice } from "./DeviceChoice";

type Wanted = Required<Pick<VehicleRequest, "name" | "vehicle_class" | "fleet" | "tags" | "driver" | "device_profile">>;

const NEW: Wanted = { name: "", vehicle_class: "car", fleet: null, tags: [], driver: "normal", device_profile: "standard" };

function wantedOf({ name, vehicle_class, fleet: group, tags, driver, device_profile }: Vehicle): Wanted {
  return { name, vehicle_class, fleet: group, tags, driver, device_profile };
}

/** Makes a vehicle, or changes one: a name and a kind are enough, the rest may be said. */
export function VehicleForm({ vehicle, onDone }: { vehicle?: Vehicle; onDone: () => void }) {
  const { t } = useI18n();
  const [wanted, setWanted] = useState<Wanted>(() => (vehicle ? wantedOf(vehicle) : NEW));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const key = useRef({ of: "", key: "" });
  const change = (part: Partial<Wanted>) => setWanted({ ...wanted, ...part });

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const body = { ...wanted, name: wanted.name.trim(), fleet: wanted.fleet?.trim() || null };
    const text = JSON.stringify(body);
    if (key.current.of !== text) key.current = { of: text, key: newIdempotencyKey() };
    setBusy(true);
    try {
      await (vehicle ? editVehicle(vehicle.id, body) : addVehicle(body, key.current.key));
      onDone();
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      setError(problem);
      setBusy(false);
    }
  };

  return (
    <form className="stack" data-testid="vehicle-form" onSubmit={(event) => void save(event)}>
      <div className="title-row">
        <IconButton icon="back" label={t("action.back")} onClick={onDone} />
        <h2>{t(vehicle ? "vehicle.edit" : "vehicle.title")}</h2>
      </div>
      <label className="field">
        <span>{t("vehicle.name")}</span>
        <input
          // The person just asked for this form; the first field is where they want to be.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={!vehicle}
          required
          maxLength={80}
          value={wanted.name}
          placeholder={t("vehicle.namePlaceholder")}
          data-testid="vehicle-name"
          onChange={(event) => change({ name: event.target.value })}
        />
      </label>
      <ClassChoice wanted={wanted} onChange={change} />
      <details className="more" open={vehicle !== undefined} data-testid="vehicle-more">
        <summary>{t("vehicle.more")}</summary>
        <MoreFields wanted={wanted} onChange={change} />
      </details>
      {error && <ProblemNote error={error} />}
      <div className="form-actions">
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button kind="primary" submit testId="save-vehicle" disabled={busy || !wanted.name.trim()}>
          {t(vehicle ? "vehicle.change" : "vehicle.save")}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  wanted: Wanted;
  onChange: (change: Partial<Wanted>) => void;
}

function ClassChoice({ wanted, onChange }: PartProps) {
  const { t } = useI18n();
  return (
    <fieldset className="field" data-testid="vehicle-class">
      <legend>{t("vehicle.class")}</legend>
      <div className="class-grid">
        {VEHICLE_CLASSES.map((one) => (
          <label key={one} className="class-choice">
            <input
              type="radio"
              name="vehicle-class"
              value={one}
              checked={one === wanted.vehicle_class}
              data-testid={`vehicle-class-${one}`}
              onChange={() => onChange({ vehicle_class: one })}
            />
            <Icon name={one} size={24} />
            <span>{t(`class.${one}`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function MoreFields({ wanted, onChange }: PartProps) {
  const { t } = useI18n();
  const vehicles = useStore(fleet, (value) => value.vehicles);
  const [tags, setTags] = useState(wanted.tags.join(", "));
  return (
    <div className="stack">
      <label className="field">
        <span>{t("vehicle.fleet")}</span>
        <input
          maxLength={80}
          list="fleets"
          value={wanted.fleet ?? ""}
          placeholder={t("vehicle.fleetPlaceholder")}
          data-testid="vehicle-fleet"
          onChange={(event) => onChange({ fleet: event.target.value })}
        />
        <datalist id="fleets">
          {fleetsOf(vehicles).map((name) => (
            <option key={name} value={name} aria-label={name} />
          ))}
        </datalist>
      </label>
      <label className="field">
        <span>{t("vehicle.tags")}</span>
        <input
          value={tags}
          placeholder={t("vehicle.tagsPlaceholder")}
          title={t("vehicle.tagsHint")}
          data-testid="vehicle-tags"
          onChange={(event) => {
            setTags(event.target.value);
            onChange({ tags: readTags(event.target.value) });
          }}
        />
      </label>
      <div className="field">
        <span>{t("vehicle.driver")}</span>
        <Segments
          label={t("vehicle.driver")}
          value={wanted.driver}
          onChange={(driver) => onChange({ driver })}
          options={DRIVERS.map((driver) => ({ value: driver, label: t(`driver.${driver}`), testId: `driver-${driver}` }))}
        />
      </div>
      <DeviceChoice
        label={t("vehicle.device")}
        value={wanted.device_profile}
        testId="vehicle-device"
        onChange={(name) => onChange({ device_profile: name ?? "standard" })}
      />
    </div>
  );
}
