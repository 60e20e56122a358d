import type { Map as MapLibreMap, MapMouseEvent } from "maplibre-gl";
import type { Region } from "../contracts/api";
import type { I18n } from "../i18n";
import { select, stateOf } from "../store/fleetActions";
import { watchView } from "../store/liveActions";
import { chooseRoute, placeStop, removeStop, setStop } from "../store/plannerActions";
import { fleet, planner, selection, tracks } from "../store/state";
import { createMap, styleOf, systemTheme, themeOf } from "./base";
import { coverZoom, fit, Follower, middleOfFreePart } from "./camera";
import type { Theme } from "./flavor";
import { RouteLayer } from "./route";
import { VehicleLayer } from "./vehicles/layer";
import { WaypointLayer } from "./waypoints";

const VIEW_MARGIN = 0.25;

/** Joins the map's layers to the stores; the only place where both meet. */
export class MapController {
  readonly map: MapLibreMap;
  private theme: Theme;
  private i18n: I18n;
  private readonly region: Region;
  private readonly route: RouteLayer;
  private readonly vehicles: VehicleLayer;
  private readonly waypoints: WaypointLayer;
  private readonly follower: Follower;
  private readonly undo: (() => void)[] = [];
  private fitted: unknown = null;
  private following: string | null = null;

  constructor(container: HTMLElement, region: Region, i18n: I18n) {
    const query = systemTheme();
    this.region = region;
    this.i18n = i18n;
    this.theme = themeOf(query);
    this.map = createMap(container, region, this.theme, i18n.language);
    const theme = () => this.theme;
    this.route = new RouteLayer(this.map, theme, chooseRoute);
    this.vehicles = new VehicleLayer(this.map, tracks, theme);
    this.follower = new Follower(this.map, tracks);
    this.waypoints = new WaypointLayer(this.map, {
      name: (index, count) => this.i18n.t("map.dragStop", { name: stopName(this.i18n, index, count) }),
      onMove: (key, at) => setStop(key, { at, label: "" }),
      onRemove: removeStop,
    });
    this.map.easeTo({
      center: centreOf(region),
      zoom: coverZoom(this.map, region.bbox),
      offset: middleOfFreePart(this.map),
      duration: 0,
    });
    this.listen(query);
  }

  speak(i18n: I18n): void {
    if (i18n.language !== this.i18n.language) {
      this.i18n = i18n;
      this.restyle();
      this.waypoints.show(planner.get().stops);
    }
    this.i18n = i18n;
  }

  wholeRegion(): void {
    selection.set({ follow: false });
    fit(this.map, this.region.bbox);
  }

  zoom(step: number): void {
    this.map.zoomTo(this.map.getZoom() + step, { duration: 250 });
  }

  destroy(): void {
    this.follower.stop();
    this.vehicles.destroy();
    for (const each of this.undo) each();
    this.map.remove();
  }

  private listen(query: MediaQueryList): void {
    const onTheme = () => {
      this.theme = themeOf(query);
      this.restyle();
    };
    query.addEventListener("change", onTheme);
    this.undo.push(
      () => query.removeEventListener("change", onTheme),
      planner.subscribe(() => this.drawPlan()),
      selection.subscribe(() => this.drawSelection()),
      fleet.subscribe(() => this.drawSelection()),
    );
    this.map.on("style.load", () => this.dress());
    this.map.on("moveend", () => this.tellView());
    this.map.on("load", () => this.tellView());
    this.map.on("dragstart", () => selection.set({ follow: false }));
    this.map.on("click", (event) => this.clicked(event));
    this.map.on("mousemove", (event) => this.hover(event));
  }

  private restyle(): void {
    this.map.setStyle(styleOf(this.region, this.theme, this.i18n.language), { diff: false });
  }

  private dress(): void {
    this.route.add();
    this.vehicles.add();
    this.drawPlan();
    this.drawSelection();
  }

  private clicked(event: MapMouseEvent): void {
    if (event.defaultPrevented) return;
    if (planner.get().open) {
      placeStop({ lat: event.lngLat.lat, lon: event.lngLat.lng });
      return;
    }
    const vehicleId = this.vehicles.hit(event.point);
    if (vehicleId) select(vehicleId);
  }

  private hover(event: MapMouseEvent): void {
    const planning = planner.get().open;
    const vehicleId = planning ? null : this.vehicles.hit(event.point);
    const canvas = this.map.getCanvas();
    canvas.style.cursor = planning ? "crosshair" : vehicleId ? "pointer" : "";
    canvas.title = (vehicleId && tracks.names.get(vehicleId)) ?? "";
  }

  private drawPlan(): void {
    const { open, stops, routes, chosen } = planner.get();
    this.waypoints.show(open ? stops : []);
    if (!open) {
      this.drawSelection();
      return;
    }
    this.route.preview(routes, chosen);
    if (routes.length === 0 || this.fitted === routes) return;
    const marks = stops.flatMap(({ at }): Box[] => (at ? [[at.lon, at.lat, at.lon, at.lat]] : []));
    this.fitOnce(routes, around([...routes.map((route) => route.bbox), ...marks]));
  }

  private drawSelection(): void {
    const { vehicleId, tripId, follow, report } = selection.get();
    this.vehicles.select(vehicleId);
    this.keepFollowing(follow ? vehicleId : null);
    if (planner.get().open) return;
    const { trips, live } = fleet.get();
    const trip = trips.find((one) => one.id === tripId) ?? null;
    const told = report && report.trip_id === tripId ? report.progress : 0;
    const over = trip && stateOf(trip, live) === "arrived";
    this.route.trip(trip?.route ?? null, over ? 1 : Math.max(trip?.progress ?? 0, told));
    if (trip && this.fitted !== trip.id) this.fitOnce(trip.id, trip.route.bbox);
    if (!vehicleId) this.fitted = null;
  }

  private keepFollowing(vehicleId: string | null): void {
    if (vehicleId === this.following) return;
    this.following = vehicleId;
    if (vehicleId) this.follower.start(vehicleId);
    else this.follower.stop();
  }

  private fitOnce(what: unknown, bbox: Box): void {
    this.fitted = what;
    fit(this.map, bbox);
  }

  private tellView(): void {
    const bounds = this.map.getBounds();
    const dx = (bounds.getEast() - bounds.getWest()) * VIEW_MARGIN;
    const dy = (bounds.getNorth() - bounds.getSouth()) * VIEW_MARGIN;
    watchView([
      Math.max(-180, bounds.getWest() - dx),
      Math.max(-90, bounds.getSouth() - dy),
      Math.min(180, bounds.getEast() + dx),
      Math.min(90, bounds.getNorth() + dy),
    ]);
  }
}

function centreOf({ center, bbox }: Region): [number, number] {
  const [lat, lon] = Array.isArray(center) ? center : [center.lat, center.lon];
  const [west, south, east, north] = bbox;
  const inside = lat >= south && lat <= north && lon >= west && lon <= east;
  return inside ? [lon, lat] : [(west + east) / 2, (south + north) / 2];
}

type Box = [number, number, number, number];

const around = (boxes: readonly Box[]): Box => [
  Math.min(...boxes.map(([west]) => west)),
  Math.min(...boxes.map(([, south]) => south)),
  Math.max(...boxes.map(([, , east]) => east)),
  Math.max(...boxes.map(([, , , north]) => north)),
];

function stopName(i18n: I18n, index: number, count: number): string {
  if (index === 0) return i18n.t("plan.origin");
  return index === count - 1 ? i18n.t("plan.destination") : i18n.t("plan.via", { n: index });
}
