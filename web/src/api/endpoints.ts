import type {
  Alert,
  Alerts,
  Closure,
  ClosureRequest,
  Device,
  DevicePreview,
  DeviceProfile,
  DeviceProfiles,
  Geofence,
  GeofenceRequest,
  Geofences,
  Geometry,
  History,
  Imported,
  LineString,
  Page,
  Pipeline,
  Place,
  Places,
  Region,
  Regions,
  Results,
  Route,
  RouteRequest,
  Routes,
  Trip,
  TripCommand,
  TripRequest,
  Vehicle,
  VehicleChange,
  VehicleRequest,
  VisitingOrder,
  World,
} from "../contracts/api";
import { request } from "./client";

const MAX_PAGES = 40;

async function everyPage<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const tail: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const answer: Page<T> = await request("GET", `${path}?limit=200${tail}`);
    items.push(...answer.items);
    cursor = answer.next_cursor;
    if (!cursor) break;
  }
  return items;
}

export const listVehicles = () => everyPage<Vehicle>("/vehicles");

export const createVehicle = (vehicle: VehicleRequest, idempotencyKey: string) =>
  request<Vehicle>("POST", "/vehicles", { body: vehicle, idempotencyKey });

/** Up to 1,000; each stands or falls by itself. */
export const createVehicles = (vehicles: readonly VehicleRequest[], idempotencyKey: string) =>
  request<Results>("POST", "/vehicles/bulk", { body: { vehicles }, idempotencyKey });

export const changeVehicle = (id: string, change: VehicleChange) =>
  request<Vehicle>("PATCH", `/vehicles/${encodeURIComponent(id)}`, { body: change });

/** All vehicles of a CSV file, or none; the problem's `errors` name what is wrong with which line. */
export const importVehicles = (csv: string, idempotencyKey: string) =>
  request<Imported>("POST", "/vehicles/import", { raw: { data: csv, type: "text/csv" }, idempotencyKey });

/** Where a browser fetches the vehicles as a file: those of a fleet, with a tag, or all. */
export function exportAddress(filter: { fleet?: string; tag?: string; q?: string }, separator: "comma" | "semicolon"): string {
  const asked = new URLSearchParams({ ...filter, separator });
  return `/api/v1/vehicles/export.csv?${asked}`;
}

export const deleteVehicle = (id: string) => request<void>("DELETE", `/vehicles/${encodeURIComponent(id)}`);

export const recentTrips = async (limit: number): Promise<Trip[]> =>
  (await request<Page<Trip>>("GET", `/trips?limit=${limit}`)).items;

export const getTrip = (id: string) => request<Trip>("GET", `/trips/${encodeURIComponent(id)}`);

export const createTrip = (trip: TripRequest, idempotencyKey: string) =>
  request<Trip>("POST", "/trips", { body: trip, idempotencyKey });

/** Up to 200; each stands or falls by itself. */
export const createTrips = (trips: readonly TripRequest[], idempotencyKey: string) =>
  request<Results>("POST", "/trips/bulk", { body: { trips }, idempotencyKey });

export const commandTrip = (id: string, command: TripCommand) =>
  request<Trip>("POST", `/trips/${encodeURIComponent(id)}/${command}`);

export const previewRoutes = async (body: RouteRequest, signal: AbortSignal): Promise<Route[]> =>
  (await request<Routes>("POST", "/routes", { body, signal })).routes;

export const orderStops = (body: RouteRequest) => request<VisitingOrder>("POST", "/routes/order", { body });

export const readGeometry = async (data: string, type: string): Promise<LineString> =>
  (await request<Geometry>("POST", "/geometries", { raw: { data, type } })).geometry;

export const searchPlaces = async (text: string, signal: AbortSignal): Promise<Place[]> =>
  (await request<Places>("GET", `/places?q=${encodeURIComponent(text)}&limit=6`, { signal })).items;

export const listRegions = async (): Promise<Region[]> =>
  (await request<Regions>("GET", "/regions")).items;

export const getPipeline = () => request<Pipeline>("GET", "/pipeline");

export const setWorldRate = (rate: number) => request<World>("POST", "/world/rate", { body: { rate } });

export const pauseWorld = () => request<World>("POST", "/world/pause");

/** At the rate before the pause, unless one is given. */
export const resumeWorld = (rate: number | null) =>
  request<World>("POST", "/world/resume", rate === null ? {} : { body: { rate } });

export const stepWorld = (seconds: number) => request<World>("POST", "/world/step", { body: { seconds } });

/** Where everything in a box (west, south, east, north) was at a world time, or will be as planned now. */
export const getHistory = (at: string, bbox: readonly number[], limit: number, signal: AbortSignal) =>
  request<History>("GET", `/history?at=${encodeURIComponent(at)}&bbox=${bbox.map((side) => side.toFixed(5)).join(",")}&limit=${limit}`, {
    signal,
  });

export const listClosures = () => everyPage<Closure>("/closures");

export const getClosure = (id: string) => request<Closure>("GET", `/closures/${encodeURIComponent(id)}`);

export const createClosure = (body: ClosureRequest, idempotencyKey: string) =>
  request<Closure>("POST", "/closures", { body, idempotencyKey });

export const deleteClosure = (id: string) => request<void>("DELETE", `/closures/${encodeURIComponent(id)}`);

export const listGeofences = async (): Promise<Geofence[]> => (await request<Geofences>("GET", "/geofences")).items;

export const createGeofence = (body: GeofenceRequest, idempotencyKey: string) =>
  request<Geofence>("POST", "/geofences", { body, idempotencyKey });

export const changeGeofence = (id: string, body: GeofenceRequest) =>
  request<Geofence>("PUT", `/geofences/${encodeURIComponent(id)}`, { body });

export const deleteGeofence = (id: string) => request<void>("DELETE", `/geofences/${encodeURIComponent(id)}`);

export const listAlerts = async (rule: Alert["rule"], limit: number): Promise<Alert[]> =>
  (await request<Alerts>("GET", `/alerts?rule=${rule}&limit=${limit}`)).items;

export const listDevices = async (): Promise<DeviceProfile[]> =>
  (await request<DeviceProfiles>("GET", "/device-profiles")).items;

export const putDevice = (name: string, device: Device) =>
  request<DeviceProfile>("PUT", `/device-profiles/${encodeURIComponent(name)}`, { body: device });

export const deleteDevice = (name: string) => request<void>("DELETE", `/device-profiles/${encodeURIComponent(name)}`);

/** What a device would report: of a trip there is, or of one built in. */
export const previewDevice = (device: Device, tripId: string | null, signal: AbortSignal) =>
  request<DevicePreview>("POST", "/device-profiles/preview", {
    body: { device, sample: tripId === null ? {} : { trip_id: tripId }, payloads: 5 },
    signal,
  });
