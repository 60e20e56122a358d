import { TRIP_STATES } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { useStore } from "../../store/create";
import { fleet } from "../../store/state";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { isNarrowed, type Wanted } from "./query";

const MOST_NAMES = 500;

/** They stand in the address. */
export function Filters({ wanted }: { wanted: Wanted }) {
  const { t } = useI18n();
  const vehicles = useStore(fleet, (value) => value.vehicles);
  const named = vehicles.some((vehicle) => vehicle.id === wanted.vehicle);
  return (
    <search className="filters trips-filters">
      <span className="search-field">
        <Icon name="search" />
        <input
          type="search"
          aria-label={t("trips.find")}
          placeholder={t("trips.find")}
          maxLength={80}
          value={wanted.text}
          data-testid="trips-text"
          onChange={(event) => setQuery({ q: event.target.value })}
        />
      </span>
      <select aria-label={t("trips.state")} value={wanted.state} data-testid="trips-state" onChange={(event) => setQuery({ state: event.target.value })}>
        <option value="">{t("trips.anyState")}</option>
        {TRIP_STATES.map((state) => (
          <option key={state} value={state}>
            {t(`state.${state}`)}
          </option>
        ))}
      </select>
      {wanted.from === "plans" && (vehicles.length > 0 || wanted.vehicle) && (
        <select aria-label={t("trips.vehicle")} value={wanted.vehicle} data-testid="trips-vehicle" onChange={(event) => setQuery({ vehicle: event.target.value })}>
          <option value="">{t("trips.anyVehicle")}</option>
          {wanted.vehicle && !named && <option value={wanted.vehicle}>{wanted.vehicle}</option>}
          {vehicles.slice(0, MOST_NAMES).map((vehicle) => (
            <option key={vehicle.id} value={vehicle.id}>
              {vehicle.name}
            </option>
          ))}
        </select>
      )}
      <label className="trips-day">
        <span>{t("trips.since")}</span>
        <input type="date" value={wanted.since} max={wanted.until || undefined} data-testid="trips-since" onChange={(event) => setQuery({ since: event.target.value })} />
      </label>
      <label className="trips-day">
        <span>{t("trips.until")}</span>
        <input type="date" value={wanted.until} min={wanted.since || undefined} data-testid="trips-until" onChange={(event) => setQuery({ until: event.target.value })} />
      </label>
      {isNarrowed(wanted) && (
        <Button icon="close" testId="trips-clear-filters" onClick={() => setQuery({ q: null, state: null, vehicle: null, since: null, until: null })}>
          {t("trips.clear")}
        </Button>
      )}
    </search>
  );
}
