import { type MessageKey, useI18n } from "../i18n";
import { useStore } from "../store/create";
import { theme } from "../store/theme";
import { COLOURS } from "./vehicles/layer";

/** States that a vehicle on the map is seen in, by their code. */
const SHOWN: readonly (readonly [code: number, name: MessageKey])[] = [
  [1, "state.driving"],
  [2, "state.waiting"],
  [3, "state.paused"],
  [4, "state.arrived"],
  [6, "state.failed"],
];

/** What the marks on the map mean. */
export function Legend() {
  const { t } = useI18n();
  const { states, ring } = COLOURS[useStore(theme, (value) => value.shown)];
  const disc = (code: number) => ({ background: states[code], borderColor: ring });
  return (
    <details className="map-legend" data-testid="map-legend">
      <summary aria-label={t("map.legend")} title={t("map.legend")}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="5" cy="5.5" r="1.6" />
          <circle cx="5" cy="10" r="1.6" />
          <circle cx="5" cy="14.5" r="1.6" />
          <path d="M9.5 5.5h7M9.5 10h7M9.5 14.5h7" />
        </svg>
      </summary>
      <ul>
        {SHOWN.map(([code, name]) => (
          <li key={name}>
            <span className="legend-disc" style={disc(code)} aria-hidden="true" /> {t(name)}
          </li>
        ))}
        <li>
          <span className="legend-disc stale-disc" style={disc(1)} aria-hidden="true" /> {t("map.legendStale")}
        </li>
        <li>
          <span className="legend-badge" aria-hidden="true">
            12
          </span>{" "}
          {t("map.legendCluster")}
        </li>
      </ul>
    </details>
  );
}
