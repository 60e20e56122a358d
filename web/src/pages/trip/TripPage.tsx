import "./drawing.css";
import "./lists.css";
import "./trip.css";
import { useEffect, useMemo } from "react";
import type { TrackLayer } from "../../api/trips";
import { useI18n } from "../../i18n";
import { address, setQuery, useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { cursor } from "../../store/cursor";
import { stateOf } from "../../store/fleetActions";
import { guideOf } from "../../store/series";
import { fleet } from "../../store/state";
import { closeRecord, LAYERS, openRecord, readAgain, record } from "../../store/tripRecord";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { ProblemNote } from "../../ui/ProblemNote";
import { StateBadge } from "../../ui/StateBadge";
import { Page } from "../Page";
import type { PageParams } from "../pages";
import { Events } from "./Events";
import { Facts } from "./Facts";
import { Layers } from "./Layers";
import { Lineage } from "./Lineage";
import { SpeedChart } from "./SpeedChart";
import { Stops } from "./Stops";
import { TrackMap } from "./TrackMap";
import { Verbs } from "./Verbs";

const SETTLED_MS = 400;

/** One trip: plan against actual, its tracks, and one moment of it on map, chart and list alike. */
export default function TripPage({ params }: { params: PageParams }) {
  const { t } = useI18n();
  const id = params["id"] ?? "";
  const { query } = useAddress();
  const hidden = query.get("hide") ?? "";
  const { trip: read, facts, tracks, events, flagLabels, truncated, loaded, landed, error, lakeError } = useStore(record, (value) => value);
  const kept = useStore(fleet, (value) => value.trips.find((one) => one.id === id));
  const vehicle = useStore(fleet, (value) => value.vehicles.find((one) => one.id === (read ?? facts)?.vehicle_id));
  const trip = read && (kept ?? read);
  const heard = useStore(fleet, (value) => (trip ? stateOf(trip, value.live) : null));
  const state = heard ?? facts?.state ?? null;

  useEffect(() => {
    openRecord(id);
    return closeRecord;
  }, [id]);
  useAddressCursor();
  // What has just happened to the trip is shown at once, not at the next reading.
  useEffect(() => {
    const { loaded: known, trip: last } = record.get();
    if (known && heard && heard !== last?.state) readAgain();
  }, [heard]);

  const shown = useMemo(() => {
    const off = new Set(hidden.split(","));
    return new Set<TrackLayer>(LAYERS.filter((layer) => !off.has(layer)));
  }, [hidden]);
  const guide = useMemo(() => guideOf(tracks), [tracks]);
  const title = facts?.vehicle_name ?? vehicle?.name ?? t("trips.one");
  if (error) {
    return (
      <Page title={error.problem.status === 404 ? t("record.missing") : t("trips.one")} narrow testId="trip-page">
        <ProblemNote error={error} />
        <p>
          <Link to="/trips" className="back-link">
            <Icon name="back" />
            {t("fleet.trips")}
          </Link>
        </p>
      </Page>
    );
  }
  return (
    <Page
      title={title}
      testId="trip-page"
      actions={
        <>
          {state && <StateBadge state={state} testId="record-state" />}
          {trip && state && <Verbs trip={trip} state={state} />}
        </>
      }
    >
      <nav className="record-path">
        <Link to="/trips" className="back-link" testId="record-back">
          <Icon name="back" />
          {t("fleet.trips")}
        </Link>
        <code data-testid="record-id">{id}</code>
      </nav>
      {!loaded && <p className="quiet centred">{t("past.loading")}</p>}
      {loaded && (
        <>
          <Facts trip={trip} facts={facts} state={state} />
          {facts && !facts.has_plan && <p className="note">{t("record.lakeOnly")}</p>}
          {lakeError && <ProblemNote error={lakeError} />}
          <div className="record-grid">
            <section className="card record-tracks" aria-label={t("record.tracks")}>
              <Layers tracks={tracks} shown={shown} hasPlan={trip !== null} landed={landed} />
              <TrackMap route={trip?.route.geometry ?? null} tracks={tracks} shown={shown} flagLabels={flagLabels} />
              <SpeedChart tracks={tracks} guide={guide} shown={shown} events={events} by={query.get("x") === "distance" ? "distance" : "time"} />
            </section>
            <Events events={events} truncated={truncated} />
          </div>
          <div className="record-below">
            <Lineage id={id} tracks={tracks} landed={landed} />
            <Stops events={events} />
          </div>
        </>
      )}
    </Page>
  );
}

/** The cursor stands in the address, too: written when it rests, read when the page opens or a person goes back. */
function useAddressCursor(): void {
  useEffect(() => {
    let timer = 0;
    const read = () => {
      const at = Date.parse(address().query.get("at") ?? "");
      cursor.set(Number.isNaN(at) ? null : at, "address");
    };
    read();
    window.addEventListener("popstate", read);
    const undo = cursor.subscribe((ms, source) => {
      clearTimeout(timer);
      if (source !== "address") timer = window.setTimeout(() => setQuery({ at: ms === null ? null : new Date(ms).toISOString() }), SETTLED_MS);
    });
    return () => {
      clearTimeout(timer);
      window.removeEventListener("popstate", read);
      undo();
      cursor.set(null, "address");
    };
  }, []);
}
