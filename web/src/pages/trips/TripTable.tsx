import type { Trip, TripSort } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { useStore } from "../../store/create";
import { FINAL, stateOf } from "../../store/fleetActions";
import { fleet } from "../../store/state";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { StateBadge } from "../../ui/StateBadge";
import { useNear } from "../trip/useNear";

interface Props {
  trips: readonly Trip[];
  sort: TripSort;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** From one order to the next, as clicks on the heading go through them. */
const NEXT: Readonly<Record<TripSort, TripSort>> = { "-created_at": "-start_at", "-start_at": "start_at", start_at: "-created_at" };
const SORTED = { "-created_at": "none", "-start_at": "descending", start_at: "ascending" } as const;

/** Trips planned here; their states are what the socket said last. */
export function TripTable({ trips, sort, chosen, onChoose }: Props) {
  const { t } = useI18n();
  const choosable = trips.filter((trip) => !FINAL.has(trip.state));
  const all = choosable.length > 0 && choosable.every((trip) => chosen.has(trip.id));
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return (
    <div className="table-scroll">
      <table className="table trips-table" data-testid="trips-table">
        <thead>
          <tr>
            <th>
              <input
                type="checkbox"
                aria-label={t("trips.chooseAll")}
                checked={all}
                disabled={choosable.length === 0}
                data-testid="trips-choose-all"
                onChange={(event) => onChoose(new Set(event.target.checked ? choosable.map((trip) => trip.id) : []))}
              />
            </th>
            <th>{t("trips.vehicle")}</th>
            <th>{t("trips.state")}</th>
            <th aria-sort={SORTED[sort]}>
              <button type="button" className="sort" data-testid="trips-sort" onClick={() => setQuery({ sort: NEXT[sort] === "-created_at" ? null : NEXT[sort] })}>
                {t("trips.start")}
                {sort !== "-created_at" && <Icon name={sort === "start_at" ? "up" : "down"} size={14} />}
              </button>
            </th>
            <th>{t("trips.end")}</th>
            <th className="end">{t("trips.distance")}</th>
            <th>
              <span className="hidden">{t("trips.onMap")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {trips.map((trip) => (
            <Row key={trip.id} trip={trip} chosen={chosen.has(trip.id)} onChoose={choose} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ trip: listed, chosen, onChoose }: { trip: Trip; chosen: boolean; onChoose: (id: string, on: boolean) => void }) {
  const { t, format } = useI18n();
  const near = useNear();
  const vehicle = useStore(fleet, (value) => value.vehicles.find((one) => one.id === listed.vehicle_id));
  // The fleet's copy is read again when something happens to the trip.
  const trip = useStore(fleet, (value) => value.trips.find((one) => one.id === listed.id)) ?? listed;
  const state = useStore(fleet, (value) => stateOf(trip, value.live));
  const name = vehicle?.name ?? trip.vehicle_id;
  const over = FINAL.has(state);
  const end = over ? trip.ended_at : trip.eta;
  return (
    <tr data-testid="trips-row" data-trip-id={trip.id} data-state={state}>
      <td>
        <input
          type="checkbox"
          aria-label={t("trips.choose", { name })}
          checked={chosen}
          disabled={over && !chosen}
          data-testid="trips-choose"
          onChange={(event) => onChoose(trip.id, event.target.checked)}
        />
      </td>
      <td>
        <Link to={`/trips/${trip.id}`} className="trips-name" testId="trips-open">
          <Icon name={vehicle?.vehicle_class ?? "route"} size={20} />
          {name}
        </Link>
      </td>
      <td>
        <StateBadge state={state} />
      </td>
      <td className="number">{format.time(Date.parse(trip.start_at), near)}</td>
      <td className={`number ${over ? "" : "expected"}`} title={over ? undefined : t("record.expected")}>
        {end ? format.time(Date.parse(end), near) : "–"}
      </td>
      <td className="end">{format.distance(trip.route.distance_m)}</td>
      <td className="end">
        <Link to={`/?vehicle=${trip.vehicle_id}&trip=${trip.id}`} className="icon-button" aria-label={t("trips.onMap")} title={t("trips.onMap")} testId="trips-on-map">
          <Icon name="map" />
        </Link>
      </td>
    </tr>
  );
}
