import { type LakeTrip, VEHICLE_CLASSES } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { StateBadge } from "../../ui/StateBadge";
import { Delay } from "../trip/Delay";
import { useNear } from "../trip/useNear";

/** Trips of refined days, as staging and common have them. */
export function LakeTable({ trips }: { trips: readonly LakeTrip[] }) {
  const { t, format } = useI18n();
  const near = useNear();
  const time = (at: string | null) => (at ? format.time(Date.parse(at), near) : "–");
  return (
    <div className="table-scroll">
      <table className="table trips-table" data-testid="trips-table">
        <thead>
          <tr>
            <th>{t("trips.vehicle")}</th>
            <th>{t("trips.state")}</th>
            <th>{t("trips.start")}</th>
            <th>{t("trips.end")}</th>
            <th className="end">{t("trips.distance")}</th>
            <th className="end">{t("trips.delay")}</th>
          </tr>
        </thead>
        <tbody>
          {trips.map((trip) => (
            <tr key={trip.trip_id} data-testid="trips-row" data-trip-id={trip.trip_id} data-state={trip.state}>
              <td>
                <Link to={`/trips/${trip.trip_id}`} className="trips-name" testId="trips-open">
                  <Icon name={VEHICLE_CLASSES.find((one) => one === trip.vehicle_class) ?? "route"} size={20} />
                  {trip.vehicle_name ?? trip.vehicle_id}
                </Link>
              </td>
              <td>
                <StateBadge state={trip.state} />
              </td>
              <td className="number">{time(trip.begin_at ?? trip.booked_at)}</td>
              <td className="number">{time(trip.end_at)}</td>
              <td className="end">{format.distance(trip.distance_m)}</td>
              <td className="end">{trip.delay_s === null ? "–" : <Delay seconds={trip.delay_s} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
