/**
 * What the REST API takes and gives (prefix /api/v1), under the app's names. Times are RFC 3339 UTC in world time.
 * The shapes are in openapi.ts, generated from the API itself.
 */
import type { TripStateEvent } from "./events";
import { type components, driverValues, tripStateValues, vehicleClassValues } from "./openapi";

type Schemas = components["schemas"];

export type VehicleClass = Schemas["VehicleClass"];
export const VEHICLE_CLASSES: readonly VehicleClass[] = vehicleClassValues;

export type TripState = Schemas["TripState"];
/** In the order of the live frames' state codes. */
export const TRIP_STATES: readonly TripState[] = tripStateValues;

export type WaitReason = NonNullable<TripStateEvent["reason"]>;

/** A list that is given in pieces. */
export type Page<T> = Omit<Schemas["VehiclesOut"], "items"> & { items: T[] };

/** The API fills every field; what stands between it and the app may say less. */
export type Problem = Pick<Schemas["ProblemOut"], "type" | "title" | "status"> & Partial<Schemas["ProblemOut"]>;

export type Vehicle = Schemas["VehicleOut"];
export type VehicleRequest = Schemas["VehicleIn"];
export type VehicleChange = Schemas["VehicleChange"];
export type Driver = Schemas["Driver"];
export const DRIVERS: readonly Driver[] = driverValues;
/** Of an order for many: one result each, in order. */
export type Results = Schemas["ResultsOut"];
export type Imported = Schemas["ImportOut"];
export type LineString = Schemas["LineStringOut"];
export type Geometry = Schemas["GeometryOut"];
export type Route = Schemas["RouteOut"];
export type Routes = Schemas["RoutesOut"];
export type VisitingOrder = Schemas["VisitingOrderOut"];
export type RouteRequest = Schemas["RouteIn"];
export type Trip = Schemas["TripOut"];
export type TripRequest = Schemas["TripIn"];
export type TripCommand = "pause" | "resume" | "cancel";
export type Place = Schemas["PlaceOut"];
export type Places = Schemas["PlacesOut"];
export type Region = Schemas["RegionOut"];
export type Regions = Schemas["RegionsOut"];
export type Pipeline = Schemas["PipelineOut"];
export type World = Schemas["WorldOut"];
export type PastVehicle = Schemas["PastVehicleOut"];
export type History = Schemas["HistoryOut"];
export type Replay = Schemas["ReplayOut"];
export type Marks = Schemas["MarksOut"];
export type Mark = Schemas["MarkOut"];
export type Closure = Schemas["ClosureOut"];
export type ClosureKind = Schemas["ClosureKind"];
export type ClosureRequest = Schemas["ClosureIn"];
export type Geofence = Schemas["GeofenceOut"];
export type Geofences = Schemas["GeofencesOut"];
export type GeofenceRequest = Schemas["GeofenceIn"];
export type Severity = Schemas["Severity"];
export type Alert = Schemas["AlertOut"];
export type Alerts = Schemas["AlertsOut"];

export type DeviceProfile = Schemas["ProfileOut"];
export type DeviceProfiles = Schemas["ProfilesOut"];
export type Device = Schemas["DeviceSpec-Output"];
/** Every part and field of a device written out, as the API gives it. */
export type FullDevice = { [K in keyof Device]-?: Device[K] extends object | undefined ? Required<NonNullable<Device[K]>> : Device[K] };

/** What a device would report of a sample trip, beside the truth. Columns of `fixes` are in the order of sending. */
export type DevicePreview = Schemas["PreviewOut"];

/** A figure of the dashboards: its rows over a span of days, by column. */
export type Figure = Schemas["FigureOut"];
export type Figures = Schemas["FiguresOut"];
export type Topic = Schemas["KafkaTopicOut"];
export type TopicRecord = Schemas["TopicRecordOut"];
export type TopicRecords = Schemas["RecordsOut"];
export type RejectedRecord = Schemas["RejectedRecordOut"];
export type RejectedPage = Schemas["RejectedOut"];
export type MendRequest = Schemas["MendIn"];
export type Mended = Schemas["MendedOut"];
export type LakeDay = Schemas["LakeDayOut"];
export type LayerDay = Schemas["LayerDayOut"];
export type DayQuality = Schemas["DayQualityOut"];
export type Rule = Schemas["RuleOut"];
export type Scenario = Schemas["ScenarioOut"];
export type Scenarios = Schemas["ScenariosOut"];
export type Job = Schemas["JobOut"];
export type JobRequest = Schemas["JobIn"];
/** What is known of one trip beside its plan. */
export type TripTracks = Schemas["TracksOut"];
export type TruthColumns = Schemas["TruthOut"];
export type ReportColumns = Schemas["ReportsOut"];
export type TripEvents = Schemas["EventsOut"];
export type TripEvent = Schemas["EventOut"];
export type TripFacts = Schemas["FactsOut"];
export type TripReport = Schemas["ReportOut"];
export type LakeTrip = Schemas["LakeTripOut"];
export type LakeTrips = Schemas["LakeTripsOut"];
export type TripSort = Schemas["TripSort"];
export type ExportFormat = Schemas["ExportFormat"];
