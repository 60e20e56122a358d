import { type LngLat, type Map as MapLibreMap, Marker } from "maplibre-gl";
import { circleRing, LARGEST_M, metresBetween, SMALLEST_M } from "../store/closureActions";
import type { ClosureDraft } from "../store/state";

const NUDGE_PX = 10;
const RADIUS_STEP = 1.1;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Handlers {
  name: (part: "middle" | "rim") => string;
  onChange: (change: Partial<ClosureDraft>) => void;
}

/** Two handles on the closure being made: its middle moves it, its rim sizes it; by pointer or by arrow keys. */
export class ClosureHandles {
  private middle: Marker | null = null;
  private rim: Marker | null = null;
  private draft: ClosureDraft | null = null;
  private readonly map: MapLibreMap;
  private readonly handlers: Handlers;

  constructor(map: MapLibreMap, handlers: Handlers) {
    this.map = map;
    this.handlers = handlers;
  }

  show(draft: ClosureDraft | null): void {
    this.draft = draft;
    if (!draft?.at) {
      this.middle?.remove();
      this.rim?.remove();
      this.middle = this.rim = null;
      return;
    }
    this.middle ??= this.handle("middle", draft.at, ({ lat, lng }) => this.handlers.onChange({ at: { lat, lon: lng } }), (move) => this.nudge(move));
    this.rim ??= this.handle("rim", draft.at, (at) => this.sizeTo(at), ([x, y]) => this.size(x - y));
    const [lon, lat] = circleRing(draft.at, draft.radiusM, 4)[0] ?? [draft.at.lon, draft.at.lat];
    this.middle.setLngLat([draft.at.lon, draft.at.lat]);
    this.rim.setLngLat([lon, lat]);
    for (const marker of [this.middle, this.rim]) marker.getElement().dataset["kind"] = draft.kind;
  }

  private handle(
    part: "middle" | "rim",
    at: { lat: number; lon: number },
    onDrag: (at: LngLat) => void,
    onArrow: (move: readonly [number, number]) => void,
  ): Marker {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "closure-mark";
    element.dataset["part"] = part;
    element.dataset["testid"] = `closure-${part}`;
    element.setAttribute("aria-label", this.handlers.name(part));
    element.addEventListener("click", (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => {
      const move = ARROWS[event.key];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation();
      onArrow(move);
    });
    const marker = new Marker({ element, draggable: true }).setLngLat([at.lon, at.lat]).addTo(this.map);
    marker.on("drag", () => onDrag(marker.getLngLat()));
    return marker;
  }

  private nudge([x, y]: readonly [number, number]): void {
    if (!this.draft?.at) return;
    const here = this.map.project([this.draft.at.lon, this.draft.at.lat]);
    const { lat, lng } = this.map.unproject([here.x + x * NUDGE_PX, here.y + y * NUDGE_PX]);
    this.handlers.onChange({ at: { lat, lon: lng } });
  }

  private size(steps: number): void {
    if (this.draft) this.setRadius(this.draft.radiusM * RADIUS_STEP ** steps);
  }

  private sizeTo({ lat, lng }: LngLat): void {
    if (this.draft?.at) this.setRadius(metresBetween(this.draft.at, { lat, lon: lng }));
  }

  private setRadius(metres: number): void {
    const radiusM = Math.min(LARGEST_M, Math.max(SMALLEST_M, metres < 20 ? Math.round(metres * 10) / 10 : Math.round(metres)));
    this.handlers.onChange({ radiusM });
  }
}
