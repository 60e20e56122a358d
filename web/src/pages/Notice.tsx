import { useEffect } from "react";
import { useI18n } from "../i18n";
import { useStore } from "../store/create";
import { notice } from "../store/state";
import { IconButton } from "../ui/Button";
import { ProblemNote } from "../ui/ProblemNote";

const SHOWN_MS = 9000;

/** The last problem that belongs to no form. */
export function Notice() {
  const { t } = useI18n();
  const message = useStore(notice, (value) => value.message);
  useEffect(() => {
    if (!message) return undefined;
    const timer = setTimeout(() => notice.set({ message: null }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message]);
  if (!message) return null;
  return (
    <div className="notice">
      <ProblemNote error={message.error} />
      <IconButton icon="close" label={t("action.dismiss")} onClick={() => notice.set({ message: null })} />
    </div>
  );
}
