import "maplibre-gl/dist/maplibre-gl.css";
import { useCallback, useEffect, useRef, useState } from "react";
import type { TrackLayer } from "../../api/trips";
import type { LineString, Region } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { TripMap } from "../../map/tracks";
import { useStore } from "../../store/create";
import { place } from "../../store/state";
import type { TrackSet } from "../../store/tripRecord";
import { IconButton } from "../../ui/Button";

interface Props {
  route: LineString | null;
  tracks: TrackSet;
  shown: ReadonlySet<TrackLayer>;
  flagLabels: readonly string[];
}

/** The trip's tracks on the map; pointing at one moves the cursor there. */
export function TrackMap(props: Props) {
  const { t } = useI18n();
  const region = useStore(place, (value) => value.region);
  const [able] = useState(() => document.createElement("canvas").getContext("webgl2") !== null);
  if (!able) return <p className="quiet centred">{t("map.failedText")}</p>;
  return region ? <Mounted region={region} {...props} /> : <div className="track-map" />;
}

function Mounted({ region, route, tracks, shown, flagLabels }: Props & { region: Region }) {
  const { t, language } = useI18n();
  const [map, setMap] = useState<TripMap | null>(null);
  const first = useRef(language);
  const mount = useCallback(
    (container: HTMLDivElement) => {
      const made = new TripMap(container, region, first.current);
      setMap(made);
      return () => made.destroy();
    },
    [region],
  );
  useEffect(() => map?.restyle(language), [map, language]);
  useEffect(() => map?.show({ route, tracks, shown, flagLabels }), [map, route, tracks, shown, flagLabels]);
  return (
    <div className="track-map-frame">
      <div ref={mount} className="track-map map-ground" role="application" aria-label={t("record.map")} data-testid="track-map" />
      <div className="track-map-buttons">
        <IconButton icon="plus" label={t("map.zoomIn")} onClick={() => map?.zoom(1)} />
        <IconButton icon="target" label={t("record.fit")} testId="track-fit" onClick={() => map?.fitAll()} />
      </div>
    </div>
  );
}
