import type { TrackLayer } from "../../api/trips";
import { useI18n } from "../../i18n";
import { setQuery } from "../../store/address";
import { LAYERS, type TrackSet } from "../../store/tripRecord";

interface Props {
  tracks: TrackSet;
  shown: ReadonlySet<TrackLayer>;
  hasPlan: boolean;
  landed: boolean;
}

/** Switches the tracks on and off, on the map and in the chart alike; the legend of both. */
export function Layers({ tracks, shown, hasPlan, landed }: Props) {
  const { t, format } = useI18n();
  const toggle = (layer: TrackLayer) => {
    const hidden = LAYERS.filter((one) => (one === layer ? shown.has(one) : !shown.has(one)));
    setQuery({ hide: hidden.join(",") || null });
  };
  return (
    <div className="layers" role="group" aria-label={t("record.tracks")}>
      {LAYERS.filter((layer) => hasPlan || (layer !== "planned" && layer !== "truth")).map((layer) => {
        const rows = tracks[layer]?.time.length ?? 0;
        return (
          <button key={layer} type="button" className="layer" aria-pressed={shown.has(layer)} data-testid={`layer-${layer}`} data-rows={rows} onClick={() => toggle(layer)}>
            <span className={`swatch ${layer}`} aria-hidden="true" />
            {t(`record.${layer}`)}
            {layer !== "planned" && layer !== "truth" && (
              <span className="quiet number">{rows > 0 ? format.count(rows) : landed && t(layer === "cleaned" ? "record.cleanedLater" : "record.noTrack")}</span>
            )}
          </button>
        );
      })}
      {shown.has("cleaned") && tracks.cleaned && (
        <span className="legend">
          <span className="swatch flagged" aria-hidden="true" />
          {t("record.flaggedMark")}
        </span>
      )}
      <span className="legend">
        <span className="swatch limit" aria-hidden="true" />
        {t("record.limit")}
      </span>
    </div>
  );
}
