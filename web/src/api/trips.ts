import type { ExportFormat, LakeTrip, Page, Trip, TripEvents, TripFacts, TripReport, TripTracks } from "../contracts/api";
import { request } from "./client";

/** What a list of trips is narrowed to, as the API names it. */
export type TripQuery = Readonly<Partial<Record<"state" | "vehicle_id" | "since" | "until" | "q" | "sort", string>>>;

export type TrackLayer = "planned" | "truth" | "reported" | "cleaned";

const trip = (id: string, what: string) => `/trips/${encodeURIComponent(id)}/${what}`;

function paged(path: string, query: TripQuery, cursor: string | null): string {
  const asked = new URLSearchParams({ limit: "50", ...query, ...(cursor ? { cursor } : {}) });
  return `${path}?${asked}`;
}

export const pageOfTrips = (query: TripQuery, cursor: string | null, signal: AbortSignal) =>
  request<Page<Trip>>("GET", paged("/trips", query, cursor), { signal });

/** Trips of refined days: also those of backfilled days, of which no plan is kept. */
export const pageOfLakeTrips = (query: TripQuery, cursor: string | null, signal: AbortSignal) =>
  request<Page<LakeTrip>>("GET", paged("/lake/trips", query, cursor), { signal });

/** Where a browser fetches the trips of a list as a file. */
export const tripsFile = (query: TripQuery, separator: "comma" | "semicolon"): string =>
  `/api/v1/trips/export.csv?${new URLSearchParams({ ...query, separator })}`;

/** Where a browser fetches a trip's reports as a file. */
export const tripFile = (id: string, format: ExportFormat): string => `/api/v1${trip(id, "export")}?format=${format}`;

export const getTracks = (id: string, layers: readonly TrackLayer[], signal: AbortSignal) =>
  request<TripTracks>("GET", `${trip(id, "tracks")}?layers=${layers.join(",")}`, { signal });

export const getTripEvents = (id: string, signal: AbortSignal) => request<TripEvents>("GET", trip(id, "events"), { signal });

export const getTripFacts = (id: string, signal: AbortSignal) => request<TripFacts>("GET", trip(id, "facts"), { signal });

export const getReport = (id: string, seq: number, signal: AbortSignal) =>
  request<TripReport>("GET", trip(id, `reports/${seq}`), { signal });
