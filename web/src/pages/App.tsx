import { Suspense } from "react";
import { useI18n } from "../i18n";
import { Button } from "../ui/Button";
import { ErrorBoundary } from "../ui/ErrorBoundary";
import { PAGES, usePath } from "./pages";

/** The frame of the app: which page the address names. */
export function App() {
  const { t } = useI18n();
  const path = usePath();
  const page = PAGES.find((one) => one.path === path) ?? PAGES[0];
  return (
    <ErrorBoundary key={path} fallback={<Broken />}>
      <Suspense fallback={<p className="loading">{t("app.loading")}</p>}>
        <page.Component />
      </Suspense>
    </ErrorBoundary>
  );
}

function Broken() {
  const { t } = useI18n();
  return (
    <div className="loading" role="alert">
      <div className="broken">
        <p>
          <strong>{t("problem.other")}</strong> {t("problem.other.hint")}
        </p>
        <Button kind="primary" onClick={() => location.reload()}>
          {t("app.reload")}
        </Button>
      </div>
    </div>
  );
}
