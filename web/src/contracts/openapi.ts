// Generated from contracts/openapi.json by `make bless`. Do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        CenterOut: {
            lat: number;
            lon: number;
        };
        CircleIn: {
            /** @example 43.7402 */
            lat: number;
            /** @example 7.4286 */
            lon: number;
            radius_m: number;
        };
        ClockIn: {
            /** @description The clock that you saw: a conflict where it was changed since. */
            revision?: number | null;
        };
        /** @description An area that nobody enters (closed) or in which all are slower (slow), in [from, until) of world time. */
        ClosureIn: {
            kind: components["schemas"]["ClosureKind"];
            geometry: components["schemas"]["PolygonIn"] | components["schemas"]["CircleIn"];
            /** @description Of a slow zone: share of the usual speed. */
            speed_factor?: number | null;
            /** @description World time; default: now. */
            from?: string | null;
            /** @description World time; default: until it is deleted. */
            until?: string | null;
        };
        /** @enum {string} */
        ClosureKind: "closed" | "slow";
        ClosureOut: {
            id: string;
            kind: components["schemas"]["ClosureKind"];
            geometry: {
                [key: string]: unknown;
            };
            /** @description Its corners, [longitude, latitude], closed: for drawing. */
            ring: [
                number,
                number
            ][];
            speed_factor: number | null;
            from: string;
            until: string | null;
            created_at: string;
            effect: components["schemas"]["EffectOut"];
        };
        ClosuresOut: {
            items: components["schemas"]["ClosureOut"][];
            next_cursor: string | null;
        };
        ControlOut: {
            lat: number;
            lon: number;
            kind: string;
        };
        /** @description What has become of the trips that were under way or planned. `done` once none waits to be looked at. */
        EffectOut: {
            done: boolean;
            waiting: number;
            rerouted: number;
            unaffected: number;
            no_other_way: number;
            /** @description They go on through it; at most 100, not in lists. */
            trips_without_other_way: components["schemas"]["OtherWayOut"][];
        };
        FieldError: {
            pointer: string;
            detail: string;
        };
        GeometryOut: {
            geometry: components["schemas"]["LineStringOut"];
        };
        HealthOut: {
            /** @enum {string} */
            status: "ok" | "degraded";
            parts: {
                [key: string]: components["schemas"]["PartOut"];
            };
            version: string;
            world: components["schemas"]["WorldOut"] | null;
        };
        /** @description True states, without the devices' errors. A vehicle that does not drive stands where its last trip ended. */
        HistoryOut: {
            at: string;
            vehicles: components["schemas"]["PastVehicleOut"][];
            /** @description Whether there are more than `limit`. */
            truncated: boolean;
        };
        /** @description GeoJSON LineString (RFC 7946): [longitude, latitude] pairs. */
        LineStringIn: {
            /** @constant */
            type: "LineString";
            /**
             * @example [
             *       [
             *         7.4213,
             *         43.7346
             *       ],
             *       [
             *         7.4286,
             *         43.7402
             *       ]
             *     ]
             */
            coordinates: number[][];
        };
        LineStringOut: {
            /** @constant */
            type: "LineString";
            coordinates: [
                number,
                number
            ][];
        };
        OtherWayOut: {
            trip_id: string;
            reason: string;
        };
        PartOut: {
            /** @enum {string} */
            status: "ok" | "degraded";
            detail: string;
        };
        PastVehicleOut: {
            vehicle_id: string;
            name: string;
            vehicle_class: components["schemas"]["VehicleClass"];
            trip_id: string;
            state: components["schemas"]["TripState"];
            lat: number;
            lon: number;
            speed_mps: number;
            heading_deg: number;
            distance_m: number;
            remaining_m: number;
            progress: number;
        };
        PipelineOut: {
            topics: {
                [key: string]: components["schemas"]["TopicOut"];
            };
            stream: components["schemas"]["StreamOut"];
            world: components["schemas"]["WorldOut"];
            worker: components["schemas"]["WorkerOut"];
        };
        PlaceOut: {
            name: string;
            kind: string;
            lat: number;
            lon: number;
        };
        PlacesOut: {
            items: components["schemas"]["PlaceOut"][];
        };
        /** @description GeoJSON Polygon (RFC 7946) with one ring, closed: its last position is its first. */
        PolygonIn: {
            /** @constant */
            type: "Polygon";
            /**
             * @example [
             *       [
             *         [
             *           7.42,
             *           43.735
             *         ],
             *         [
             *           7.422,
             *           43.735
             *         ],
             *         [
             *           7.422,
             *           43.737
             *         ],
             *         [
             *           7.42,
             *           43.735
             *         ]
             *       ]
             *     ]
             */
            coordinates: number[][][];
        };
        PositionOut: {
            lat: number;
            lon: number;
            speed_mps: number;
            heading_deg: number;
        };
        /** @description RFC 9457 problem details; `hint` says what to do. */
        ProblemOut: {
            /** @example urn:rumbo:problem:not-on-road */
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            hint: string;
            errors: components["schemas"]["FieldError"][];
        };
        RateIn: {
            /** @description The clock that you saw: a conflict where it was changed since. */
            revision?: number | null;
            /** @example 10 */
            rate: number;
        };
        RegionOut: {
            name: string;
            bbox: [
                number,
                number,
                number,
                number
            ];
            center: components["schemas"]["CenterOut"];
            /** @description Where clocks are read: a name of the IANA database. */
            timezone: string;
            attribution: string;
            tiles: string;
        };
        RegionsOut: {
            items: components["schemas"]["RegionOut"][];
        };
        ResumeIn: {
            /** @description The clock that you saw: a conflict where it was changed since. */
            revision?: number | null;
            /** @description Default: the rate before the pause. */
            rate?: number | null;
        };
        /** @description Where to go: by waypoints, or exactly along a geometry. */
        RouteIn: {
            waypoints?: components["schemas"]["WaypointIn"][] | null;
            geometry?: components["schemas"]["LineStringIn"] | null;
            /** @default car */
            vehicle_class?: components["schemas"]["VehicleClass"];
            /** @default 0 */
            alternatives?: number;
            provider?: string | null;
        };
        /** @description A route. `duration_s` is that of the vehicle's own solved motion, stops included. */
        RouteOut: {
            geometry: components["schemas"]["LineStringOut"];
            distance_m: number;
            duration_s: number;
            provider: string;
            bbox: [
                number,
                number,
                number,
                number
            ];
            controls: components["schemas"]["ControlOut"][];
            roads: string[];
        };
        RoutesOut: {
            routes: components["schemas"]["RouteOut"][];
        };
        StepIn: {
            /** @description The clock that you saw: a conflict where it was changed since. */
            revision?: number | null;
            /** @example 60 */
            seconds: number;
        };
        StreamOut: {
            rows_per_s: number;
            last_batch_at: string | null;
            batch_duration_ms: number | null;
            rows_landed: {
                [key: string]: number;
            };
        };
        TopicOut: {
            end_offset: number;
            landed: number;
            lag: number;
        };
        /** @description A trip to plan. Without `start_at` it starts now; the same seed gives the same events. */
        TripIn: {
            vehicle_id: string;
            waypoints?: components["schemas"]["WaypointIn"][] | null;
            geometry?: components["schemas"]["LineStringIn"] | null;
            /**
             * @description World time.
             * @example 2026-03-05T07:30:00Z
             */
            start_at?: string | null;
            /** @default standard */
            device_profile?: string;
            seed?: number | null;
            /** @default 0 */
            alternative?: number;
            provider?: string | null;
            /**
             * @description Whether roads are slower at busy hours.
             * @default true
             */
            traffic?: boolean;
        };
        /** @description A trip as it stands now. In lists `route.geometry` is simplified, `controls` and `roads` are empty. */
        TripOut: {
            id: string;
            vehicle_id: string;
            state: components["schemas"]["TripState"];
            start_at: string;
            created_at: string;
            ended_at: string | null;
            seed: number;
            device_profile: string;
            waypoints: components["schemas"]["WaypointOut"][];
            route: components["schemas"]["RouteOut"];
            progress: number;
            eta: string | null;
            position: components["schemas"]["PositionOut"] | null;
            revision: number;
            /** @description Whether the broker has settled when the newest decision takes effect. */
            settled: boolean;
        };
        /** @enum {string} */
        TripState: "scheduled" | "driving" | "waiting" | "paused" | "arrived" | "cancelled" | "failed";
        TripsOut: {
            items: components["schemas"]["TripOut"][];
            next_cursor: string | null;
        };
        VehicleChange: {
            name?: string | null;
            vehicle_class?: components["schemas"]["VehicleClass"] | null;
        };
        /** @enum {string} */
        VehicleClass: "car" | "van" | "truck" | "bus" | "motorcycle" | "bicycle";
        VehicleIn: {
            /** @example Van 7 */
            name: string;
            /** @default car */
            vehicle_class?: components["schemas"]["VehicleClass"];
        };
        VehicleOut: {
            id: string;
            name: string;
            vehicle_class: components["schemas"]["VehicleClass"];
            created_at: string;
            current_trip_id: string | null;
        };
        VehiclesOut: {
            items: components["schemas"]["VehicleOut"][];
            next_cursor: string | null;
        };
        WaypointIn: {
            /** @example 43.7402 */
            lat: number;
            /** @example 7.4286 */
            lon: number;
            /**
             * @description Seconds to stand here; only at points between first and last.
             * @default 0
             */
            dwell_s?: number;
        };
        WaypointOut: {
            /** @example 43.7402 */
            lat: number;
            /** @example 7.4286 */
            lon: number;
            dwell_s: number;
        };
        WorkerOut: {
            world_ms: number | null;
            behind_ms: number | null;
        };
        /** @description World time and how fast it runs. `revision` counts the clock's changes; verbs may name the one they mean. */
        WorldOut: {
            time: string;
            /** @description World seconds a wall second; 0 while paused. */
            rate: number;
            paused: boolean;
            revision: number;
            /** @description World time by which the slowest worker is behind; null: none drives. */
            behind_ms: number | null;
            /** @description The same in wall seconds at the present rate, or that before a pause. */
            behind_s: number | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
type FlattenedDeepRequired<T> = {
    [K in keyof T]-?: FlattenedDeepRequired<T[K] extends unknown[] | undefined | null ? Extract<T[K], unknown[]>[number] : T[K]>;
};
type ReadonlyArray<T> = [
    Exclude<T, undefined>
] extends [
    unknown[]
] ? Readonly<Exclude<T, undefined>> : Readonly<Exclude<T, undefined>[]>;
export const closureKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ClosureKind"]> = ["closed", "slow"];
export const healthOutStatusValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["HealthOut"]["status"]> = ["ok", "degraded"];
export const partOutStatusValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["PartOut"]["status"]> = ["ok", "degraded"];
export const tripStateValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["TripState"]> = ["scheduled", "driving", "waiting", "paused", "arrived", "cancelled", "failed"];
export const vehicleClassValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["VehicleClass"]> = ["car", "van", "truck", "bus", "motorcycle", "bicycle"];
export type operations = Record<string, never>;
