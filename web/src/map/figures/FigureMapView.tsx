import "maplibre-gl/dist/maplibre-gl.css";
import "../map.css";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Region } from "../../contracts/api";
import { useI18n } from "../../i18n";
import { FigureMap, type Picture, type Pointed } from "./FigureMap";

interface Props {
  region: Region;
  label: string;
  picture: Picture;
  /** What is said of the feature with a key. */
  say: (key: string) => string;
}

let able: boolean | null = null;

/** Asked once: to make a context is dear, and there may be few of them. */
function hasWebGl2(): boolean {
  if (able === null) {
    const context = document.createElement("canvas").getContext("webgl2");
    able = context !== null;
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return able;
}

/** The map of a figure, with what is pointed at in words. */
export default function FigureMapView({ region, label, picture, say }: Props) {
  const { t, language } = useI18n();
  const [map, setMap] = useState<FigureMap | null>(null);
  const [pointed, setPointed] = useState<{ at: Pointed; on: Picture } | null>(null);
  const first = useRef(language);
  const mount = useCallback(
    (container: HTMLDivElement) => {
      const made = new FigureMap(container, region, first.current, (at, on) => setPointed({ at, on }));
      setMap(made);
      return () => {
        made.destroy();
        setMap(null);
      };
    },
    [region],
  );
  useEffect(() => map?.show(picture), [map, picture]);
  useEffect(() => map?.speak(language), [map, language]);
  const at = pointed?.on === picture ? pointed.at : null;
  if (!hasWebGl2()) return <p className="quiet dash-wait">{t("map.failedText")}</p>;
  return (
    <div className="figure-map">
      <div ref={mount} className="figure-map-canvas" role="application" aria-label={label} data-testid="figure-map" data-features={picture.features.features.length} />
      <div className="figure-map-zoom no-print">
        <button type="button" onClick={() => map?.zoom(1)} aria-label={t("map.zoomIn")} title={t("map.zoomIn")}>
          +
        </button>
        <button type="button" onClick={() => map?.zoom(-1)} aria-label={t("map.zoomOut")} title={t("map.zoomOut")}>
          −
        </button>
      </div>
      {at && (
        <div className="readout number" style={{ left: at.x + 14, top: at.y + 10 }} aria-hidden="true">
          {say(at.key)}
        </div>
      )}
    </div>
  );
}
