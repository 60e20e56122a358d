import type { Map as MapLibreMap, MapMouseEvent } from "maplibre-gl";
import type { Region } from "../contracts/api";
import type { I18n } from "../i18n";
import { grouping } from "../store/grouping";
import { changeDraft, placeDraft, selectClosure } from "../store/closureActions";
import { select, stateOf } from "../store/fleetActions";
import { watchView } from "../store/liveActions";
import { chooseRoute, insertStop, placeStop, removeStop, setStop } from "../store/plannerActions";
import { closures, devices, fleet, mapMenu, panel, past, pastTracks, pipeline, planner, selection, tracks, view, world } from "../store/state";
import { type Theme, theme } from "../store/theme";
import { createMap, styleOf } from "./base";
import { around, type Box, centreOf } from "./boxes";
import { calm, coverZoom, fit, Follower, middleOf, middleOfFreePart, widened } from "./camera";
import { ClosureHandles } from "./closureDraft";
import { ClosureLayer } from "./closures";
import { DevicePreviewLayer } from "./devicePreview";
import { ClusterLayer } from "./clusters";
import { legOf } from "./legs";
import { watchLineDrag } from "./lineDrag";
import { ROUTE_LINE, RouteLayer } from "./route";
import { GeofenceMap } from "./geofences/geofenceMap";
import { Crowd } from "./vehicles/crowd";
import { VehicleLayer } from "./vehicles/layer";
import { stopName, WaypointLayer } from "./waypoints";

const PLACE_ZOOM = 15.5;

type Point = { lat: number; lon: number };

/** Joins the map's layers to the stores; the only place where both meet. */
export class MapController {
  readonly map: MapLibreMap;
  private theme: Theme;
  private i18n: I18n;
  private readonly region: Region;
  private readonly closures: ClosureLayer;
  private readonly handles: ClosureHandles;
  private readonly geofences: GeofenceMap;
  private readonly preview: DevicePreviewLayer;
  private readonly route: RouteLayer;
  private readonly vehicles: VehicleLayer;
  private readonly clusters: ClusterLayer;
  private readonly waypoints: WaypointLayer;
  private readonly follower: Follower;
  private readonly undo: (() => void)[] = [];
  private fitted: unknown = null;
  private hovered: string | null = null;
  private shownClosure: string | null = null;
  private following: string | null = null;

  constructor(container: HTMLElement, region: Region, i18n: I18n) {
    this.region = region;
    this.i18n = i18n;
    this.theme = theme.get().shown;
    const sent = location.hash.includes("map="); // before the map writes its own view there
    this.map = createMap(container, region, this.theme, i18n.language);
    const shown = () => this.theme;
    this.closures = new ClosureLayer(this.map, shown, (id) => this.choseClosure(id));
    this.handles = new ClosureHandles(this.map, {
      name: (part) => this.i18n.t(part === "rim" ? "closure.markRim" : "closure.markMiddle"),
      onChange: changeDraft,
    });
    this.geofences = new GeofenceMap(this.map, shown, () => this.i18n, () => !this.isPlacing() && this.hovered === null);
    this.preview = new DevicePreviewLayer(this.map, shown);
    this.route = new RouteLayer(this.map, shown, chooseRoute);
    const crowd = new Crowd();
    this.vehicles = new VehicleLayer(this.map, tracks, crowd, shown);
    this.clusters = new ClusterLayer(this.map, tracks, crowd, {
      isOn: () => grouping.get().on,
      isFree: () => !this.isPlacing(),
      text: (count) => this.i18n.format.count(count),
      name: (text) => this.i18n.t("map.cluster", { n: text }),
      onChange: () => this.vehicles.refresh(),
    });
    this.follower = new Follower(this.map, tracks);
    this.waypoints = new WaypointLayer(this.map, {
      name: (index, count) => this.i18n.t("map.dragStop", { name: stopName(this.i18n, index, count) }),
      onMove: (key, at) => setStop(key, { at, label: "" }),
      onRemove: removeStop,
    });
    if (!sent) {
      this.map.easeTo({
        center: centreOf(region),
        zoom: coverZoom(this.map, region.bbox),
        offset: middleOfFreePart(this.map),
        duration: 0,
      });
    }
    this.listen();
    this.tellView(); // what is in view can be asked for before the map itself is drawn
  }

  speak(i18n: I18n): void {
    if (i18n.language !== this.i18n.language) {
      this.i18n = i18n;
      this.restyle();
      this.waypoints.show(planner.get().stops);
    }
    this.i18n = i18n;
    this.clusters.look();
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
    this.clusters.destroy();
    for (const each of this.undo) each();
    this.map.remove();
  }

  private listen(): void {
    this.undo.push(
      () => this.geofences.destroy(),
      theme.subscribe(() => this.paint()),
      planner.subscribe(() => this.drawPlan()),
      selection.subscribe(() => this.drawSelection()),
      fleet.subscribe(() => this.drawSelection()),
      past.subscribe(() => this.drawTime()),
      grouping.subscribe(() => this.clusters.look()),
      closures.subscribe(() => this.drawClosures()),
      devices.subscribe(() => this.drawPreview()),
      view.subscribe(() => this.goToWanted()),
      pipeline.subscribe(() => this.everySecond()),
    );
    this.map.on("style.load", () => this.dress());
    this.map.on("moveend", () => this.tellView());
    this.map.on("load", () => this.goToWanted());
    this.map.on("dragstart", () => selection.set({ follow: false }));
    this.map.on("click", (event) => this.clicked(event));
    this.map.on("contextmenu", ({ point, lngLat }) => mapMenu.set({ at: { x: point.x, y: point.y, lat: lngLat.lat, lon: lngLat.lng } }));
    watchLineDrag(this.map, ROUTE_LINE, {
      isFree: () => planner.get().open && !planner.get().track,
      onDrop: (from, to) => this.pulled(from, to),
    });
    this.map.on("mousemove", (event) => this.hover(event));
  }

  private everySecond(): void {
    this.drawClosures(); // they begin and end with world time
    this.vehicles.age();
  }

  private paint(): void {
    if (theme.get().shown === this.theme) return;
    this.theme = theme.get().shown;
    this.restyle();
  }

  private restyle(): void {
    this.map.setStyle(styleOf(this.region, this.theme, this.i18n.language), { diff: false });
  }

  private dress(): void {
    this.closures.add();
    this.geofences.add();
    this.route.add();
    this.preview.add();
    this.vehicles.add();
    this.drawTime();
    this.drawPlan();
    this.drawSelection();
  }

  private clicked(event: MapMouseEvent): void {
    if (event.defaultPrevented) return;
    if (planner.get().open) {
      placeStop({ lat: event.lngLat.lat, lon: event.lngLat.lng });
      return;
    }
    if (closures.get().draft) {
      placeDraft({ lat: event.lngLat.lat, lon: event.lngLat.lng });
      return;
    }
    if (this.geofences.clicked(event.lngLat)) return;
    const vehicleId = this.vehicles.hit(event.point);
    if (!vehicleId) return;
    panel.set({ tab: "fleet" });
    select(vehicleId, past.get().vehicles[vehicleId]?.trip_id);
  }

  /** Whether a click sets a place. */
  private isPlacing(): boolean {
    return planner.get().open || closures.get().draft !== null || this.geofences.isDrawing;
  }

  private choseClosure(id: string): void {
    if (!this.isPlacing() && this.hovered === null) selectClosure(id);
  }

  private hover(event: MapMouseEvent): void {
    const placing = this.isPlacing();
    const vehicleId = placing ? null : this.vehicles.hit(event.point);
    const canvas = this.map.getCanvas();
    this.hovered = vehicleId;
    canvas.style.cursor = placing ? "crosshair" : vehicleId || this.closures.hit(event.point) || this.geofences.hit(event.point) ? "pointer" : "";
    canvas.title = vehicleId ? this.vehicles.nameOf(vehicleId) : "";
  }

  private drawTime(): void {
    const { at, shown } = past.get();
    const watched = at === null || !shown ? tracks : pastTracks;
    this.vehicles.watch(watched);
    this.clusters.watch(watched);
    this.drawClosures();
    this.drawSelection();
  }

  /** A built-in sample may lie in another part of the Earth: it has figures, and no place on this map. */
  private drawPreview(): void {
    const { preview } = devices.get();
    const box = this.preview.show(preview?.sample.kind === "trip" ? preview : null);
    if (box) fit(this.map, box);
  }

  private drawClosures(): void {
    const { items, draft, selectedId } = closures.get();
    this.closures.show({ items, draft, selectedId, worldMs: past.get().at ?? world.now() });
    this.handles.show(draft);
    const chosen = items.find((one) => one.id === selectedId);
    if (chosen && this.shownClosure !== chosen.id) fit(this.map, around(chosen.ring.map(([lon, lat]) => [lon, lat, lon, lat])));
    this.shownClosure = chosen?.id ?? null;
  }

  private pulled(from: Point, to: Point): void {
    const { stops, routes, chosen } = planner.get();
    const line = routes[chosen]?.geometry.coordinates ?? [];
    const set = stops.flatMap(({ at }) => at ?? []);
    if (set.length === stops.length) insertStop(to, legOf(line, set, from));
  }

  private drawPlan(): void {
    const { open, stops, routes, chosen, track } = planner.get();
    this.waypoints.show(open ? stops : []);
    if (!open) {
      this.drawSelection();
      return;
    }
    // A line that is being drawn stands there before the server has measured it.
    const drawn = track && routes.length === 0 ? [track] : routes;
    this.route.preview(drawn, chosen);
    if (routes.length === 0 || this.fitted === routes || planner.get().drawing) return;
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
    const { at, vehicles } = past.get();
    const then = at !== null && vehicleId ? vehicles[vehicleId] : undefined;
    const done = at === null ? (over ? 1 : Math.max(trip?.progress ?? 0, told)) : (then?.progress ?? 0);
    this.route.trip(trip?.route ?? null, done);
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

  private goToWanted(): void {
    const { wanted } = view.get();
    if (!wanted) return;
    view.set({ wanted: null });
    selection.set({ follow: false });
    const zoom = Math.max(this.map.getZoom(), PLACE_ZOOM);
    this.map.easeTo({ center: wanted, zoom, offset: middleOfFreePart(this.map), duration: calm() ? 0 : 700 });
  }

  private tellView(): void {
    view.set({ middle: middleOf(this.map) });
    watchView(widened(this.map));
  }
}
