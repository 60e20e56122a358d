import { type ReactNode, useState } from "react";
import type { Trip, TripCommand, TripState } from "../contracts/api";
import { useI18n } from "../i18n";
import { command, FINAL } from "../store/fleetActions";
import { Button } from "../ui/Button";

interface Props {
  trip: Trip;
  state: TripState;
  className: string;
  /** What the test ids begin with. */
  prefix?: string;
  onDone?: () => void;
  /** What else one can do with it here. */
  children: ReactNode;
}

/** Pause or resume a trip, or cancel it (asked twice), as long as it is not over. */
export function TripVerbs({ trip, state, className, prefix = "", onDone, children }: Props) {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const run = async (what: TripCommand) => {
    setBusy(true);
    await command(trip.id, what);
    setBusy(false);
    setSure(false);
    onDone?.();
  };
  if (sure) {
    return (
      <div className={className} role="group" aria-label={t("trip.cancelSure")}>
        <p>{t("trip.cancelSure")}</p>
        <Button onClick={() => setSure(false)}>{t("trip.cancelNo")}</Button>
        <Button kind="danger" testId={`${prefix}cancel-confirm`} disabled={busy} onClick={() => void run("cancel")}>
          {t("trip.cancelYes")}
        </Button>
      </div>
    );
  }
  const over = FINAL.has(state);
  return (
    <div className={className}>
      {state === "paused" && (
        <Button kind="primary" icon="play" testId={`${prefix}resume`} disabled={busy} onClick={() => void run("resume")}>
          {t("trip.resume")}
        </Button>
      )}
      {state !== "paused" && !over && (
        <Button icon="pause" testId={`${prefix}pause`} disabled={busy || state === "scheduled"} onClick={() => void run("pause")}>
          {t("trip.pause")}
        </Button>
      )}
      {children}
      {!over && (
        <Button kind="danger" icon="stop" testId={`${prefix}cancel`} disabled={busy} onClick={() => setSure(true)}>
          {t("trip.cancel")}
        </Button>
      )}
    </div>
  );
}
