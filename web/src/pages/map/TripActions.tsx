import { useState } from "react";
import type { Trip, TripCommand, TripState } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { command } from "../../store/fleetActions";
import { selection } from "../../store/state";
import { Button } from "../../ui/Button";

/** Pause, resume, cancel (asked twice), and follow on the map. */
export function TripActions({ trip, state }: { trip: Trip; state: TripState }) {
  const { t } = useI18n();
  const follow = useStore(selection, (value) => value.follow);
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const run = async (what: TripCommand) => {
    setBusy(true);
    await command(trip.id, what);
    setBusy(false);
    setSure(false);
  };
  if (sure) {
    return (
      <div className="trip-actions" role="group" aria-label={t("trip.cancelSure")}>
        <p>{t("trip.cancelSure")}</p>
        <Button onClick={() => setSure(false)}>{t("trip.cancelNo")}</Button>
        <Button kind="danger" testId="cancel-confirm" disabled={busy} onClick={() => void run("cancel")}>
          {t("trip.cancelYes")}
        </Button>
      </div>
    );
  }
  return (
    <div className="trip-actions">
      {state === "paused" ? (
        <Button kind="primary" icon="play" testId="resume" disabled={busy} onClick={() => void run("resume")}>
          {t("trip.resume")}
        </Button>
      ) : (
        <Button icon="pause" testId="pause" disabled={busy || state === "scheduled"} onClick={() => void run("pause")}>
          {t("trip.pause")}
        </Button>
      )}
      <Button icon="target" testId="follow" aria-pressed={follow} onClick={() => selection.set({ follow: !follow })}>
        {t("trip.follow")}
      </Button>
      <Button kind="danger" icon="stop" testId="cancel" disabled={busy} onClick={() => setSure(true)}>
        {t("trip.cancel")}
      </Button>
    </div>
  );
}
