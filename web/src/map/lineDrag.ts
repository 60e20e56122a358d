import { type Map as MapLibreMap, type MapMouseEvent, Marker } from "maplibre-gl";

export interface LineDragHandlers {
  /** Whether the line may be dragged now. */
  isFree: () => boolean;
  /** The line was taken hold of at one point and let go at another. */
  onDrop: (from: { lat: number; lon: number }, to: { lat: number; lon: number }) => void;
}

const pointOf = ({ lngLat }: MapMouseEvent) => ({ lat: lngLat.lat, lon: lngLat.lng });

/** Lets a person pull a planned line to where it should go as well. Escape lets go without a change. */
export function watchLineDrag(map: MapLibreMap, layer: string, { isFree, onDrop }: LineDragHandlers): void {
  map.on("mousedown", layer, (down) => {
    if (!isFree() || down.originalEvent.button !== 0) return;
    down.preventDefault(); // else the map itself would be dragged
    const element = document.createElement("span");
    element.className = "via-mark";
    const mark = new Marker({ element }).setLngLat(down.lngLat).addTo(map);
    const move = (event: MapMouseEvent) => void mark.setLngLat(event.lngLat);
    const end = () => {
      map.off("mousemove", move);
      map.off("mouseup", drop);
      document.removeEventListener("keydown", escape);
      mark.remove();
    };
    const drop = (up: MapMouseEvent) => {
      end();
      if (up.point.dist(down.point) > 4) onDrop(pointOf(down), pointOf(up));
    };
    const escape = (event: KeyboardEvent) => event.key === "Escape" && end();
    map.on("mousemove", move);
    map.on("mouseup", drop);
    document.addEventListener("keydown", escape);
  });
}
