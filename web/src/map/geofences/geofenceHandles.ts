import { type Map as MapLibreMap, Marker } from "maplibre-gl";
import type { GeofenceDraft, LonLat } from "../../store/state";

const NUDGE_PX = 10;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Handlers {
  name: (part: "corner" | "between", number: number, count: number) => string;
  onMove: (index: number, at: LonLat) => void;
  /** After a move: what the corners were before it. */
  onMoved: (before: readonly LonLat[]) => void;
  onInsert: (index: number, at: LonLat) => void;
  onRemove: (index: number) => void;
}

/** A handle on each corner of the area being drawn, and one between each two that makes another; by pointer or by keys. */
export class GeofenceHandles {
  private corners: Marker[] = [];
  private betweens: Marker[] = [];
  private draft: GeofenceDraft | null = null;
  private readonly map: MapLibreMap;
  private readonly handlers: Handlers;

  constructor(map: MapLibreMap, handlers: Handlers) {
    this.map = map;
    this.handlers = handlers;
  }

  show(draft: GeofenceDraft | null): void {
    if (draft?.corners === this.draft?.corners && (draft === null) === (this.draft === null)) return;
    this.draft = draft;
    const corners = draft?.corners ?? [];
    this.corners = this.fitting(this.corners, corners.length, (index) => this.corner(index));
    this.betweens = this.fitting(this.betweens, corners.length > 2 ? corners.length : 0, (index) => this.between(index));
    corners.forEach((at, index) => {
      this.put(this.corners[index], at, this.handlers.name("corner", index + 1, corners.length));
      const next = corners[(index + 1) % corners.length] ?? at;
      const middle: LonLat = [(at[0] + next[0]) / 2, (at[1] + next[1]) / 2];
      this.put(this.betweens[index], middle, this.handlers.name("between", index + 1, corners.length));
    });
  }

  private put(marker: Marker | undefined, [lon, lat]: LonLat, name: string): void {
    marker?.setLngLat([lon, lat]);
    marker?.getElement().setAttribute("aria-label", name);
  }

  private fitting(markers: Marker[], count: number, make: (index: number) => Marker): Marker[] {
    for (const extra of markers.slice(count)) extra.remove();
    const kept = markers.slice(0, count);
    while (kept.length < count) kept.push(make(kept.length));
    return kept;
  }

  private corner(index: number): Marker {
    let before: readonly LonLat[] = [];
    const marker = this.handle("corner", index, (key) => {
      const move = ARROWS[key];
      if (move) this.nudge(index, move);
      else if (key === "Delete" || key === "Backspace") this.handlers.onRemove(index);
      return move !== undefined || key === "Delete" || key === "Backspace";
    });
    marker.on("dragstart", () => {
      before = this.draft?.corners ?? [];
    });
    marker.on("drag", () => this.handlers.onMove(index, lonLat(marker)));
    marker.on("dragend", () => this.handlers.onMoved(before));
    return marker;
  }

  private between(index: number): Marker {
    const marker = this.handle("between", index, (key) => {
      if (key !== "Enter" && key !== " ") return false;
      this.handlers.onInsert(index, lonLat(marker));
      return true;
    });
    marker.on("dragend", () => this.handlers.onInsert(index, lonLat(marker)));
    return marker;
  }

  private handle(part: "corner" | "between", index: number, onKey: (key: string) => boolean): Marker {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "geofence-mark";
    element.dataset["part"] = part;
    element.dataset["testid"] = `geofence-${part}-${index + 1}`;
    element.addEventListener("click", (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => {
      if (!onKey(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    return new Marker({ element, draggable: true }).setLngLat([0, 0]).addTo(this.map);
  }

  private nudge(index: number, [x, y]: readonly [number, number]): void {
    const corners = this.draft?.corners ?? [];
    const [lon, lat] = corners[index] ?? [0, 0];
    const here = this.map.project([lon, lat]);
    const there = this.map.unproject([here.x + x * NUDGE_PX, here.y + y * NUDGE_PX]);
    this.handlers.onMove(index, [there.lng, there.lat]);
    this.handlers.onMoved(corners);
  }
}

function lonLat(marker: Marker): LonLat {
  const { lng, lat } = marker.getLngLat();
  return [lng, lat];
}
