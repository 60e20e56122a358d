import type { Trip, TripState } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { planAgain } from "../../store/planAgain";
import { readAgain } from "../../store/tripRecord";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { TripVerbs } from "../TripVerbs";

/** What one can do with a trip that is planned here. */
export function Verbs({ trip, state }: { trip: Trip; state: TripState }) {
  const { t } = useI18n();
  return (
    <TripVerbs trip={trip} state={state} className="verbs" prefix="record-" onDone={readAgain}>
      <Button icon="route" testId="record-plan-again" onClick={() => planAgain(trip)}>
        {t("record.planAgain")}
      </Button>
      <Link to={`/?vehicle=${trip.vehicle_id}&trip=${trip.id}`} className="button plain" testId="record-on-map">
        <Icon name="map" />
        {t("trips.onMap")}
      </Link>
    </TripVerbs>
  );
}
