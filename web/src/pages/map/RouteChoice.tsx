import type { Route } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { chooseRoute } from "../../store/plannerActions";
import { planner } from "../../store/state";

const ROADS_NAMED = 2;

/** The routes found, best first, each with its length and time. */
export function RouteChoice() {
  const { t } = useI18n();
  const { routes, chosen, busy } = useStore(planner, (value) => value);
  const best = routes[0];
  if (!best) return null;
  return (
    <div className="routes" role="radiogroup" aria-label={t("plan.route")} data-busy={busy} aria-busy={busy}>
      {routes.map((route, index) => (
        <RouteOption
          // A route has no name of its own; its place in the answer is what tells it apart.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          route={route}
          label={routes.length === 1 ? t("plan.route") : index === 0 ? t("plan.fastest") : t("plan.alternative", { n: index + 1 })}
          chosen={index === chosen}
          onChoose={() => chooseRoute(index)}
        />
      ))}
    </div>
  );
}

interface OptionProps {
  route: Route;
  label: string;
  chosen: boolean;
  onChoose: () => void;
}

function RouteOption({ route, label, chosen, onChoose }: OptionProps) {
  const { t, format } = useI18n();
  const roads = route.roads.filter(Boolean).slice(0, ROADS_NAMED).join(", ");
  return (
    <label className="route" data-testid="route-option">
      <input type="radio" name="route" checked={chosen} onChange={onChoose} />
      <span className="row-text">
        <strong>{label}</strong>
        {roads && <span className="quiet">{t("plan.via_roads", { roads })}</span>}
      </span>
      <span className="route-figures number">
        <strong data-testid={chosen ? "route-duration" : undefined}>{format.duration(route.duration_s)}</strong>
        <span className="quiet" data-testid={chosen ? "route-distance" : undefined}>
          {format.distance(route.distance_m)}
        </span>
      </span>
    </label>
  );
}
