import { useState } from "react";
import type { Trip, TripCommand, TripState } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { command, FINAL } from "../../store/fleetActions";
import { planAgain } from "../../store/planAgain";
import { readAgain } from "../../store/tripRecord";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";

/** What one can do with a trip that is planned here. */
export function Verbs({ trip, state }: { trip: Trip; state: TripState }) {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const run = async (what: TripCommand) => {
    setBusy(true);
    await command(trip.id, what);
    setBusy(false);
    setSure(false);
    readAgain();
  };
  if (sure) {
    return (
      <div className="verbs" role="group" aria-label={t("trip.cancelSure")}>
        <span>{t("trip.cancelSure")}</span>
        <Button onClick={() => setSure(false)}>{t("trip.cancelNo")}</Button>
        <Button kind="danger" testId="record-cancel-confirm" disabled={busy} onClick={() => void run("cancel")}>
          {t("trip.cancelYes")}
        </Button>
      </div>
    );
  }
  return (
    <div className="verbs">
      {!FINAL.has(state) && (
        <>
          {state === "paused" ? (
            <Button kind="primary" icon="play" testId="record-resume" disabled={busy} onClick={() => void run("resume")}>
              {t("trip.resume")}
            </Button>
          ) : (
            state !== "scheduled" && (
              <Button icon="pause" testId="record-pause" disabled={busy} onClick={() => void run("pause")}>
                {t("trip.pause")}
              </Button>
            )
          )}
          <Button kind="danger" icon="stop" testId="record-cancel" disabled={busy} onClick={() => setSure(true)}>
            {t("trip.cancel")}
          </Button>
        </>
      )}
      <Button icon="route" testId="record-plan-again" onClick={() => planAgain(trip)}>
        {t("record.planAgain")}
      </Button>
      <Link to={`/?vehicle=${trip.vehicle_id}&trip=${trip.id}`} className="button plain" testId="record-on-map">
        <Icon name="map" />
        {t("trips.onMap")}
      </Link>
    </div>
  );
}
