import { useState } from "react";
import { DRIVERS, type Vehicle, type VehicleChange } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { devices } from "../../store/state";
import { bulk, changeMany, deleteMany, type Fallen, stopBulk } from "../../store/vehicleBulk";
import { readTags } from "../../store/vehicleFilter";
import { Button } from "../../ui/Button";
import { named, Select } from "../../ui/Select";
import { FallenList } from "../FallenList";

interface Props {
  found: readonly Vehicle[];
  picked: readonly Vehicle[];
  onPick: (ids: readonly string[]) => void;
}

/** What may be done with the chosen vehicles; how far it has come, and what could not be done. */
export function BulkBar({ found, picked, onPick }: Props) {
  const { t, format } = useI18n();
  const progress = useStore(bulk, (value) => value.progress);
  const [fallen, setFallen] = useState<readonly Fallen[]>([]);
  const run = async (verb: Promise<readonly Fallen[]>) => setFallen(await verb);
  return (
    <div className="bulk">
      <div className="bulk-row">
        <label className="check">
          <input
            type="checkbox"
            checked={picked.length > 0 && picked.length === found.length}
            data-testid="choose-all"
            onChange={(event) => onPick(event.target.checked ? found.map(({ id }) => id) : [])}
          />
          <span data-testid="chosen">
            {picked.length > 0
              ? t("fleetPage.chosen", { n: format.count(picked.length), of: format.count(found.length) })
              : t("fleetPage.count", { n: format.count(found.length) })}
          </span>
        </label>
        {picked.length > 0 && !progress && <Verbs picked={picked} onRun={(verb) => void run(verb)} />}
        {progress && (
          <span className="bulk-progress" role="status">
            <progress max={progress.of} value={progress.done} aria-label={t("fleetPage.working")} />
            {format.count(progress.done)} / {format.count(progress.of)}
            <Button onClick={stopBulk}>{t("action.cancel")}</Button>
          </span>
        )}
      </div>
      <FallenList fallen={fallen} onClose={() => setFallen([])} />
    </div>
  );
}

function Verbs({ picked, onRun }: { picked: readonly Vehicle[]; onRun: (verb: Promise<Fallen[]>) => void }) {
  const { t, format } = useI18n();
  const [sure, setSure] = useState(false);
  const profiles = useStore(devices, (value) => value.items);
  const change = (what: VehicleChange) => onRun(changeMany(picked, () => what));
  return (
    <>
      <Words label={t("fleetPage.setFleet")} testId="bulk-fleet" onDone={(fleet) => change({ fleet: fleet || null })} />
      <Words
        label={t("fleetPage.addTags")}
        testId="bulk-tags"
        onDone={(text) => onRun(changeMany(picked, ({ tags }) => ({ tags: [...new Set([...tags, ...readTags(text)])] })))}
      />
      <Select
        label={t("vehicle.driver")}
        any={`${t("vehicle.driver")}…`}
        options={DRIVERS.map((value) => ({ value, label: t(`driver.${value}`) }))}
        value=""
        testId="bulk-driver"
        onChange={(driver) => change({ driver: DRIVERS.find((one) => one === driver) ?? "normal" })}
      />
      {profiles.length > 0 && (
        <Select
          label={t("vehicle.device")}
          any={`${t("vehicle.device")}…`}
          options={named(profiles.map(({ name }) => name))}
          value=""
          testId="bulk-device"
          onChange={(device_profile) => change({ device_profile })}
        />
      )}
      {sure ? (
        <span className="bulk-sure">
          {t("fleetPage.deleteSure", { n: format.count(picked.length) })}
          <Button kind="danger" testId="bulk-delete-confirm" onClick={() => onRun(deleteMany(picked))}>
            {t("vehicle.delete")}
          </Button>
          <Button onClick={() => setSure(false)}>{t("action.cancel")}</Button>
        </span>
      ) : (
        <Button kind="danger" icon="trash" testId="bulk-delete" onClick={() => setSure(true)}>
          {t("vehicle.delete")}
        </Button>
      )}
    </>
  );
}

/** A box that does its work on Enter. */
function Words({ label, testId, onDone }: { label: string; testId: string; onDone: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <input
      className="bulk-words"
      aria-label={label}
      placeholder={`${label} ↵`}
      value={text}
      maxLength={200}
      data-testid={testId}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        onDone(text.trim());
        setText("");
      }}
    />
  );
}
