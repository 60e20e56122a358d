import { useI18n } from "../../i18n";
import type { Fallen } from "../../store/vehicleBulk";
import { IconButton } from "../../ui/Button";

const SHOWN = 8;

/** Vehicles for which it could not be done, and why. */
export function FallenList({ fallen, onClose }: { fallen: readonly Fallen[]; onClose: () => void }) {
  const { t, format } = useI18n();
  if (fallen.length === 0) return null;
  return (
    <div className="problem" role="alert" data-testid="fallen">
      <div className="fallen-text">
        <strong>{t("fleetPage.fallen", { n: format.count(fallen.length) })}</strong>
        <ul>
          {fallen.slice(0, SHOWN).map(({ name, error }) => (
            <li key={name}>
              {name}: <span lang="en">{error.message}</span>
            </li>
          ))}
        </ul>
        {fallen.length > SHOWN && <p>…</p>}
      </div>
      <IconButton icon="close" label={t("action.dismiss")} onClick={onClose} />
    </div>
  );
}
