import "./devices.css";
import { useEffect } from "react";
import type { DeviceProfile } from "../../../contracts/api";
import { useI18n } from "../../../i18n";
import { useStore } from "../../../store/create";
import { loadDevices, openDevice } from "../../../store/deviceActions";
import { devices } from "../../../store/state";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { ProblemNote } from "../../../ui/ProblemNote";
import { DeviceForm } from "./DeviceForm";

/** Kinds of devices: those there are, and the form that composes one. */
export default function DevicesPanel() {
  const { t } = useI18n();
  const { loaded, items, draft, error } = useStore(devices, (value) => value);
  useEffect(() => void loadDevices(), []);
  if (draft) return <DeviceForm draft={draft} />;
  if (error && !loaded) {
    return (
      <section className="stack">
        <ProblemNote error={error} />
        <Button onClick={() => void loadDevices()}>{t("closure.retry")}</Button>
      </section>
    );
  }
  const own = items.filter((one) => !one.ready_made);
  return (
    <section className="stack" aria-label={t("tab.devices")} data-testid="devices">
      <p className="quiet">{t("device.intro")}</p>
      {!loaded && <p className="quiet centred">…</p>}
      {own.length > 0 && <Group title={t("device.own")} items={own} />}
      {loaded && <Group title={t("device.ready")} items={items.filter((one) => one.ready_made)} />}
    </section>
  );
}

function Group({ title, items }: { title: string; items: readonly DeviceProfile[] }) {
  const { t, format } = useI18n();
  return (
    <div>
      <h3>{title}</h3>
      <ul className="rows">
        {items.map((profile) => (
          <li key={profile.name}>
            <button type="button" className="row" data-testid="device-item" data-device={profile.name} onClick={() => openDevice(profile)}>
              <span className="row-icon">
                <Icon name="chip" size={22} />
              </span>
              <span className="row-text">
                <strong>{profile.name}</strong>
                <span className="quiet number">{profile.vehicles > 0 ? t("device.usedBy", { n: format.count(profile.vehicles) }) : ""}</span>
              </span>
              <Icon name="forth" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
