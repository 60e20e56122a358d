import "./trips.css";
import { useEffect, useMemo, useState } from "react";
import { tripsFile } from "../../api/trips";
import { useI18n } from "../../i18n";
import { go, setQuery, useAddress } from "../../store/address";
import { useStore } from "../../store/create";
import { openPlanner } from "../../store/plannerActions";
import { fleet } from "../../store/state";
import { readTrips, tripList } from "../../store/tripsActions";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { Segments } from "../../ui/Segments";
import { Page } from "../Page";
import { BulkBar } from "./BulkBar";
import { Filters } from "./Filters";
import { LakeTable } from "./LakeTable";
import { isNarrowed, tripQuery, wantedOf } from "./query";
import { TripTable } from "./TripTable";

const NOBODY: ReadonlySet<string> = new Set();

function plan(): void {
  go("/");
  openPlanner();
}

/** Every trip: those planned here, live, and those that the lake knows, backfilled ones too. */
export default function TripsPage() {
  const { t, zone, language } = useI18n();
  const { query } = useAddress();
  const search = query.toString();
  const wanted = useMemo(() => wantedOf(new URLSearchParams(search)), [search]);
  const asked = useMemo(() => tripQuery(wanted, zone), [wanted, zone]);
  const { from, trips, landed, cursor, loading, error } = useStore(tripList, (value) => value);
  const newest = useStore(fleet, (value) => value.trips[0]?.id);
  const [choice, setChoice] = useState({ of: search, ids: NOBODY });
  // What was chosen of another list is not chosen of this.
  const chosen = choice.of === search ? choice.ids : NOBODY;
  const setChosen = (ids: ReadonlySet<string>) => setChoice({ of: search, ids });

  useEffect(() => {
    const timer = setTimeout(() => void readTrips(wanted.from, asked), wanted.text ? 200 : 0);
    return () => clearTimeout(timer);
  }, [wanted.from, wanted.text, asked]);

  // A trip planned meanwhile belongs to the list, unless a person has paged on.
  useEffect(() => {
    const { from: now, trips: listed, loading: busy } = tripList.get();
    if (newest && now === "plans" && !busy && listed.length > 0 && listed.length <= 50 && !listed.some((one) => one.id === newest)) void readTrips("plans", asked);
  }, [newest, asked]);

  const here = from === wanted.from;
  const count = wanted.from === "lake" ? landed.length : trips.length;
  return (
    <Page
      title={t("fleet.trips")}
      testId="trips-page"
      actions={
        <Segments
          label={t("trips.of")}
          value={wanted.from}
          options={[
            { value: "plans", label: t("trips.fromPlans"), testId: "trips-plans" },
            { value: "lake", label: t("trips.fromLake"), testId: "trips-lake" },
          ]}
          onChange={(value) => setQuery({ from: value === "lake" ? "lake" : null, vehicle: null, sort: null }, { push: true })}
        />
      }
    >
      <section className="card trips-card" aria-busy={loading}>
        <div className="trips-tools">
          <Filters wanted={wanted} />
          {wanted.from === "plans" && count > 0 && (
            <a className="button plain" href={tripsFile(asked, language === "es" ? "semicolon" : "comma")} download="trips.csv" data-testid="trips-export">
              <Icon name="download" />
              {t("trips.export")}
            </a>
          )}
        </div>
        {wanted.from === "plans" && <BulkBar trips={trips} chosen={chosen} onClear={() => setChosen(NOBODY)} />}
        {error && <ProblemNote error={error} />}
        {here && count > 0 && (wanted.from === "lake" ? <LakeTable trips={landed} /> : <TripTable trips={trips} sort={wanted.sort} chosen={chosen} onChoose={setChosen} />)}
        {!loading && !error && here && count === 0 && <Nothing narrowed={isNarrowed(wanted)} lake={wanted.from === "lake"} />}
        {loading && (count === 0 || !here) && <p className="quiet centred">{t("past.loading")}</p>}
        {cursor && here && (
          <div className="centred">
            <Button testId="trips-more" disabled={loading} onClick={() => void readTrips(wanted.from, asked, true)}>
              {t("trips.more")}
            </Button>
          </div>
        )}
      </section>
    </Page>
  );
}

function Nothing({ narrowed, lake }: { narrowed: boolean; lake: boolean }) {
  const { t } = useI18n();
  if (narrowed) {
    return (
      <div className="nothing" data-testid="trips-nothing">
        <h2>{t("trips.noMatch")}</h2>
        <Button testId="trips-clear" onClick={() => setQuery({ q: null, state: null, vehicle: null, since: null, until: null })}>
          {t("trips.clear")}
        </Button>
      </div>
    );
  }
  return (
    <div className="nothing" data-testid="trips-nothing">
      <h2>{t(lake ? "trips.noneLake" : "trips.none")}</h2>
      <p>{t(lake ? "trips.noneLakeText" : "trips.noneText")}</p>
      {!lake && (
        <Button kind="primary" icon="route" testId="trips-plan" onClick={plan}>
          {t("fleet.planTrip")}
        </Button>
      )}
    </div>
  );
}
