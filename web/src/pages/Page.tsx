import { type ReactNode, useEffect } from "react";
import { useI18n } from "../i18n";
import { WorldClock } from "./clock/WorldClock";

interface Props {
  title: string;
  /** Beside the title: filters of the whole page, its main verbs. */
  actions?: ReactNode;
  /** For pages of reading and forms. */
  narrow?: boolean;
  testId: string;
  children: ReactNode;
}

/** The frame of every page but the map: title, verbs, the world's clock, and a column that scrolls. */
export function Page({ title, actions, narrow, testId, children }: Props) {
  const { t } = useI18n();
  useEffect(() => {
    document.title = `${title} · Rumbo`;
  }, [title]);
  return (
    <main id="page" className="page" data-testid={testId}>
      <header className="page-head">
        <h1>{title}</h1>
        {actions}
        <span className="page-head-space" />
        <section className="page-clock" aria-label={t("clock.label")}>
          <WorldClock />
        </section>
      </header>
      <div className="page-body" tabIndex={-1}>
        <div className={narrow ? "page-column narrow" : "page-column"}>{children}</div>
      </div>
    </main>
  );
}
