import "../ui/page.css";
import "./shell.css";
import { Suspense, useEffect } from "react";
import { lazyWith, useI18n } from "../i18n";
import { go, useAddress } from "../store/address";
import { useStore } from "../store/create";
import { startLive } from "../store/liveActions";
import { loadRegion } from "../store/placeActions";
import { shell } from "../store/shellActions";
import { Button } from "../ui/Button";
import { ErrorBoundary } from "../ui/ErrorBoundary";
import { Icon } from "../ui/Icon";
import { Link } from "../ui/Link";
import { ConnectionBanner } from "./ConnectionBanner";
import { Notice } from "./Notice";
import { Page } from "./Page";
import { pageAt, PAGES } from "./pages";
import { useShortcuts } from "./shortcuts";

const Search = lazyWith(["search"], () => import("./search/Search"));
const Keys = lazyWith(["search"], () => import("./search/Keys"));

/** The frame of the app: the rail, the page that the address names, and what may lie over it. */
export function App() {
  const { t } = useI18n();
  const { path } = useAddress();
  const open = useStore(shell, (value) => value.open);
  useShortcuts();
  useEffect(() => {
    startLive();
    void loadRegion();
  }, []);
  const found = pageAt(path);
  return (
    <>
      <a className="skip" href="#page">
        {t("nav.skip")}
      </a>
      <Rail path={found?.page.path ?? ""} />
      <ErrorBoundary key={path} fallback={<Broken />}>
        <Suspense fallback={<p className="loading">{t("app.loading")}</p>}>
          {found ? <found.page.Component params={found.params} /> : <Missing />}
        </Suspense>
      </ErrorBoundary>
      <ConnectionBanner />
      <Notice />
      <Suspense>
        {open === "search" && <Search />}
        {open === "keys" && <Keys />}
      </Suspense>
    </>
  );
}

function Rail({ path }: { path: string }) {
  const { t } = useI18n();
  // The page of one trip belongs to the trips.
  const isHere = (page: string) => page === path || (page !== "/" && path.startsWith(`${page}/`));
  return (
    <nav className="rail" aria-label={t("nav.label")} data-testid="rail">
      <Link to="/" className="rail-mark" aria-label="Rumbo">
        <img src="/icon.svg" alt="" width={36} height={36} />
      </Link>
      {PAGES.map((page) => (
        page.rail && (
          <Link key={page.path} to={page.path} aria-current={isHere(page.path) ? "page" : undefined} testId={`nav-${page.path.slice(1) || "map"}`}>
            <Icon name={page.rail.icon} size={22} />
            {t(page.title)}
          </Link>
        )
      ))}
      <span className="rail-space" />
      <button type="button" onClick={() => shell.set({ open: "search" })} data-testid="open-search" title="Ctrl+K">
        <Icon name="search" size={22} />
        {t("nav.search")}
      </button>
    </nav>
  );
}

function Missing() {
  const { t } = useI18n();
  return (
    <Page title={t("nav.missing")} narrow testId="missing-page">
      <div className="nothing">
        <p>{t("nav.missingText")}</p>
        <Button kind="primary" onClick={() => go("/")}>
          {t("nav.toMap")}
        </Button>
      </div>
    </Page>
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
