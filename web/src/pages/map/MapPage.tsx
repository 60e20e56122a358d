import "./panel.css";
import "./vehicles.css";
import "./planner.css";
import "./trip.css";
import "./pipeline.css";
import { Suspense, useEffect } from "react";
import { lazyPart, useI18n } from "../../i18n";
import { past, place } from "../../store/state";
import { useStore } from "../../store/create";
import { ClockBar } from "./clock/ClockBar";
import { MapMenu } from "./MapMenu";
import { PipelineStrip } from "./PipelineStrip";
import { SidePanel } from "./SidePanel";
import { useMapAddress } from "./useMapAddress";
import { useHeight } from "../../ui/useHeight";

// The map's code loads beside the page's: the panel stands there at once, and the map needs no second round.
const load = () => import("../../map/MapView");
load().catch(() => undefined); // is tried again when it is shown
const MapView = lazyPart(load);

export default function MapPage() {
  const { t } = useI18n();
  useMapAddress();
  useEffect(() => {
    document.title = "Rumbo";
  }, []);
  const { region, error } = useStore(place, (value) => value);
  const looking = useStore(past, (value) => value.at !== null);
  const docks = useHeight<HTMLDivElement>("--docks-height");
  return (
    <>
      <main id="page" className="map-page" data-past={looking}>
        <Suspense fallback={<p className="loading">{t("app.loading")}</p>}>
          {region && <MapView region={region} />}
        </Suspense>
        {error && <NoRegion />}
      </main>
      <MapMenu />
      <SidePanel />
      <div className="docks" ref={docks}>
        <ClockBar />
        <PipelineStrip />
      </div>
    </>
  );
}

function NoRegion() {
  const { t } = useI18n();
  return (
    <div className="map-failed" role="alert">
      <h2>{t("map.noRegion")}</h2>
      <p>{t("map.noRegionText")}</p>
    </div>
  );
}
