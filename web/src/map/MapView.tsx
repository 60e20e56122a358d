import "maplibre-gl/dist/maplibre-gl.css";
import "./map.css";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Region } from "../contracts/api";
import { useI18n } from "../i18n";
import { useStore } from "../store/create";
import { grouping, toggleGrouping } from "../store/grouping";
import { dropFile } from "../store/plannerActions";
import { MapController } from "./controller";
import { watchDrop } from "./drop";
import { Legend } from "./Legend";

const hasWebGl2 = (): boolean => document.createElement("canvas").getContext("webgl2") !== null;

/** The full-screen map of a region with everything that drives on it. */
export default function MapView({ region }: { region: Region }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [controller, setController] = useState<MapController | null>(null);
  const [able] = useState(hasWebGl2);
  const [dropping, setDropping] = useState(false);
  const grouped = useStore(grouping, (value) => value.on);
  const first = useRef(i18n);

  const mount = useCallback(
    (container: HTMLDivElement) => {
      const made = new MapController(container, region, first.current);
      setController(made);
      return () => made.destroy();
    },
    [region],
  );

  useEffect(() => controller?.speak(i18n), [controller, i18n]);
  useEffect(() => watchDrop(document.body, setDropping, (file) => void dropFile(file)), []);

  if (!able) {
    return (
      <div className="map-failed" role="alert">
        <h2>{t("map.failed")}</h2>
        <p>{t("map.failedText")}</p>
      </div>
    );
  }
  return (
    <>
      <div ref={mount} className="map" role="application" aria-label={t("map.label")} data-testid="map" />
      <div className="map-tools">
        <div className="map-buttons" role="group" aria-label={t("map.label")}>
          <button type="button" onClick={() => controller?.zoom(1)} aria-label={t("map.zoomIn")} title={t("map.zoomIn")}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="M10 4v12M4 10h12" />
            </svg>
          </button>
          <button type="button" onClick={() => controller?.zoom(-1)} aria-label={t("map.zoomOut")} title={t("map.zoomOut")}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="M4 10h12" />
            </svg>
          </button>
          <button
            type="button"
            onClick={() => controller?.wholeRegion()}
            aria-label={t("map.wholeRegion")}
            title={t("map.wholeRegion")}
          >
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="M4 8V4h4M16 8V4h-4M4 12v4h4M16 12v4h-4" />
            </svg>
          </button>
          <button type="button" onClick={toggleGrouping} aria-pressed={grouped} aria-label={t("map.group")} title={t("map.group")} data-testid="map-group">
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <circle cx="7" cy="8" r="3.5" />
              <circle cx="13" cy="8" r="3.5" />
              <circle cx="10" cy="13" r="3.5" />
            </svg>
          </button>
        </div>
        <Legend />
      </div>
      {dropping && <div className="drop-veil">{t("plan.dropHere")}</div>}
    </>
  );
}
