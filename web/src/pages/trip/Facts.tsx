import type { ReactNode } from "react";
import type { Trip, TripFacts, TripState } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { Delay } from "./Delay";
import { useNear } from "./useNear";

interface Props {
  trip: Trip | null;
  facts: TripFacts | null;
  state: TripState | null;
}

/** Plan against actual. */
export function Facts({ trip, facts, state }: Props) {
  const { t, format } = useI18n();
  const near = useNear();
  const time = (at: string | null | undefined) => (at ? format.time(Date.parse(at), near) : "–");
  const begin = facts?.begin_at ?? facts?.planned_begin_at ?? trip?.start_at;
  // The end is told beside the begin: its day is said where it is another.
  const beside = (at: string | null | undefined) => (at ? format.time(Date.parse(at), begin ? Date.parse(begin) : near) : "–");
  const expected = facts?.end_at ? null : trip?.eta;
  const planned = facts?.planned_distance_m ?? trip?.route.distance_m;
  const driven = facts?.distance_m;
  return (
    <section className="figures record-figures" data-testid="record-facts" data-refined={facts?.refined ?? false}>
      <Figure name={t("record.begin")} value={time(begin)} testId="record-begin">
        {facts?.planned_begin_at && state === "scheduled" && t("state.scheduled")}
      </Figure>
      <Figure name={expected ? `${t("record.end")}, ${t("record.expected")}` : t("record.end")} value={beside(facts?.end_at ?? expected)} testId="record-end">
        {facts?.planned_end_at && t("record.plannedAt", { time: beside(facts.planned_end_at) })}
        {facts?.delay_s !== null && facts?.delay_s !== undefined && (
          <>
            {" · "}
            <Delay seconds={facts.delay_s} />
          </>
        )}
      </Figure>
      <Figure name={t("trips.distance")} value={driven === null || driven === undefined ? format.distance(planned ?? 0) : format.distance(driven)} testId="record-distance">
        {driven !== null && driven !== undefined && planned ? t("record.ofPlanned", { distance: format.distance(planned) }) : null}
      </Figure>
      {facts?.moving_s !== null && facts?.moving_s !== undefined && (
        <Figure name={t("record.moving")} value={format.duration(facts.moving_s)}>
          {facts.stopped_s !== null && `${t("record.standing")} ${format.duration(facts.stopped_s)}`}
        </Figure>
      )}
      <Energy trip={trip} facts={facts} />
      <Figure name={t("record.device")} value={facts?.device_profile ?? trip?.device_profile ?? "–"}>
        {trip && t("record.seed", { n: trip.seed })}
      </Figure>
    </section>
  );
}

function Energy({ trip, facts }: Omit<Props, "state">) {
  const { t, format } = useI18n();
  const kwh = facts?.energy_kwh;
  if (typeof kwh === "number") {
    return (
      <Figure name={t("record.energy")} value={`${format.plain(kwh)} kWh`}>
        {typeof facts?.co2_kg === "number" && `${format.plain(facts.co2_kg)} kg CO₂`}
      </Figure>
    );
  }
  if (!trip) return null;
  return (
    <Figure name={t("record.energy")} value={format.percent(trip.energy_end)}>
      {`${format.percent(trip.energy_start)} → ${format.percent(trip.energy_end)}`}
    </Figure>
  );
}

function Figure({ name, value, testId, children }: { name: string; value: string; testId?: string; children?: ReactNode }) {
  return (
    <div className="figure" data-testid={testId}>
      <span className="quiet">{name}</span>
      <strong>{value}</strong>
      <span className="quiet number">{children}</span>
    </div>
  );
}
