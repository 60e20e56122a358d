import "./geofences.css";
import type { LngLat, Map as MapLibreMap } from "maplibre-gl";
import type { I18n } from "../../i18n";
import { addCorner, insertCorner, loadGeofences, moveCorner, moved, removeCorner, selectGeofence } from "../../store/geofenceActions";
import { geofences } from "../../store/state";
import type { Theme } from "../../store/theme";
import { around } from "../boxes";
import { fit } from "../camera";
import { GeofenceHandles } from "./geofenceHandles";
import { GeofenceLayer } from "./geofenceLayer";

/** Geofences on the map: what there is, and the one that a person draws or changes. */
export class GeofenceMap {
  private readonly map: MapLibreMap;
  private readonly layer: GeofenceLayer;
  private readonly handles: GeofenceHandles;
  private readonly stop: () => void;
  private shown: string | null = null;

  /** `isFree`: whether a click may choose an area, because it means nothing else. */
  constructor(map: MapLibreMap, theme: () => Theme, i18n: () => I18n, isFree: () => boolean) {
    this.map = map;
    this.layer = new GeofenceLayer(map, theme, (name) => {
      if (isFree() && geofences.get().draft === null) selectGeofence(name);
    });
    this.handles = new GeofenceHandles(map, {
      name: (part, n, count) => i18n().t(part === "corner" ? "geofence.corner" : "geofence.between", { n, m: (n % count) + 1 }),
      onMove: moveCorner,
      onMoved: moved,
      onInsert: insertCorner,
      onRemove: removeCorner,
    });
    this.stop = geofences.subscribe(() => this.draw());
    void loadGeofences();
  }

  add(): void {
    this.layer.add();
    this.draw();
  }

  destroy(): void {
    this.stop();
  }

  /** Whether a click on the map adds a corner. */
  get isDrawing(): boolean {
    return geofences.get().draft?.drawing ?? false;
  }

  /** Takes a click that adds a corner; false where it means something else. */
  clicked({ lng, lat }: LngLat): boolean {
    if (this.isDrawing) addCorner([lng, lat]);
    return this.isDrawing;
  }

  hit(point: { x: number; y: number }): boolean {
    return this.layer.hit(point);
  }

  private draw(): void {
    const { items, draft, selected } = geofences.get();
    this.layer.show({ items, draft, selected });
    this.handles.show(draft);
    const chosen = items.find((one) => one.name === selected);
    if (chosen && this.shown !== chosen.name && !draft) fit(this.map, around(chosen.ring.map(([lon, lat]) => [lon, lat, lon, lat])));
    this.shown = chosen?.name ?? null;
  }
}
