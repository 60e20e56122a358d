import { type Map as MapLibreMap, Marker } from "maplibre-gl";
import { latOf, lonOf, mercatorX, mercatorY } from "../store/mercator";
import type { Tracks } from "../store/tracks";
import { calm } from "./camera";
import type { Crowd } from "./vehicles/crowd";
import { discRadius } from "./vehicles/pack";

const LOOK_MS = 250;
const ZOOM_STEP = 2;

export interface ClusterHandlers {
  /** Whether vehicles that cover each other are drawn together at all. */
  isOn: () => boolean;
  /** Whether a click on a badge is meant for it, and not for the map below. */
  isFree: () => boolean;
  text: (count: number) => string;
  name: (text: string) => string;
  /** Other vehicles than before have a badge that stands for them. */
  onChange: () => void;
}

/** Badges with how many vehicles stand there, where they would cover each other; a click on one zooms in. */
export class ClusterLayer {
  private readonly marks = new Map<string, Marker>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private forget: () => void;
  private readonly map: MapLibreMap;
  private tracks: Tracks;
  private readonly crowd: Crowd;
  private readonly handlers: ClusterHandlers;

  constructor(map: MapLibreMap, tracks: Tracks, crowd: Crowd, handlers: ClusterHandlers) {
    this.map = map;
    this.tracks = tracks;
    this.crowd = crowd;
    this.handlers = handlers;
    this.forget = tracks.subscribe(() => this.soon());
    map.on("move", () => this.soon());
  }

  /** Counts these vehicles from now on: the live ones, or those of a time looked back to. */
  watch(tracks: Tracks): void {
    if (tracks === this.tracks) return;
    this.forget();
    this.tracks = tracks;
    this.forget = tracks.subscribe(() => this.soon());
    this.look();
  }

  destroy(): void {
    this.forget();
    if (this.timer) clearTimeout(this.timer);
  }

  /** Counts anew. Off React's state and a few times a second at most, by `soon`: 50,000 vehicles take some milliseconds. */
  look(): void {
    const before = this.crowd.isTogether;
    const zoom = this.map.getZoom();
    const bounds = this.map.getBounds();
    const box = [mercatorX(bounds.getWest()), mercatorY(bounds.getNorth()), mercatorX(bounds.getEast()), mercatorY(bounds.getSouth())] as const;
    if (this.handlers.isOn()) this.crowd.look(this.tracks, this.tracks.time.now(), { zoom, box, discPx: 2 * discRadius(zoom, this.tracks.size) });
    else this.crowd.isTogether = false;
    this.draw();
    if (before || this.crowd.isTogether) this.handlers.onChange();
    if (this.crowd.isTogether && this.tracks.isMoving()) this.soon();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.look();
    }, LOOK_MS);
  }

  private draw(): void {
    const gone = new Set(this.marks.keys());
    const { cells, isTogether } = this.crowd;
    if (isTogether) {
      cells.counts.forEach((count, cell) => {
        if (count < 2) return;
        const key = cells.keyOf(cell);
        gone.delete(key);
        const { x, y } = cells.placeOf(cell);
        this.place(key, [lonOf(x), latOf(y)], count);
      });
    }
    for (const key of gone) {
      this.marks.get(key)?.remove();
      this.marks.delete(key);
    }
  }

  private place(key: string, at: [number, number], count: number): void {
    const known = this.marks.get(key);
    const mark = known ?? new Marker({ element: this.create(key) });
    mark.setLngLat(at);
    const element = mark.getElement();
    const text = this.handlers.text(count);
    const name = this.handlers.name(text);
    if (element.ariaLabel !== name) {
      element.textContent = text;
      element.ariaLabel = name;
      element.title = name;
      element.dataset["count"] = String(count);
      element.dataset["digits"] = String(Math.min(4, String(count).length));
    }
    if (known) return;
    mark.addTo(this.map);
    this.marks.set(key, mark);
  }

  private create(key: string): HTMLButtonElement {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "cluster-mark";
    element.dataset["testid"] = "cluster";
    // Two hundred stops on the way through the page would help nobody: + and the search lead nearer by keyboard.
    element.tabIndex = -1;
    element.addEventListener("click", (event) => {
      const at = this.marks.get(key)?.getLngLat();
      if (!at || !this.handlers.isFree()) return;
      event.stopPropagation();
      this.map.easeTo({ center: at, zoom: this.map.getZoom() + ZOOM_STEP, duration: calm() ? 0 : 500 });
    });
    return element;
  }
}
