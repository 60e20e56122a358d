import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { select, stateOf } from "../../store/fleetActions";
import { fleet, world } from "../../store/state";
import { Icon } from "../../ui/Icon";
import { StateBadge } from "../../ui/StateBadge";

export function TripList() {
  const { t, format } = useI18n();
  const { vehicles, trips, live } = useStore(fleet, (value) => value);
  if (trips.length === 0) return <p className="quiet centred">{t("fleet.noTrips")}</p>;
  return (
    <ul className="rows" data-testid="trip-list">
      {trips.map((trip) => {
        const vehicle = vehicles.find((one) => one.id === trip.vehicle_id);
        return (
          <li key={trip.id}>
            <button
              type="button"
              className="row"
              data-testid="trip-item"
              data-trip-id={trip.id}
              onClick={() => select(trip.vehicle_id, trip.id)}
            >
              <span className="row-icon">
                <Icon name={vehicle?.vehicle_class ?? "route"} size={22} />
              </span>
              <span className="row-text">
                <strong>{vehicle?.name ?? trip.vehicle_id}</strong>
                <span className="quiet number">
                  {format.time(Date.parse(trip.start_at), world.now())} · {format.distance(trip.route.distance_m)}
                </span>
              </span>
              <StateBadge state={stateOf(trip, live)} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
