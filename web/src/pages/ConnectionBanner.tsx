import { useCallback } from "react";
import { useI18n } from "../i18n";
import { useStore } from "../store/create";
import { retryNow } from "../store/liveActions";
import { connection } from "../store/state";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { useNow } from "../ui/useNow";

/** Says that the live line is cut, and when it is tried again. */
export function ConnectionBanner() {
  const { t } = useI18n();
  const { state, retryAt } = useStore(connection, (value) => value);
  const read = useCallback(() => Math.max(0, Math.ceil(((retryAt ?? 0) - performance.now()) / 1000)), [retryAt]);
  const seconds = useNow(read, 250);
  if (state !== "lost") return null;
  return (
    <div className="banner" role="status" data-testid="connection-banner">
      <Icon name="warn" />
      <p>
        <strong>{t("live.lost")}.</strong> {t("live.lostText")} <span className="number">{retryAt === null ? `${t("live.connecting")}…` : t("live.retryIn", { n: seconds })}</span>
      </p>
      <Button onClick={retryNow} testId="retry-now">
        {t("live.retryNow")}
      </Button>
    </div>
  );
}
