import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import type { Tracks } from "../../store/tracks";
import type { Theme } from "../../store/theme";
import type { Crowd } from "./crowd";
import { discRadius, packInstances } from "./pack";
import { createProgram, FLOATS, type Program } from "./program";

const ID = "rumbo-vehicles";
/** How far (mercator units, about 400 km) the view may leave the origin before positions are packed anew. */
const ORIGIN_REACH = 0.01;
const HIT_PX = 8;

/** Colours by state code, as in ui/tokens.css. */
export const COLOURS: Record<Theme, { states: string[]; ring: string }> = {
  light: {
    states: ["#7a8699", "#2152e5", "#d97706", "#6b7280", "#15803d", "#9f6b74", "#c62828"],
    ring: "#ffffff",
  },
  dark: {
    states: ["#8a97ab", "#5b85ff", "#f0a13a", "#98a2b3", "#4ab578", "#a8808a", "#f0625f"],
    ring: "#f4f6fa",
  },
};

/** A time before all reports, s: nothing is stale then. */
const NEVER = -1e9;

const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);

/** Draws every vehicle in view in one call, and asks for a frame only while one of them moves. */
export class VehicleLayer implements CustomLayerInterface {
  readonly id = ID;
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;
  private parts: Program | null = null;
  private data = new Float32Array(0);
  private count = 0;
  private stale = true;
  private origin = { x: 0, y: 0 };
  private baseMs = 0;
  private selected: string | null = null;
  private readonly map: MapLibreMap;
  private tracks: Tracks;
  private readonly live: Tracks;
  private staleCount = 0;
  private readonly crowd: Crowd;
  private readonly theme: () => Theme;
  private forget: () => void;

  constructor(map: MapLibreMap, tracks: Tracks, crowd: Crowd, theme: () => Theme) {
    this.map = map;
    this.tracks = tracks;
    this.live = tracks;
    this.crowd = crowd;
    this.theme = theme;
    this.forget = tracks.subscribe(() => this.refresh());
  }

  add(): void {
    if (!this.map.getLayer(ID)) this.map.addLayer(this);
  }

  /** Draws these vehicles from now on: the live ones, or those of a time looked back to. */
  watch(tracks: Tracks): void {
    if (tracks === this.tracks) return;
    this.forget();
    this.tracks = tracks;
    this.forget = tracks.subscribe(() => this.refresh());
    this.refresh();
  }

  /** The name of a vehicle that is drawn. */
  nameOf(vehicleId: string): string {
    return this.tracks.names.get(vehicleId) ?? "";
  }

  select(vehicleId: string | null): void {
    this.selected = vehicleId;
    this.refresh();
  }

  /** Draws anew where some have become stale, or no longer are: nothing else would, when none of them moves. */
  age(): void {
    const count = this.live.countStale();
    if (count !== this.staleCount) this.map.triggerRepaint();
    this.staleCount = count;
  }

  destroy(): void {
    this.forget();
  }

  onAdd(_map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.parts = createProgram(gl);
    this.stale = true;
  }

  onRemove(): void {
    this.parts?.free();
    this.parts = null;
  }

  render(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    if (!this.parts) return;
    const now = this.tracks.time.now();
    this.upload(gl, this.parts, now);
    if (this.count > 0) this.draw(gl, this.parts, input.defaultProjectionData.mainMatrix, now);
    if (this.tracks.isMoving()) this.map.triggerRepaint();
  }

  /** The vehicle shown within a few pixels of a point of the canvas, the nearest one first. */
  hit(point: { x: number; y: number }): string | null {
    const reach = this.radius() + HIT_PX;
    const now = this.tracks.time.now();
    const toPixels = this.pixels();
    const chosen = this.chosen();
    let best: string | null = null;
    let nearest = reach * reach;
    for (let slot = 0; slot < this.tracks.size; slot += 1) {
      if (!this.tracks.visible[slot] || (slot !== chosen && this.crowd.hides(slot))) continue;
      const at = toPixels(this.tracks.shownAt(slot, now));
      const distance = (at.x - point.x) ** 2 + (at.y - point.y) ** 2;
      if (distance <= nearest) {
        nearest = distance;
        best = this.tracks.vehicleIds[slot] ?? null;
      }
    }
    return best;
  }

  /** Something else is drawn, or the same elsewhere. */
  refresh(): void {
    this.stale = true;
    this.map.triggerRepaint();
  }

  /** Radius of a vehicle's disc, CSS px. */
  private radius(): number {
    return discRadius(this.map.getZoom(), this.count);
  }

  private chosen(): number | undefined {
    return this.selected ? this.tracks.slotOf(this.selected) : undefined;
  }

  /** Mercator to CSS px of the canvas; the map is flat and north up, so this is a scale and a shift. */
  private pixels(): (at: { x: number; y: number }) => { x: number; y: number } {
    const size = 512 * 2 ** this.map.getZoom();
    const centre = this.map.getCenter();
    const middle = this.map.project(centre);
    const { x, y } = mercator(centre);
    return (at) => ({ x: middle.x + (at.x - x) * size, y: middle.y + (at.y - y) * size });
  }

  private upload(gl: WebGL2RenderingContext, parts: Program, now: number): void {
    const centre = mercator(this.map.getCenter());
    if (Math.hypot(centre.x - this.origin.x, centre.y - this.origin.y) > ORIGIN_REACH) this.stale = true;
    if (!this.stale) return;
    this.stale = false;
    this.origin = centre;
    this.baseMs = now;
    const needed = this.tracks.size * FLOATS;
    if (this.data.length < needed) this.data = new Float32Array(Math.max(needed, this.data.length * 2));
    const hides = (slot: number) => this.crowd.hides(slot);
    this.count = packInstances(this.tracks, this.data, this.origin, this.baseMs, this.chosen(), hides);
    gl.bindBuffer(gl.ARRAY_BUFFER, parts.instances);
    gl.bufferData(gl.ARRAY_BUFFER, this.data.subarray(0, this.count * FLOATS), gl.DYNAMIC_DRAW);
  }

  private draw(gl: WebGL2RenderingContext, parts: Program, matrix: ArrayLike<number>, now: number): void {
    const { uniform } = parts;
    const colours = COLOURS[this.theme()];
    const radius = this.radius();
    const canvas = this.map.getCanvas();
    gl.useProgram(parts.program);
    gl.bindVertexArray(parts.array);
    gl.uniformMatrix4fv(uniform.matrix, false, moved(matrix, this.origin));
    gl.uniform2f(uniform.viewport, canvas.clientWidth, canvas.clientHeight);
    gl.uniform1f(uniform.time, (now - this.baseMs) / 1000);
    gl.uniform1f(uniform.fresh, this.tracks === this.live ? (this.live.staleBefore() - this.baseMs) / 1000 : NEVER);
    gl.uniform1f(uniform.radius, radius);
    gl.uniform1f(uniform.pixel, canvas.clientWidth / canvas.width / radius);
    gl.uniform1f(uniform.detail, Math.min(1, Math.max(0, (radius - 5) / 3)));
    gl.uniform1f(uniform.bearing, (this.map.getBearing() * Math.PI) / 180);
    gl.uniform3fv(uniform.colours, colours.states.flatMap(rgb));
    gl.uniform3fv(uniform.ring, rgb(colours.ring));
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.count);
    gl.bindVertexArray(null);
  }
}

function mercator({ lng, lat }: { lng: number; lat: number }): { x: number; y: number } {
  const sin = Math.sin((lat * Math.PI) / 180);
  return { x: lng / 360 + 0.5, y: 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI) };
}

/** matrix · translation(origin), in doubles; only the result is rounded to 32 bits. */
function moved(matrix: ArrayLike<number>, origin: { x: number; y: number }): Float32Array {
  const result = Float32Array.from(matrix);
  for (let row = 0; row < 4; row += 1) {
    result[12 + row] =
      (matrix[row] ?? 0) * origin.x + (matrix[4 + row] ?? 0) * origin.y + (matrix[12 + row] ?? 0);
  }
  return result;
}
