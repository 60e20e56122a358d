import { type FormEvent, useRef, useState } from "react";
import { ApiError, newIdempotencyKey } from "../../api/client";
import { VEHICLE_CLASSES, type VehicleClass } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { addVehicle } from "../../store/fleetActions";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";

export function VehicleForm({ onDone }: { onDone: () => void }) {
  const { t } = useI18n();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<VehicleClass>("car");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const key = useRef({ of: "", key: "" });

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = `${kind} ${name.trim()}`;
    if (key.current.of !== wanted) key.current = { of: wanted, key: newIdempotencyKey() };
    setBusy(true);
    try {
      await addVehicle(name.trim(), kind, key.current.key);
      onDone();
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      setError(problem);
      setBusy(false);
    }
  };

  return (
    <form className="stack" onSubmit={(event) => void save(event)}>
      <h2>{t("vehicle.title")}</h2>
      <label className="field">
        <span>{t("vehicle.name")}</span>
        <input
          // The person just asked for this form; the first field is where they want to be.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          required
          maxLength={80}
          value={name}
          placeholder={t("vehicle.namePlaceholder")}
          data-testid="vehicle-name"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <fieldset className="field" data-testid="vehicle-class">
        <legend>{t("vehicle.class")}</legend>
        <div className="class-grid">
          {VEHICLE_CLASSES.map((one) => (
            <label key={one} className="class-choice">
              <input
                type="radio"
                name="vehicle-class"
                value={one}
                checked={one === kind}
                data-testid={`vehicle-class-${one}`}
                onChange={() => setKind(one)}
              />
              <Icon name={one} size={24} />
              <span>{t(`class.${one}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {error && <ProblemNote error={error} />}
      <div className="form-actions">
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button kind="primary" submit testId="save-vehicle" disabled={busy || !name.trim()}>
          {t("vehicle.save")}
        </Button>
      </div>
    </form>
  );
}
