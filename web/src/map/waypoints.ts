import { type Map as MapLibreMap, Marker } from "maplibre-gl";
import type { I18n } from "../i18n";
import type { Stop } from "../store/state";

export interface WaypointHandlers {
  name: (index: number, count: number) => string;
  onMove: (key: string, at: { lat: number; lon: number }) => void;
  onRemove: (key: string) => void;
}

/** Letter of a stop, as in the panel: A, B, C … */
export const letter = (index: number): string => String.fromCodePoint(65 + (index % 26));

export function stopName(i18n: I18n, index: number, count: number): string {
  if (index === 0) return i18n.t("plan.origin");
  return index === count - 1 ? i18n.t("plan.destination") : i18n.t("plan.via", { n: index });
}

/** The planner's stops as draggable marks; each can also be removed by keyboard. */
export class WaypointLayer {
  private readonly markers = new Map<string, Marker>();
  private readonly map: MapLibreMap;
  private readonly handlers: WaypointHandlers;

  constructor(map: MapLibreMap, handlers: WaypointHandlers) {
    this.map = map;
    this.handlers = handlers;
  }

  show(stops: readonly Stop[]): void {
    const kept = new Set(stops.filter((stop) => stop.at).map((stop) => stop.key));
    for (const [key, marker] of this.markers) {
      if (!kept.has(key)) {
        marker.remove();
        this.markers.delete(key);
      }
    }
    stops.forEach((stop, index) => {
      if (stop.at) this.place(stop.key, stop.at, index, stops.length);
    });
  }

  private place(key: string, at: { lat: number; lon: number }, index: number, count: number): void {
    const marker = this.markers.get(key) ?? this.create(key, at);
    marker.setLngLat([at.lon, at.lat]);
    const element = marker.getElement();
    const role = index === 0 ? "origin" : index === count - 1 ? "destination" : "via";
    element.dataset["role"] = role;
    element.textContent = letter(index);
    element.setAttribute("aria-label", this.handlers.name(index, count));
  }

  private create(key: string, at: { lat: number; lon: number }): Marker {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "waypoint-mark";
    element.dataset["testid"] = "waypoint-mark";
    element.addEventListener("click", (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => {
      if (event.key === "Delete" || event.key === "Backspace") this.handlers.onRemove(key);
    });
    const marker = new Marker({ element, draggable: true }).setLngLat([at.lon, at.lat]).addTo(this.map);
    marker.on("dragend", () => {
      const { lng, lat } = marker.getLngLat();
      this.handlers.onMove(key, { lat, lon: lng });
    });
    this.markers.set(key, marker);
    return marker;
  }
}
