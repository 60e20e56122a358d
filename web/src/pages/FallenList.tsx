import type { ApiError } from "../api/client";
import { useI18n } from "../i18n";
import { IconButton } from "../ui/Button";
import { Link } from "../ui/Link";

const SHOWN = 8;

interface Props {
  /** `to`: the page of one that has its own. */
  fallen: readonly { name: string; error: ApiError; to?: string }[];
  onClose: () => void;
}

/** Of a verb for many: for which it could not be done, and why. */
export function FallenList({ fallen, onClose }: Props) {
  const { t, format } = useI18n();
  if (fallen.length === 0) return null;
  return (
    <div className="problem" role="alert" data-testid="fallen">
      <div className="fallen-text">
        <strong>{t("action.fallen", { n: format.count(fallen.length) })}</strong>
        <ul>
          {fallen.slice(0, SHOWN).map(({ name, error, to }) => (
            <li key={to ?? name}>
              {to ? <Link to={to}>{name}</Link> : name}: <span lang="en">{error.message}</span>
            </li>
          ))}
        </ul>
        {fallen.length > SHOWN && <p>…</p>}
      </div>
      <IconButton icon="close" label={t("action.dismiss")} onClick={onClose} />
    </div>
  );
}
