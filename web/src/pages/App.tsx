import { Suspense } from "react";
import { useI18n } from "../i18n";
import { PAGES, usePath } from "./pages";

/** The frame of the app: which page the address names. */
export function App() {
  const { t } = useI18n();
  const path = usePath();
  const page = PAGES.find((one) => one.path === path) ?? PAGES[0];
  return (
    <Suspense fallback={<p className="loading">{t("app.loading")}</p>}>
      <page.Component />
    </Suspense>
  );
}
