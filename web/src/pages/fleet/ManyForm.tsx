import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { VEHICLE_CLASSES, type VehicleClass } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { createMany, type Fallen, MOST_NEW, namesOf } from "../../store/vehicleBulk";
import { readTags } from "../../store/vehicleFilter";
import { Button } from "../../ui/Button";
import { ProblemNote } from "../../ui/ProblemNote";
import { DeviceChoice } from "../map/DeviceChoice";
import { FallenList } from "../FallenList";

/** Makes up to a thousand vehicles that differ by a number. */
export function ManyForm({ onDone }: { onDone: () => void }) {
  const { t, format } = useI18n();
  const [pattern, setPattern] = useState("");
  const [first, setFirst] = useState(1);
  const [count, setCount] = useState(10);
  const [kind, setKind] = useState<VehicleClass>("van");
  const [group, setGroup] = useState("");
  const [tags, setTags] = useState("");
  const [device, setDevice] = useState("standard");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [fallen, setFallen] = useState<readonly Fallen[]>([]);
  const names = namesOf(pattern.trim(), first, Math.min(Math.max(count, 0), MOST_NEW));

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const done = await createMany(names, { vehicle_class: kind, fleet: group.trim() || null, tags: readTags(tags), device_profile: device });
      if (done.fallen.length === 0) onDone();
      else setFallen(done.fallen);
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="stack" data-testid="many-form" onSubmit={(event) => void save(event)}>
      <h2>{t("fleetPage.many")}</h2>
      <label className="field">
        <span>{t("fleetPage.pattern", { hole: "{n}" })}</span>
        <input required maxLength={70} value={pattern} placeholder={t("fleetPage.patternExample")} data-testid="many-pattern" onChange={(event) => setPattern(event.target.value)} />
      </label>
      <div className="many-row">
        <NumberField label={t("fleetPage.howMany")} value={count} least={1} most={MOST_NEW} testId="many-count" onChange={setCount} />
        <NumberField label={t("fleetPage.firstNumber")} value={first} least={0} most={999_999} testId="many-first" onChange={setFirst} />
        <label className="field">
          <span>{t("vehicle.class")}</span>
          <select value={kind} data-testid="many-class" onChange={(event) => setKind(VEHICLE_CLASSES.find((one) => one === event.target.value) ?? "van")}>
            {VEHICLE_CLASSES.map((one) => (
              <option key={one} value={one}>
                {t(`class.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="many-row">
        <label className="field">
          <span>{t("vehicle.fleet")}</span>
          <input maxLength={80} value={group} placeholder={t("vehicle.fleetPlaceholder")} data-testid="many-fleet" onChange={(event) => setGroup(event.target.value)} />
        </label>
        <label className="field">
          <span>{t("vehicle.tags")}</span>
          <input value={tags} placeholder={t("vehicle.tagsPlaceholder")} data-testid="many-tags" onChange={(event) => setTags(event.target.value)} />
        </label>
        <DeviceChoice label={t("vehicle.device")} value={device} testId="many-device" onChange={(name) => setDevice(name ?? "standard")} />
      </div>
      {pattern.trim() !== "" && names.length > 0 && (
        <p className="quiet" data-testid="many-names">
          {names.length > 2 ? `${names[0]}, ${names[1]} … ${names.at(-1)}` : names.join(", ")}
        </p>
      )}
      {error && <ProblemNote error={error} />}
      <FallenList fallen={fallen} onClose={() => setFallen([])} />
      <div className="form-actions">
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button kind="primary" submit testId="many-save" disabled={busy || pattern.trim() === "" || names.length === 0}>
          {t("fleetPage.create", { n: format.count(names.length) })}
        </Button>
      </div>
    </form>
  );
}

interface NumberProps {
  label: string;
  value: number;
  least: number;
  most: number;
  testId: string;
  onChange: (value: number) => void;
}

function NumberField({ label, value, least, most, testId, onChange }: NumberProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input type="number" required min={least} max={most} value={value} data-testid={testId} onChange={(event) => onChange(event.target.valueAsNumber || 0)} />
    </label>
  );
}
