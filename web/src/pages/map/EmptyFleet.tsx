import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Link } from "../../ui/Link";

const STEPS = [1, 2, 3] as const;

/** What a newcomer sees: the three steps, and the first of them as a button. */
export function EmptyFleet({ onNewVehicle }: { onNewVehicle: () => void }) {
  const { t } = useI18n();
  return (
    <section className="empty" data-testid="empty-state">
      <h2>{t("fleet.emptyTitle")}</h2>
      <ol>
        {STEPS.map((step) => (
          <li key={step}>
            <span className="step" aria-hidden="true">
              {step}
            </span>
            <div>
              <strong>{t(`fleet.emptyStep${step}`)}</strong>
              <p>{t(`fleet.emptyStep${step}Text`)}</p>
            </div>
          </li>
        ))}
      </ol>
      <Button kind="primary" icon="plus" testId="new-vehicle" onClick={onNewVehicle}>
        {t("fleet.emptyStep1")}
      </Button>
      <Link to="/scenarios?name=first-drive" className="button plain" testId="offer-scenario">
        {t("scenarios.offer")}
      </Link>
    </section>
  );
}
