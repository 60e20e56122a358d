import { useState } from "react";
import type { Closure } from "../../../contracts/api";
import { useI18n } from "../../../i18n";
import { removeClosure, selectClosure } from "../../../store/closureActions";
import { useStore } from "../../../store/create";
import { fleet } from "../../../store/state";
import { Button, IconButton } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { kindText, spanText, usePhase } from "./ClosureList";

/** One closure: where and when it holds, what it did to trips, and the way to lift it. */
export function ClosureCard({ closure }: { closure: Closure }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const phase = usePhase(closure);
  const radius = closure.geometry["radius_m"];
  return (
    <section className="stack" aria-label={kindText(i18n, closure)} data-testid="closure-card" data-closure-id={closure.id}>
      <div className="title-row closure-row" data-kind={closure.kind} data-phase={phase}>
        <IconButton icon="back" label={t("action.back")} testId="closure-back" onClick={() => selectClosure(null)} />
        <span className="row-icon">
          <Icon name={closure.kind === "closed" ? "block" : "slow"} size={22} />
        </span>
        <div className="row-text">
          <h2>{kindText(i18n, closure)}</h2>
          <span className="quiet number">{spanText(i18n, closure, phase)}</span>
          {typeof radius === "number" && <span className="quiet number">{t("closure.radiusOf", { distance: format.distance(radius) })}</span>}
        </div>
        <span className="phase" data-phase={phase}>
          {t(`closure.${phase}`)}
        </span>
      </div>
      <Effect closure={closure} />
      <Remove closure={closure} />
    </section>
  );
}

function Effect({ closure: { effect } }: { closure: Closure }) {
  const { t, format } = useI18n();
  const all = effect.waiting + effect.rerouted + effect.unaffected + effect.no_other_way;
  const share = all === 0 ? 1 : 1 - effect.waiting / all;
  const figures = [
    ["closure.rerouted", effect.rerouted, "closure-rerouted"],
    ["closure.unaffected", effect.unaffected, "closure-unaffected"],
    ["closure.noOtherWay", effect.no_other_way, "closure-no-other-way"],
  ] as const;
  return (
    <div className="stack" data-testid="closure-effect" data-done={effect.done}>
      <h3>{t("closure.effect")}</h3>
      {!effect.done && (
        <div role="status">
          <p className="quiet number">{effect.waiting > 0 ? t("closure.lookingLeft", { n: format.count(effect.waiting) }) : t("closure.looking")}</p>
          <div className="bar">
            <span style={{ width: `${share * 100}%` }} />
          </div>
        </div>
      )}
      {effect.done && all === 0 ? (
        <p className="quiet">{t("closure.noTrips")}</p>
      ) : (
        <dl className="closure-figures number">
          {figures.map(([label, value, testId]) => (
            <div key={label}>
              <dd data-testid={testId}>{format.count(value)}</dd>
              <dt>{t(label)}</dt>
            </div>
          ))}
        </dl>
      )}
      <GoOn trips={effect.trips_without_other_way} />
    </div>
  );
}

function GoOn({ trips }: { trips: Closure["effect"]["trips_without_other_way"] }) {
  const { t } = useI18n();
  const { vehicles, trips: known } = useStore(fleet, (value) => value);
  if (trips.length === 0) return null;
  const nameOf = (tripId: string) => {
    const trip = known.find((one) => one.id === tripId);
    return vehicles.find((one) => one.id === trip?.vehicle_id)?.name ?? tripId;
  };
  return (
    <div className="go-on">
      <p className="quiet">{t("closure.goOn")}</p>
      <ul>
        {trips.map(({ trip_id: tripId, reason }) => (
          <li key={tripId}>
            <strong>{nameOf(tripId)}</strong> <span lang="en">{reason}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Remove({ closure }: { closure: Closure }) {
  const { t } = useI18n();
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!sure) {
    return (
      <Button kind="danger" icon="trash" testId="closure-remove" onClick={() => setSure(true)}>
        {t(closure.kind === "closed" ? "closure.remove" : "closure.removeSlow")}
      </Button>
    );
  }
  return (
    <div className="trip-actions" role="group" aria-label={t("closure.removeSure")}>
      <p>{t("closure.removeSure")}</p>
      <Button onClick={() => setSure(false)}>{t("closure.removeNo")}</Button>
      <Button
        kind="danger"
        testId="closure-remove-confirm"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          void removeClosure(closure.id).finally(() => setBusy(false));
        }}
      >
        {t("closure.removeYes")}
      </Button>
    </div>
  );
}
