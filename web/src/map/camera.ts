import type { Map as MapLibreMap, PaddingOptions } from "maplibre-gl";
import { latOf, lonOf } from "../store/mercator";
import type { Tracks } from "../store/tracks";
import type { Box } from "./boxes";

const PHONE_PX = 720;
const FOLLOW_ZOOM = 15.5;
const EASE_MS = 600;

/** Room that the panels take, so that what is shown lies in the free part of the map. */
export function freePart(map: MapLibreMap): Required<PaddingOptions> {
  const { clientWidth, clientHeight } = map.getContainer();
  return clientWidth < PHONE_PX
    ? { top: 88, bottom: Math.round(clientHeight * 0.6), left: 48, right: 48 }
    : { top: 72, bottom: 112, left: 516, right: 88 };
}

/** From the middle of the map to that of its free part, px. */
export function middleOfFreePart(map: MapLibreMap): [number, number] {
  const { top, bottom, left, right } = freePart(map);
  return [(left - right) / 2, (top - bottom) / 2];
}

/** Where on Earth the middle of the free part is. */
export function middleOf(map: MapLibreMap): { lat: number; lon: number } {
  const { clientWidth, clientHeight } = map.getContainer();
  const [x, y] = middleOfFreePart(map);
  const { lat, lng } = map.unproject([clientWidth / 2 + x, clientHeight / 2 + y]);
  return { lat, lon: lng };
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function fit(map: MapLibreMap, bbox: readonly [number, number, number, number]): void {
  map.fitBounds([...bbox], { padding: freePart(map), maxZoom: 16.5, duration: calm() ? 0 : 700 });
}

/** Zoom at which a box fills the whole map rather than fits into it. */
export function coverZoom(map: MapLibreMap, bbox: readonly [number, number, number, number]): number {
  const inside = map.cameraForBounds([...bbox])?.zoom ?? map.getZoom();
  const [west, south, east, north] = bbox;
  const { clientWidth, clientHeight } = map.getContainer();
  const shape = ((east - west) * Math.cos((((south + north) / 2) * Math.PI) / 180)) / (north - south);
  const view = clientWidth / clientHeight;
  return inside + Math.log2(Math.max(shape / view, view / shape)) + 0.1;
}

/** Keeps one vehicle in the middle of the free part until the person moves the map. */
export class Follower {
  private frame = 0;
  private easingUntil = 0;
  private readonly map: MapLibreMap;
  private readonly tracks: Tracks;

  constructor(map: MapLibreMap, tracks: Tracks) {
    this.map = map;
    this.tracks = tracks;
  }

  start(vehicleId: string): void {
    this.stop();
    const offset = middleOfFreePart(this.map);
    const at = this.place(vehicleId);
    const duration = calm() ? 0 : EASE_MS;
    this.easingUntil = performance.now() + duration;
    if (at) this.map.easeTo({ center: at, offset, zoom: Math.max(this.map.getZoom(), FOLLOW_ZOOM), duration });
    const step = () => {
      this.frame = requestAnimationFrame(step);
      const here = this.place(vehicleId);
      if (!here || this.map.isZooming() || performance.now() < this.easingUntil) return;
      const [x, y] = offset;
      const now = this.map.project(here);
      const { clientWidth, clientHeight } = this.map.getContainer();
      const gap = { x: now.x - clientWidth / 2 - x, y: now.y - clientHeight / 2 - y };
      if (Math.hypot(gap.x, gap.y) > 0.5) this.map.panBy([gap.x, gap.y], { duration: 0 });
    };
    this.frame = requestAnimationFrame(step);
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
  }

  private place(vehicleId: string): [number, number] | null {
    const slot = this.tracks.slotOf(vehicleId);
    if (slot === undefined) return null;
    const { x, y } = this.tracks.shownAt(slot);
    return [lonOf(x), latOf(y)];
  }
}

const VIEW_MARGIN = 0.25;

/** What the map shows and a margin around it: what may come into view next. */
export function widened(map: MapLibreMap): Box {
  const bounds = map.getBounds();
  const dx = (bounds.getEast() - bounds.getWest()) * VIEW_MARGIN;
  const dy = (bounds.getNorth() - bounds.getSouth()) * VIEW_MARGIN;
  return [
    Math.max(-180, bounds.getWest() - dx),
    Math.max(-90, bounds.getSouth() - dy),
    Math.min(180, bounds.getEast() + dx),
    Math.min(90, bounds.getNorth() + dy),
  ];
}
