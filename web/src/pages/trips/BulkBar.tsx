import { useState } from "react";
import type { Trip, TripCommand } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { fleet } from "../../store/state";
import { bulk, commandAll, stopBulk } from "../../store/tripsActions";
import { Button } from "../../ui/Button";
import { FallenList } from "../FallenList";

/** Pause, resume or cancel what is chosen; says how far it is and what could not be done. */
export function BulkBar({ trips, chosen, onClear }: { trips: readonly Trip[]; chosen: ReadonlySet<string>; onClear: () => void }) {
  const { t } = useI18n();
  const { what, done, of, failed } = useStore(bulk, (value) => value);
  const vehicles = useStore(fleet, (value) => value.vehicles);
  const [sure, setSure] = useState(false);
  const run = async (verb: TripCommand) => {
    setSure(false);
    await commandAll([...chosen], verb);
    onClear();
  };
  const nameOf = (id: string) => {
    const vehicleId = trips.find((trip) => trip.id === id)?.vehicle_id;
    return vehicles.find((vehicle) => vehicle.id === vehicleId)?.name ?? id;
  };
  return (
    <>
      {what && (
        <div className="bulk" role="status" data-testid="bulk-progress">
          <progress value={done} max={of} aria-label={t("trips.doing", { done, n: of })} />
          <span className="number">{t("trips.doing", { done, n: of })}</span>
          <Button onClick={stopBulk}>{t("trips.stop")}</Button>
        </div>
      )}
      {!what && chosen.size > 0 && (
        <div className="bulk" role="group" aria-label={t("trips.chosen", { n: chosen.size })} data-testid="bulk">
          <strong className="number">{sure ? t("trips.cancelSure", { n: chosen.size }) : t("trips.chosen", { n: chosen.size })}</strong>
          {sure ? (
            <>
              <Button onClick={() => setSure(false)}>{t("trip.cancelNo")}</Button>
              <Button kind="danger" testId="bulk-cancel-confirm" onClick={() => void run("cancel")}>
                {t("trip.cancelYes")}
              </Button>
            </>
          ) : (
            <>
              <Button icon="pause" testId="bulk-pause" onClick={() => void run("pause")}>
                {t("trip.pause")}
              </Button>
              <Button icon="play" testId="bulk-resume" onClick={() => void run("resume")}>
                {t("trip.resume")}
              </Button>
              <Button kind="danger" icon="stop" testId="bulk-cancel" onClick={() => setSure(true)}>
                {t("trip.cancel")}
              </Button>
            </>
          )}
        </div>
      )}
      {!what && (
        <FallenList
          fallen={failed.map(({ id, error }) => ({ name: nameOf(id), error, to: `/trips/${id}` }))}
          onClose={() => bulk.set({ failed: [] })}
        />
      )}
    </>
  );
}
