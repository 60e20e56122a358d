import "./closures.css";
import { useEffect } from "react";
import { useI18n } from "../../../i18n";
import { loadClosures, openDraft } from "../../../store/closureActions";
import { useStore } from "../../../store/create";
import { closures } from "../../../store/state";
import { Button } from "../../../ui/Button";
import { ProblemNote } from "../../../ui/ProblemNote";
import { ClosureCard } from "./ClosureCard";
import { ClosureForm } from "./ClosureForm";
import { ClosureList } from "./ClosureList";

const REFRESH_MS = 10_000;

/** Closures and slow zones: the list, one of them, or the form that makes one. */
export default function ClosuresPanel() {
  const { t } = useI18n();
  const { loaded, items, draft, selectedId, error } = useStore(closures, (value) => value);
  useEffect(() => {
    void loadClosures();
    const timer = setInterval(() => void loadClosures(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const chosen = items.find((one) => one.id === selectedId);
  if (draft) return <ClosureForm draft={draft} />;
  if (chosen) return <ClosureCard key={chosen.id} closure={chosen} />;
  return (
    <section className="stack" aria-label={t("tab.closures")} data-testid="closures">
      <Button kind="primary" icon="plus" testId="new-closure" onClick={openDraft}>
        {t("closure.new")}
      </Button>
      {error && !loaded && (
        <>
          <ProblemNote error={error} />
          <Button onClick={() => void loadClosures()}>{t("closure.retry")}</Button>
        </>
      )}
      {!loaded && !error && <p className="quiet centred">…</p>}
      {loaded && items.length === 0 && (
        <div className="closure-empty">
          <strong>{t("closure.empty")}</strong>
          <p className="quiet">{t("closure.emptyText")}</p>
        </div>
      )}
      {items.length > 0 && <ClosureList items={items} />}
    </section>
  );
}
