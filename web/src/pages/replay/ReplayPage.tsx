import "./replay.css";
import { Suspense, useEffect, useState } from "react";
import { ApiError } from "../../api/client";
import { listDays } from "../../api/pipeline";
import { lazyPart, useI18n } from "../../i18n";
import { setQuery, useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { DAY_MS, leaveReplay, openDay, RATES, replay, setReplayRate } from "../../store/replayActions";
import { past, place } from "../../store/state";
import { Link } from "../../ui/Link";
import { ProblemNote } from "../../ui/ProblemNote";
import { EventList } from "./EventList";
import { ReplayCard } from "./ReplayCard";
import { Transport } from "./Transport";

const MapView = lazyPart(() => import("../../map/MapView"));
const WRITE_MS = 500;

/** A past day of the whole fleet, from the lake: play it, scrub it, jump to what happened. */
export default function ReplayPage() {
  const { t } = useI18n();
  const { region } = useStore(place, (value) => value);
  const { days, error } = useDays();
  const failed = useStore(replay, (value) => value.error);
  const lookError = useStore(past, (value) => value.error);
  useReplayAddress(days);
  useEffect(() => {
    document.title = `${t("replay.title")} · Rumbo`;
  }, [t]);
  const problem = error ?? failed ?? lookError;
  return (
    <>
      <main id="page" className="replay-page" data-testid="replay-page">
        <h1 className="hidden">{t("replay.title")}</h1>
        <Suspense fallback={<p className="loading">{t("app.loading")}</p>}>{region && <MapView region={region} />}</Suspense>
      </main>
      {problem && (
        <div className="replay-problem">
          <ProblemNote error={problem} />
        </div>
      )}
      {days && days.length === 0 ? (
        <div className="replay-empty card" data-testid="replay-empty">
          <h2>{t("replay.empty")}</h2>
          <p>{t("replay.emptyText")}</p>
          <Link to="/" className="button primary">
            {t("nav.toMap")}
          </Link>
        </div>
      ) : (
        <>
          <EventList />
          <ReplayCard />
          <Transport days={days ?? []} />
        </>
      )}
    </>
  );
}

/** The days that have rows in landing, in order; null until they are known. */
function useDays(): { days: readonly string[] | null; error: ApiError | null } {
  const [found, setFound] = useState<{ days: readonly string[] | null; error: ApiError | null }>({ days: null, error: null });
  useEffect(() => {
    const aborter = new AbortController();
    listDays(null, null, aborter.signal).then(
      (items) => {
        const days = items.filter((day) => day.landing.rows > 0).map(({ day }) => day);
        setFound({ days: days.toSorted(), error: null });
      },
      (error: unknown) => {
        if (aborter.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setFound({ days: null, error });
      },
    );
    return () => aborter.abort();
  }, []);
  return found;
}

/** `/replay?day=2026-03-05&at=07:31:00&rate=60`, by UTC as the lake's days are. */
function useReplayAddress(days: readonly string[] | null): void {
  const { query } = useAddress();
  const last = days?.at(-1);
  const day = query.get("day") ?? last;
  useEffect(() => {
    const dayMs = Date.parse(`${day}T00:00:00Z`);
    if (!day || Number.isNaN(dayMs) || replay.get().dayMs === dayMs) return;
    const asked = new URLSearchParams(location.search);
    const rate = RATES.find((one) => String(one) === asked.get("rate"));
    if (rate) setReplayRate(rate);
    const atMs = Date.parse(`${day}T${asked.get("at") ?? "08:00:00"}Z`);
    void openDay(dayMs, Number.isNaN(atMs) ? dayMs : atMs);
  }, [day]);
  useEffect(() => {
    const timer = setInterval(() => {
      const { at, playing } = past.get();
      const { dayMs, rate } = replay.get();
      if (at === null || dayMs === null || playing) return;
      const shown = new Date(Math.min(at, dayMs + DAY_MS - 1)).toISOString();
      setQuery({ day: shown.slice(0, 10), at: shown.slice(11, 19), rate: String(rate) });
    }, WRITE_MS);
    return () => {
      clearInterval(timer);
      leaveReplay();
    };
  }, []);
}
