import { useEffect } from "react";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { loadDevices } from "../../store/deviceActions";
import { devices } from "../../store/state";

interface Props {
  label: string;
  /** Null: that of the vehicle, where `inherited` names it. */
  value: string | null;
  inherited?: string;
  testId: string;
  onChange: (name: string | null) => void;
}

/** Which kind of device reports: a ready-made one or one of a person's own. */
export function DeviceChoice({ label, value, inherited, testId, onChange }: Props) {
  const { t } = useI18n();
  const items = useStore(devices, (store) => store.items);
  useEffect(() => void loadDevices(), []);
  const names = items.map((one) => one.name);
  if (value !== null && !names.includes(value)) names.unshift(value);
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value ?? ""} data-testid={testId} onChange={(event) => onChange(event.target.value || null)}>
        {inherited !== undefined && <option value="">{t("plan.deviceOf", { name: inherited })}</option>}
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
