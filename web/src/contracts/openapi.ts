// Generated from contracts/openapi.json by `make bless`. Do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What the stream found in a trip's reports by one of its rules. */
        AlertOut: {
            /** @description Version of this contract. */
            schema_version: number;
            /** @description The alert: follows from the rule, the trip and the report at which it begins. */
            alert_id: string;
            /** @description The trip. */
            trip_id: string;
            /** @description The vehicle. */
            vehicle_id: string;
            /** @description When it was certain, by the device's clock. */
            event_time: string;
            /** @description Which rule raised it. */
            rule: components["schemas"]["AlertRule"];
            /** @description How much it matters. */
            severity: components["schemas"]["Severity"];
            /** @description Time of the first report that caused it. */
            begin_time: string;
            /** @description Number of that report in its trip. */
            first_seq: number;
            /** @description Number of the last report that caused it. */
            last_seq: number;
            /** @description What was found: the greatest, or how long. Unit: by unit. */
            value: number | null;
            /** @description What had to be passed. Unit: by unit. */
            threshold: number | null;
            /** @description Unit of value and threshold; empty without. */
            unit: string;
            /** @description Latitude, WGS 84. Unit: deg. */
            lat: number;
            /** @description Longitude, WGS 84. Unit: deg. */
            lon: number;
            /** @description Road of the last report; empty where it has none. */
            road_name: string;
            /** @description Name of the area; null where it is not about one. */
            geofence: string | null;
            /** @description Version of the rules that raised it. */
            rules_version: string;
        };
        /**
         * @description What an alert says. The names are part of the contract.
         * @enum {string}
         */
        AlertRule: "overspeed" | "harsh_acceleration" | "harsh_braking" | "harsh_cornering" | "idling" | "geofence_entry" | "geofence_exit" | "silent" | "behind_plan" | "arrival";
        /** @description A page of alerts, newest first by `event_time`. */
        AlertsOut: {
            items: components["schemas"]["AlertOut"][];
            next_cursor: string | null;
        };
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
        ColumnOut: {
            name: string;
            type: components["schemas"]["ColumnType"];
            unit: string;
            nullable: boolean;
            description: string;
        };
        /**
         * @description Named as Spark SQL and Delta name them.
         * @enum {string}
         */
        ColumnType: "string" | "binary" | "integer" | "long" | "double" | "timestamp" | "date";
        ControlOut: {
            lat: number;
            lon: number;
            kind: string;
        };
        CountsOut: {
            /** @description Reports that the device made; `seq` numbers them. */
            recorded: number;
            /** @description Records on Kafka, those sent twice counted twice. */
            sent: number;
            dropped: number;
            /** @description Records that break the contract. */
            rejected: number;
            by_trigger: {
                [key: string]: number;
            };
            /** @description Records, or dropped reports, with this label. */
            by_fault: {
                [key: string]: number;
            };
        };
        /** @description `runs` are the newest tries to refine the day, newest first. */
        DayQualityOut: {
            day: string;
            grid: components["schemas"]["LakeDayOut"];
            runs: components["schemas"]["RunOut"][];
        };
        DayRecordsOut: {
            day: string;
            records: number;
        };
        DelayBinOut: {
            /** @description Null: any longer. */
            up_to_ms: number | null;
            count: number;
        };
        DelaysOut: {
            p50: number | null;
            p90: number | null;
            p95: number | null;
            p99: number | null;
            max: number | null;
            histogram: components["schemas"]["DelayBinOut"][];
        };
        /** @description One kind of device. `schema_version` is that of the position events it sends. */
        "DeviceSpec-Input": {
            name: string;
            reporting?: components["schemas"]["Reporting-Input"];
            gnss?: components["schemas"]["Gnss-Input"];
            link?: components["schemas"]["Link-Input"];
            faults?: components["schemas"]["Faults-Input"];
            /** @default 2 */
            schema_version?: number;
        };
        /** @description One kind of device. `schema_version` is that of the position events it sends. */
        "DeviceSpec-Output": {
            name: string;
            reporting?: components["schemas"]["Reporting-Output"];
            gnss?: components["schemas"]["Gnss-Output"];
            link?: components["schemas"]["Link-Output"];
            faults?: components["schemas"]["Faults-Output"];
            /** @default 2 */
            schema_version?: number;
        };
        /**
         * @description How a trip is driven; the ranges behind the names are in `motion`.
         * @enum {string}
         */
        Driver: "calm" | "normal" | "aggressive";
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
        /** @enum {string} */
        EnergyKind: "petrol" | "diesel" | "electric" | "human";
        ErrorsOut: {
            p50: number | null;
            p90: number | null;
            p95: number | null;
            p99: number | null;
            max: number | null;
            /** @description Share of fixes no further off than their stated accuracy; 0.68 is what it promises. */
            within_accuracy: number | null;
        };
        /** @enum {string} */
        EventKind: "state" | "driving" | "alert" | "report";
        /** @description Something that happened on the trip. */
        EventOut: {
            at: string;
            /** @description When it was over; of a state: when the next one began. */
            until: string | null;
            kind: components["schemas"]["EventKind"];
            /** @description The state, the kind of driving event, the alert's rule, or `flagged`. */
            name: string;
            reason: string | null;
            /** @description Of a flagged report: what is odd about it. */
            flags: string[];
            lat: number | null;
            lon: number | null;
            distance_m: number | null;
            /** @description The report at which it begins. */
            seq: number | null;
            value: number | null;
            threshold: number | null;
            unit: string;
            road_name: string;
        };
        /** @description In order of time. */
        EventsOut: {
            trip_id: string;
            items: components["schemas"]["EventOut"][];
            /** @description Whether there are more of a kind than are told (1,000). */
            truncated: boolean;
        };
        /**
         * @description Of `rumbo export`.
         * @enum {string}
         */
        ExportFormat: "csv" | "parquet" | "geoparquet" | "gpx";
        /** @description Plan against actual, as far as plan and lake tell. What nothing tells is null. */
        FactsOut: {
            trip_id: string;
            vehicle_id: string;
            vehicle_name: string | null;
            vehicle_class: string | null;
            device_profile: string | null;
            /** @description Whether its plan is kept here; of a backfilled trip only the lake tells. */
            has_plan: boolean;
            /** @description Whether common/trip_facts has it. */
            refined: boolean;
            state: components["schemas"]["TripState"];
            reason: string | null;
            booked_at: string | null;
            planned_begin_at: string | null;
            begin_at: string | null;
            planned_end_at: string | null;
            end_at: string | null;
            /** @description End less planned end; while it drives, what is expected now. */
            delay_s: number | null;
            planned_distance_m: number | null;
            distance_m: number | null;
            moving_s: number | null;
            stopped_s: number | null;
            paused_s: number | null;
            idle_s: number | null;
            stops: number | null;
            max_speed_mps: number | null;
            energy_kwh: number | null;
            co2_kg: number | null;
            reroutes: number | null;
            reports: number | null;
        };
        /** @description What else goes wrong. Shares are of reports, 0 to 1; `…_per_hour` are mean numbers of episodes in trip time. */
        "Faults-Input": {
            /** @default 0 */
            late_share?: number;
            /**
             * @default [
             *       [
             *         0,
             *         5000
             *       ],
             *       [
             *         0.9,
             *         60000
             *       ],
             *       [
             *         1,
             *         600000
             *       ]
             *     ]
             */
            late_ms?: components["schemas"]["Quantiles"];
            /** @default 0 */
            doubled_share?: number;
            /**
             * @default [
             *       [
             *         0,
             *         0
             *       ],
             *       [
             *         1,
             *         2000
             *       ]
             *     ]
             */
            doubled_ms?: components["schemas"]["Quantiles"];
            /** @default 0 */
            dropped_share?: number;
            /** @default 0 */
            malformed_share?: number;
            /** @default 0 */
            breaking_share?: number;
            /** @default 0 */
            clock_skew_ms?: number;
            /** @default 0 */
            clock_drift_ppm?: number;
            /** @default 0 */
            frozen_per_hour?: number;
            /** @default 30 */
            frozen_s?: number;
            /** @default 0 */
            teleport_per_hour?: number;
            /** @default 3 */
            teleport_s?: number;
            /** @default 5000 */
            teleport_m?: number;
        };
        /** @description What else goes wrong. Shares are of reports, 0 to 1; `…_per_hour` are mean numbers of episodes in trip time. */
        "Faults-Output": {
            /** @default 0 */
            late_share?: number;
            /**
             * @default [
             *       [
             *         0,
             *         5000
             *       ],
             *       [
             *         0.9,
             *         60000
             *       ],
             *       [
             *         1,
             *         600000
             *       ]
             *     ]
             */
            late_ms?: components["schemas"]["Quantiles"];
            /** @default 0 */
            doubled_share?: number;
            /**
             * @default [
             *       [
             *         0,
             *         0
             *       ],
             *       [
             *         1,
             *         2000
             *       ]
             *     ]
             */
            doubled_ms?: components["schemas"]["Quantiles"];
            /** @default 0 */
            dropped_share?: number;
            /** @default 0 */
            malformed_share?: number;
            /** @default 0 */
            breaking_share?: number;
            /** @default 0 */
            clock_skew_ms?: number;
            /** @default 0 */
            clock_drift_ppm?: number;
            /** @default 0 */
            frozen_per_hour?: number;
            /** @default 30 */
            frozen_s?: number;
            /** @default 0 */
            teleport_per_hour?: number;
            /** @default 3 */
            teleport_s?: number;
            /** @default 5000 */
            teleport_m?: number;
        };
        FieldError: {
            pointer: string;
            detail: string;
        };
        /** @enum {string} */
        FigureFormat: "json" | "csv";
        /** @description A figure: one question to the tables of common. */
        FigureHeadOut: {
            name: string;
            title: string;
            /** @description What a row is. */
            grain: string;
            columns: components["schemas"]["ColumnOut"][];
            /** @description Columns that name places whose geometry is given with the rows. */
            shapes: string[];
        };
        /** @description A figure's rows over a span of days (UTC), both taken whole. */
        FigureOut: {
            figure: components["schemas"]["FigureHeadOut"];
            /** @description Null: nothing is refined yet. */
            from: string | null;
            to: string | null;
            /** @description The tables that were read, and at which version. */
            versions: {
                [key: string]: number | null;
            };
            /** @description By column, in the figure's order. */
            items: {
                [key: string]: unknown;
            }[];
            /** @description There are more rows; these are the first. CSV has all. */
            truncated: boolean;
            /** @description GeoJSON geometry by cell or road edge that the rows name. */
            shapes: {
                [key: string]: unknown;
            };
            /** @description Whom to name where the rows are passed on; empty for nobody. */
            attribution: string;
        };
        /** @description All figures, in the order in which a person reads them. */
        FiguresOut: {
            /** @description The days (UTC) that are refined, in order: what can be asked for. */
            days: string[];
            items: components["schemas"]["FigureHeadOut"][];
        };
        /** @description Sent reports as columns, in the order of sending; of very many an even selection. */
        FixesOut: {
            seq: number[];
            /** @description Since the trip's start. */
            sent_after_ms: number[];
            delay_ms: number[];
            lat: number[];
            lon: number[];
            true_lat: number[];
            true_lon: number[];
            accuracy_m: number[];
            /** @description Bits, in the order of `fault_labels`. */
            faults: number[];
        };
        FleetOut: {
            name: string;
            vehicles: number;
            by_class: {
                [key: string]: number;
            };
            /** @description Vehicles that are on a trip now. */
            driving: number;
            /** @description All that its vehicles have, in order. */
            tags: string[];
        };
        FleetsOut: {
            items: components["schemas"]["FleetOut"][];
            next_cursor: string | null;
        };
        /** @description An area whose entries and exits raise alerts, from a moment after the request on. */
        GeofenceIn: {
            /** @example Van 7 */
            name: string;
            geometry: components["schemas"]["PolygonIn"] | components["schemas"]["CircleIn"];
            /**
             * @description Whether to tell that a vehicle comes in.
             * @default true
             */
            entry?: boolean;
            /**
             * @description Whether to tell that a vehicle goes out.
             * @default true
             */
            exit?: boolean;
            /** @default info */
            severity?: components["schemas"]["Severity"];
        };
        /** @description An area that alerts are found by. Those of the rules' file have no id, and cannot be changed here. */
        GeofenceOut: {
            id: string | null;
            /** @enum {string} */
            source: "map" | "file";
            name: string;
            /** @description Its corners, [longitude, latitude], closed. */
            ring: [
                number,
                number
            ][];
            entry: boolean;
            exit: boolean;
            severity: components["schemas"]["Severity"];
            /** @description World time: reports from then on are held against it. Null: all are. */
            from: string | null;
        };
        /** @description Those of the rules' file first, then the drawn ones in the order in which they were drawn. */
        GeofencesOut: {
            items: components["schemas"]["GeofenceOut"][];
        };
        GeometryOut: {
            geometry: components["schemas"]["LineStringOut"];
        };
        /** @description How good the receiver's fixes are. Sigmas are per axis, in metres; errors are correlated over the times given. */
        "Gnss-Input": {
            /** @default false */
            ideal?: boolean;
            /** @default 3 */
            open_sigma_m?: number;
            /** @default 12 */
            canyon_sigma_m?: number;
            /** @default 25 */
            tunnel_sigma_m?: number;
            /** @default 120000 */
            correlation_ms?: number;
            /** @default 30000 */
            degraded_correlation_ms?: number;
            /** @default 0.12 */
            speed_sigma_mps?: number;
            /** @default 1.5 */
            heading_sigma_deg?: number;
        };
        /** @description How good the receiver's fixes are. Sigmas are per axis, in metres; errors are correlated over the times given. */
        "Gnss-Output": {
            /** @default false */
            ideal?: boolean;
            /** @default 3 */
            open_sigma_m?: number;
            /** @default 12 */
            canyon_sigma_m?: number;
            /** @default 25 */
            tunnel_sigma_m?: number;
            /** @default 120000 */
            correlation_ms?: number;
            /** @default 30000 */
            degraded_correlation_ms?: number;
            /** @default 0.12 */
            speed_sigma_mps?: number;
            /** @default 1.5 */
            heading_sigma_deg?: number;
        };
        HTTPValidationError: {
            detail?: components["schemas"]["ValidationError"][];
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
        /** @description What an import did, or with `dry_run` would have done. All lines are made or none. */
        ImportOut: {
            rows: number;
            created: number;
            /** @description Vehicles that the same line had made before, or that are just so. */
            known: number;
            dry_run: boolean;
        };
        /** @description What a kind does not take is refused. */
        JobIn: {
            kind: components["schemas"]["JobKind"];
            /** @description refine: the first day. */
            from?: string | null;
            /** @description refine: the last day, included. */
            to?: string | null;
            /** @description refine: this layer only. */
            layer?: ("staging" | "common") | null;
            /**
             * @description scenario, scenario-check: its name.
             * @example deliveries
             */
            scenario?: string | null;
            /** @description scenario: world seconds a second. */
            speed?: number | null;
            /** @description scenario: so many in all, in proportion. */
            vehicles?: number | null;
            /** @description scenario: for so many days instead of its own span. */
            days?: number | null;
            /** @description scenario: other vehicles, other trips. */
            seed?: number | null;
        };
        /**
         * @description The kinds of jobs.
         * @enum {string}
         */
        JobKind: "refine" | "audit" | "scenario" | "scenario-check";
        /** @description A job. `outcome` is the command's word: done, nothing-to-do, quality-failure, balanced, unbalanced, error. */
        JobOut: {
            id: string;
            kind: components["schemas"]["JobKind"];
            parameters: {
                [key: string]: string;
            };
            state: components["schemas"]["JobState"];
            outcome: string;
            created_at: string;
            begun_at: string | null;
            ended_at: string | null;
            exit_code: number | null;
            /** @description The last lines of what it said; in lists the last one. */
            output: string[];
            /** @description What the command printed as JSON; null in lists. */
            result: unknown;
        };
        /** @enum {string} */
        JobState: "queued" | "running" | "done" | "failed" | "cancelled";
        /** @description Jobs, newest first. */
        JobsOut: {
            items: components["schemas"]["JobOut"][];
            next_cursor: string | null;
        };
        JsonValue: unknown;
        KafkaTopicOut: {
            name: string;
            /** @description What a record's key is. */
            key: string;
            description: string;
            /** @description `delete`: records go after some time; `compact`: each key's newest stays. */
            cleanup: string;
            /** @description Offsets that it holds. Some have no record: marks of transactions, and what was compacted. */
            records: number;
            partitions: components["schemas"]["PartitionOut"][];
        };
        KafkaTopicsOut: {
            items: components["schemas"]["KafkaTopicOut"][];
        };
        LakeDayOut: {
            day: string;
            landing: components["schemas"]["LandingDayOut"];
            staging: components["schemas"]["LayerDayOut"];
            common: components["schemas"]["LayerDayOut"];
        };
        /** @description Days by event time, in order: those with rows in landing, and those that were ever refined. */
        LakeDaysOut: {
            items: components["schemas"]["LakeDayOut"][];
        };
        LakeTripOut: {
            trip_id: string;
            vehicle_id: string;
            vehicle_name: string | null;
            vehicle_class: string | null;
            state: components["schemas"]["TripState"];
            reason: string | null;
            booked_at: string;
            begin_at: string | null;
            end_at: string | null;
            distance_m: number;
            delay_s: number | null;
        };
        /** @description Trips of refined days, the latest first. */
        LakeTripsOut: {
            items: components["schemas"]["LakeTripOut"][];
            next_cursor: string | null;
        };
        LandingDayOut: {
            rows: number;
            tables: {
                [key: string]: number;
            };
            /** @description Records that the broker took on this day (wall time) and the stream rejected. */
            rejected: number;
        };
        /** @enum {string} */
        Layer: "landing" | "staging" | "common";
        /** @description `run` and `refined_at` (wall time) are of what is published; `state` is how the newest run ended. */
        LayerDayOut: {
            rows: number;
            tables: {
                [key: string]: number;
            };
            state: components["schemas"]["Verdict"];
            run: string | null;
            refined_at: string | null;
            /** @description Whether landing's rows have changed since. */
            stale: boolean;
            failed_rules: number;
            warned_rules: number;
        };
        /**
         * @description What a vehicle can do on a road when driven normally.
         *
         *     `acceleration_mps2` and `braking_mps2` are the service limits that a driver uses, well under SUMO's
         *     `accel`/`decel` defaults (car 2.6/4.5, truck 1.3/4, bus 1.2/4), which are the vehicle's; real 1 Hz
         *     drives show p95 1.49 m/s² and 1.66 m/s² (CMAP subset, fastsim 2.1.5).
         *     `lateral_mps2` bounds v²/r in curves. `smoothing_s` is the length of the box filter that turns steps
         *     of acceleration into ramps, so jerk is at most (acceleration + braking) / smoothing.
         */
        Limits: {
            max_speed_mps: number;
            acceleration_mps2: number;
            braking_mps2: number;
            lateral_mps2: number;
            smoothing_s: number;
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
        /**
         * @description The way from the device to Kafka: a chain of three states (good, weak, lost), seeded, in trip time.
         *
         *     Mean lengths in s; `weak_s` or `lost_s` of 0 leave that state out. `delay_ms` holds while good, `weak_delay_ms`
         *     while weak. What is recorded while lost is kept, at most `buffer` reports (the oldest are dropped), and sent
         *     `burst_ms` apart when the link is back; with a buffer of 0 it is dropped.
         */
        "Link-Input": {
            /** @default 600 */
            good_s?: number;
            /** @default 0 */
            weak_s?: number;
            /** @default 0 */
            lost_s?: number;
            /** @default false */
            lost_in_tunnels?: boolean;
            /**
             * @default [
             *       [
             *         0,
             *         0
             *       ],
             *       [
             *         1,
             *         0
             *       ]
             *     ]
             */
            delay_ms?: components["schemas"]["Quantiles"];
            /**
             * @default [
             *       [
             *         0,
             *         0
             *       ],
             *       [
             *         1,
             *         0
             *       ]
             *     ]
             */
            weak_delay_ms?: components["schemas"]["Quantiles"];
            /** @default 10000 */
            buffer?: number;
            /** @default 20 */
            burst_ms?: number;
            /** @default true */
            in_order?: boolean;
        };
        /**
         * @description The way from the device to Kafka: a chain of three states (good, weak, lost), seeded, in trip time.
         *
         *     Mean lengths in s; `weak_s` or `lost_s` of 0 leave that state out. `delay_ms` holds while good, `weak_delay_ms`
         *     while weak. What is recorded while lost is kept, at most `buffer` reports (the oldest are dropped), and sent
         *     `burst_ms` apart when the link is back; with a buffer of 0 it is dropped.
         */
        "Link-Output": {
            /** @default 600 */
            good_s?: number;
            /** @default 0 */
            weak_s?: number;
            /** @default 0 */
            lost_s?: number;
            /** @default false */
            lost_in_tunnels?: boolean;
            /**
             * @default [
             *       [
             *         0,
             *         0
             *       ],
             *       [
             *         1,
             *         0
             *       ]
             *     ]
             */
            delay_ms?: components["schemas"]["Quantiles"];
            /**
             * @default [
             *       [
             *         0,
             *         0
             *       ],
             *       [
             *         1,
             *         0
             *       ]
             *     ]
             */
            weak_delay_ms?: components["schemas"]["Quantiles"];
            /** @default 10000 */
            buffer?: number;
            /** @default 20 */
            burst_ms?: number;
            /** @default true */
            in_order?: boolean;
        };
        /** @description Rows of a table that were made of the report. */
        MadeOut: {
            table: string;
            version: number | null;
            rows: number;
            /** @description What names the first of them. */
            key: {
                [key: string]: unknown;
            };
            /** @description The tables that it went through. */
            of: string[];
        };
        /** @description Something to jump to: a trip that began, ended or was stopped, or an alert. */
        MarkOut: {
            at: string;
            /** @description state or alert. */
            kind: string;
            /** @description The trip's new state, or the alert's rule. */
            what: string;
            vehicle_id: string;
            trip_id: string;
            lat: number | null;
            lon: number | null;
        };
        MarksOut: {
            items: components["schemas"]["MarkOut"][];
            /** @description Whether there are more; ask for a shorter span. */
            truncated: boolean;
            /** @description How many vehicles reported in each of 288 equal parts of the span. */
            activity: number[];
        };
        MendIn: {
            /** @example rumbo.positions */
            topic: string;
            partition: number;
            offset: number;
            /** @description The whole record as it ought to be, JSON. Default: the one that was sent. */
            payload?: string | null;
            /**
             * @description Fields to change in it.
             * @example {
             *       "speed_mps": 3.5
             *     }
             */
            changes?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /**
             * @description Why it is mended so.
             * @default
             */
            note?: string;
        };
        /** @description `day` takes the record in when it is refined. */
        MendedOut: {
            event: string;
            day: string;
            payload: string;
        };
        /** @description Records of one Kafka partition: `records` of those from `first` to `last`, both taken. */
        OffsetsOut: {
            topic: string;
            partition: number;
            first: number;
            last: number;
            records: number;
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
        /** @description Offsets that a partition holds: from `first` to the one before `next`. `at` is where a tail goes on. */
        PartitionOut: {
            partition: number;
            first: number;
            next: number;
            at: number;
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
        PayloadOut: {
            seq: number;
            sent_after_ms: number;
            faults: string[];
            /** @description The record's bytes as text; bytes that are no UTF-8 as \xNN. */
            text: string;
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
        /** @description A device to try: described here, or a profile by name. */
        PreviewIn: {
            device?: components["schemas"]["DeviceSpec-Input"] | null;
            name?: string | null;
            sample?: components["schemas"]["SampleIn"];
            /** @description Other seeds, other luck. Default: the sample trip's, or 1. */
            seed?: number | null;
            /**
             * @description So many payloads, and as many spoilt ones.
             * @default 10
             */
            payloads?: number;
        };
        PreviewOut: {
            device: components["schemas"]["DeviceSpec-Output"];
            sample: components["schemas"]["SampleOut"];
            counts: components["schemas"]["CountsOut"];
            delay_ms: components["schemas"]["DelaysOut"];
            error_m: components["schemas"]["ErrorsOut"];
            /** @description Where the vehicle truly drove. */
            track: components["schemas"]["LineStringOut"];
            fixes: components["schemas"]["FixesOut"];
            fault_labels: string[];
            /** @description The first records, and the first that are spoilt. */
            payloads: components["schemas"]["PayloadOut"][];
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
        ProfileOut: {
            name: string;
            /** @description Ready-made ones stay as they are. */
            ready_made: boolean;
            /** @description How many vehicles have it as theirs. */
            vehicles: number;
            device: components["schemas"]["DeviceSpec-Output"];
        };
        ProfilesOut: {
            items: components["schemas"]["ProfileOut"][];
            next_cursor: null;
        };
        Quantiles: [
            number,
            number
        ][];
        RateIn: {
            /** @description The clock that you saw: a conflict where it was changed since. */
            revision?: number | null;
            /** @example 10 */
            rate: number;
        };
        ReasonOut: {
            topic: string;
            rule: string;
            records: number;
            mended: number;
        };
        RecordOut: {
            topic: string;
            partition: number;
            offset: number;
            broker_time: string;
            ingest_time: string;
            /** @description The record's value, byte for byte. */
            payload: string;
        };
        /** @description Records in the order in which the brokers took them. There is always a `next_cursor`: a tail has no end. */
        RecordsOut: {
            topic: string;
            items: components["schemas"]["TopicRecordOut"][];
            partitions: components["schemas"]["PartitionOut"][];
            /** @description Offsets that were looked through for these. */
            searched: number;
            /** @description Offsets from here to the end. */
            behind: number;
            next_cursor: string;
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
        /** @description Rejected records, newest first; `reasons` and `days` are of all of them, whatever the page. */
        RejectedOut: {
            items: components["schemas"]["RejectedRecordOut"][];
            next_cursor: string | null;
            reasons: components["schemas"]["ReasonOut"][];
            days: components["schemas"]["DayRecordsOut"][];
        };
        RejectedRecordOut: {
            kafka_topic: string;
            kafka_partition: number;
            kafka_offset: number;
            broker_time: string;
            /** @description The first rule of the contract that it broke. */
            rule: string;
            field: string | null;
            reason: string;
            is_mended: boolean;
            mended_at: string | null;
            /** @description The day that takes it in when it is refined. */
            mended_day: string | null;
            note: string | null;
            /** @description As text, at most 100,000 characters. */
            payload: string | null;
            size: number;
        };
        /** @description What the devices reported, with their errors, as it lies in landing. */
        ReplayOut: {
            first: string;
            last: string;
            step_s: number;
            vehicles: components["schemas"]["ReplayVehicleOut"][];
        };
        /** @description A vehicle's reports in the span: columns of equal length, in order of time, the newest of each step. */
        ReplayVehicleOut: {
            vehicle_id: string;
            vehicle_class: components["schemas"]["VehicleClass"];
            /** @description When it was recorded: ms since the Unix epoch, world time. */
            time_ms: number[];
            trip_id: string[];
            state: components["schemas"]["TripState"][];
            lat: number[];
            lon: number[];
            speed_mps: number[];
            heading_deg: number[];
            distance_m: number[];
            remaining_m: number[];
            progress: number[];
        };
        /** @description One report from Kafka to the last row made of it. */
        ReportOut: {
            trip_id: string;
            seq: number;
            /** @description Each time that it came, the first first. */
            records: components["schemas"]["RecordOut"][];
            /** @description Its row of staging/positions. */
            refined: {
                [key: string]: unknown;
            } | null;
            made: components["schemas"]["MadeOut"][];
        };
        /**
         * @description When the device reports: at the first sample at which any of these holds. Samples are `sample_ms` apart.
         *
         *     `interval_ms` since the last report, or `standing_interval_ms` while standing (None: the same); `distance_m`
         *     driven since then; course changed by `turn_deg` since then; ignition switched on or off. The first sample of a
         *     trip and its end are always reported. Samples are never further apart than `interval_ms`.
         */
        "Reporting-Input": {
            /** @default 1000 */
            interval_ms?: number;
            standing_interval_ms?: number | null;
            distance_m?: number | null;
            turn_deg?: number | null;
            /** @default false */
            on_ignition?: boolean;
            /** @default 1000 */
            sample_ms?: number;
        };
        /**
         * @description When the device reports: at the first sample at which any of these holds. Samples are `sample_ms` apart.
         *
         *     `interval_ms` since the last report, or `standing_interval_ms` while standing (None: the same); `distance_m`
         *     driven since then; course changed by `turn_deg` since then; ignition switched on or off. The first sample of a
         *     trip and its end are always reported. Samples are never further apart than `interval_ms`.
         */
        "Reporting-Output": {
            /** @default 1000 */
            interval_ms?: number;
            standing_interval_ms?: number | null;
            distance_m?: number | null;
            turn_deg?: number | null;
            /** @default false */
            on_ignition?: boolean;
            /** @default 1000 */
            sample_ms?: number;
        };
        /** @description Columns in order of `seq`. Of more than 5,000 an even selection, the flagged ones among it. */
        ReportsOut: {
            /** @description So many there are. */
            rows: number;
            seq: number[];
            /** @description The device's clock. */
            time_ms: number[];
            lat: number[];
            lon: number[];
            speed_mps: (number | null)[];
            limit_mps: (number | null)[];
            distance_m: (number | null)[];
            /** @description Bits, in the order of `flag_labels`; 0 in reported. */
            flags: number[];
            /** @description What `topic` counts: a backfill has a topic of its own. */
            topics: string[];
            topic: number[];
            partition: number[];
            offset: number[];
        };
        /** @description What became of one entry: its id, or what is wrong with it. */
        ResultOut: {
            id: string | null;
            /** @description Whether the same order had made it before. */
            known: boolean;
            error: components["schemas"]["ProblemOut"] | null;
        };
        /** @description One result an entry, in order. */
        ResultsOut: {
            results: components["schemas"]["ResultOut"][];
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
        /** @description A page of a table's rows as they lie in its files, all of one version, whatever is written meanwhile. */
        RowsOut: {
            table: components["schemas"]["TableOut"];
            /** @description The version that the rows are of. */
            version: number | null;
            /** @description By column. Times are RFC 3339 in UTC, bytes base64, what is no number null. */
            items: {
                [key: string]: unknown;
            }[];
            next_cursor: string | null;
        };
        RuleOut: {
            table: string;
            rule: string;
            /** @enum {string} */
            severity: "error" | "warning";
            /** @description What is true where the rule holds. */
            description: string;
            passed: boolean;
            rows_checked: number;
            rows_broken: number;
            sample: {
                [key: string]: unknown;
            }[];
        };
        RunOut: {
            /** @enum {string} */
            layer: "staging" | "common";
            run: string;
            checked_at: string;
            /** @description Whether what stands now is of this run. */
            published: boolean;
            /** @description Those that were broken first. */
            rules: components["schemas"]["RuleOut"][];
        };
        /** @description The trip to try a device on: one there is, or a route of its own; of neither, a built-in one. */
        SampleIn: {
            trip_id?: string | null;
            waypoints?: components["schemas"]["WaypointIn"][] | null;
            vehicle_class?: components["schemas"]["VehicleClass"] | null;
        };
        SampleOut: {
            /** @enum {string} */
            kind: "trip" | "route" | "built-in";
            trip_id: string | null;
            start_at: string;
            distance_m: number;
            duration_s: number;
            seed: number;
            /** @description Whether only the beginning of a long trip was looked at. */
            cut: boolean;
        };
        ScenarioIn: {
            /** @description The scenario's file, in YAML. */
            text: string;
        };
        ScenarioOut: {
            name: string;
            /** @description It comes with Rumbo and stays as it is. */
            is_ready_made: boolean;
            title: string;
            title_es: string;
            vehicles: number | null;
            /** @description Why it cannot be used; empty where it can. */
            problem: string;
            /** @description Null in lists. */
            text: string | null;
        };
        ScenariosOut: {
            items: components["schemas"]["ScenarioOut"][];
        };
        /**
         * @description What divides the cells. A file with semicolons is as Excel reads and writes it where decimals have a comma.
         * @enum {string}
         */
        Separator: "comma" | "semicolon";
        /** @enum {string} */
        Severity: "info" | "warning" | "critical";
        StepIn: {
            /** @description The clock that you saw: a conflict where it was changed since. */
            revision?: number | null;
            /** @example 60 */
            seconds: number;
        };
        /** @description The rows of one table that went into the row. */
        StepOut: {
            table: string;
            version: number | null;
            /** @description The tables that were made from them. */
            made: string[];
            /** @description The columns that they were found by. */
            by: string[];
            rows: number;
            /** @description Of landing's tables only. */
            offsets: components["schemas"]["OffsetsOut"][];
        };
        StreamOut: {
            rows_per_s: number;
            last_batch_at: string | null;
            batch_duration_ms: number | null;
            rows_landed: {
                [key: string]: number;
            };
        };
        /** @description A table as it is now. Nobody has written one of version null yet. */
        TableOut: {
            /** @description `layer.table`, as SQL names it. */
            name: string;
            layer: components["schemas"]["Layer"];
            table: string;
            /** @description What a row is. */
            grain: string;
            partition_by: string[];
            /** @description The tables that its rows are made from. */
            sources: string[];
            rows: number | null;
            files: number | null;
            /** @description Of the newest version's files. */
            bytes: number | null;
            version: number | null;
            /** @description When the newest version was written: wall time. */
            committed_at: string | null;
            /** @description Whom to name where rows are passed on; empty for nobody. */
            attribution: string;
            columns: components["schemas"]["ColumnOut"][];
            /** @description Why the table cannot be read; its numbers are null then. */
            problem: string;
        };
        /** @description All tables, from landing to common, in the order in which they are made. */
        TablesOut: {
            items: components["schemas"]["TableOut"][];
        };
        TopicOut: {
            end_offset: number;
            landed: number;
            lag: number;
        };
        TopicRecordOut: {
            partition: number;
            offset: number;
            /** @description When the broker took it: wall time. */
            timestamp: string;
            key: string | null;
            /** @description As text; null for a tombstone. */
            payload: string | null;
            /** @description Bytes of the payload. */
            size: number;
            /** @description Whether the payload is longer than what is shown; limit=1 shows most. */
            cut: boolean;
        };
        TraceEventOut: {
            topic: string;
            partition: number;
            offset: number;
            payload: string;
        };
        /** @description A row and what it was made from, from its own table down to the records in Kafka. */
        TraceOut: {
            table: string;
            version: number | null;
            row: {
                [key: string]: unknown;
            };
            steps: components["schemas"]["StepOut"][];
            event: components["schemas"]["TraceEventOut"] | null;
        };
        /**
         * @description The layers asked for, null where there is nothing of one.
         *
         *     A backfilled trip has no plan here; staging has a trip when its day is refined.
         */
        TracksOut: {
            trip_id: string;
            /** @description As first planned, up to its end. */
            planned: components["schemas"]["TruthOut"] | null;
            /** @description What the vehicle did, up to now. */
            truth: components["schemas"]["TruthOut"] | null;
            /** @description landing/positions: each copy that came. */
            reported: components["schemas"]["ReportsOut"] | null;
            /** @description staging/positions: each report once, flagged. */
            cleaned: components["schemas"]["ReportsOut"] | null;
            flag_labels: string[];
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
            /** @description Ready-made or your own; left out: the vehicle's. */
            device_profile?: string | null;
            /** @description A device of this trip alone, instead of a profile. */
            device?: components["schemas"]["DeviceSpec-Input"] | null;
            /** @description Left out: the vehicle's. */
            driver?: components["schemas"]["Driver"] | null;
            seed?: number | null;
            /** @default 0 */
            alternative?: number;
            provider?: string | null;
            /**
             * @description Whether roads are slower at busy hours.
             * @default true
             */
            traffic?: boolean;
            /** @description Your own id; left out, it gets one. The same order with the same id again is no second trip. */
            id?: string | null;
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
            /** @description The name of its device. */
            device_profile: string;
            /** @description Fuel or charge at the start, as a share of full. */
            energy_start: number;
            /** @description The same at its end, as planned now. */
            energy_end: number;
            /** @description What its vehicle had driven before. */
            odometer_start_m: number;
            waypoints: components["schemas"]["WaypointOut"][];
            route: components["schemas"]["RouteOut"];
            progress: number;
            eta: string | null;
            position: components["schemas"]["PositionOut"] | null;
            revision: number;
            /** @description Whether the broker has settled when the newest decision takes effect. */
            settled: boolean;
        };
        /**
         * @description In what order trips are listed; `-`: the last first.
         * @enum {string}
         */
        TripSort: "-created_at" | "-start_at" | "start_at";
        /** @enum {string} */
        TripState: "scheduled" | "driving" | "waiting" | "paused" | "arrived" | "cancelled" | "failed";
        TripsIn: {
            /** @description Each stands or falls by itself. */
            trips: components["schemas"]["TripIn"][];
        };
        TripsOut: {
            items: components["schemas"]["TripOut"][];
            next_cursor: string | null;
        };
        /** @description Columns in order of time: the trip's exact state, computed from its plan. */
        TruthOut: {
            /** @description World time between two moments. */
            step_ms: number;
            /** @description World time, ms since the Unix epoch. */
            time_ms: number[];
            lat: number[];
            lon: number[];
            speed_mps: number[];
            /** @description Posted limit; null where the map knows none. */
            limit_mps: (number | null)[];
            distance_m: number[];
        };
        ValidationError: {
            loc: (string | number)[];
            msg: string;
            type: string;
            input?: unknown;
            ctx?: Record<string, never>;
        };
        /** @description What to change; what is left out stays, and so does what is null, but for the fleet: null takes it out of it. */
        VehicleChange: {
            name?: string | null;
            vehicle_class?: components["schemas"]["VehicleClass"] | null;
            fleet?: string | null;
            tags?: string[] | null;
            /** @description As a whole: {} makes it a usual one of its class. */
            spec?: {
                /** @enum {string} */
                energy?: "petrol" | "diesel" | "electric" | "human";
                mass_kg?: number;
                drag_area_m2?: number;
                rolling_resistance?: number;
                power_kw?: number;
                auxiliary_kw?: number;
                capacity_kwh?: number;
                limits?: {
                    max_speed_mps?: number;
                    acceleration_mps2?: number;
                    braking_mps2?: number;
                    lateral_mps2?: number;
                    smoothing_s?: number;
                };
            } | null;
            driver?: components["schemas"]["Driver"] | null;
            device_profile?: string | null;
            /** @description Fills it up, or empties it. */
            energy_level?: number | null;
        };
        /** @enum {string} */
        VehicleClass: "car" | "van" | "truck" | "bus" | "motorcycle" | "bicycle";
        VehicleIn: {
            /** @example Van 7 */
            name: string;
            /** @default car */
            vehicle_class?: components["schemas"]["VehicleClass"];
            id?: string | null;
            /**
             * @description The group it belongs to.
             * @example couriers
             */
            fleet?: string | null;
            /** @default [] */
            tags?: string[];
            /**
             * @description What differs from its class's parameters. They are checked by the same ranges as a plan's.
             * @default {}
             * @example {
             *       "limits": {
             *         "max_speed_mps": 30
             *       },
             *       "mass_kg": 1800
             *     }
             */
            spec?: {
                /** @enum {string} */
                energy?: "petrol" | "diesel" | "electric" | "human";
                mass_kg?: number;
                drag_area_m2?: number;
                rolling_resistance?: number;
                power_kw?: number;
                auxiliary_kw?: number;
                capacity_kwh?: number;
                limits?: {
                    max_speed_mps?: number;
                    acceleration_mps2?: number;
                    braking_mps2?: number;
                    lateral_mps2?: number;
                    smoothing_s?: number;
                };
            };
            /** @default normal */
            driver?: components["schemas"]["Driver"];
            /**
             * @description Of its trips that name none: ready-made, or your own.
             * @default standard
             */
            device_profile?: string;
            /**
             * @description Share of full.
             * @default 1
             */
            energy_level?: number;
        };
        VehicleOut: {
            id: string;
            name: string;
            vehicle_class: components["schemas"]["VehicleClass"];
            fleet: string | null;
            tags: string[];
            /**
             * @description What differs from its class's parameters. They are checked by the same ranges as a plan's.
             * @example {
             *       "limits": {
             *         "max_speed_mps": 30
             *       },
             *       "mass_kg": 1800
             *     }
             */
            spec: {
                /** @enum {string} */
                energy?: "petrol" | "diesel" | "electric" | "human";
                mass_kg?: number;
                drag_area_m2?: number;
                rolling_resistance?: number;
                power_kw?: number;
                auxiliary_kw?: number;
                capacity_kwh?: number;
                limits?: {
                    max_speed_mps?: number;
                    acceleration_mps2?: number;
                    braking_mps2?: number;
                    lateral_mps2?: number;
                    smoothing_s?: number;
                };
            };
            /** @description In full: its class's, with its `spec` in their place. */
            parameters: components["schemas"]["VehicleSpec"];
            driver: components["schemas"]["Driver"];
            device_profile: string;
            /** @description Share of full, as last set by hand. */
            energy_level: number;
            /** @description Share of full that its last trip leaves; while it drives: at that trip's end. */
            energy_left: number;
            /** @description As its last trip leaves it; while it drives: at that trip's end. */
            odometer_m: number;
            created_at: string;
            current_trip_id: string | null;
        };
        /** @description One vehicle's parameters, all that motion and energy need of it. They stand whole in every plan. */
        VehicleSpec: {
            limits: components["schemas"]["Limits"];
            energy: components["schemas"]["EnergyKind"];
            mass_kg: number;
            drag_area_m2: number;
            rolling_resistance: number;
            power_kw: number;
            auxiliary_kw: number;
            capacity_kwh: number;
        };
        /** @description Each stands or falls by itself. */
        VehiclesIn: {
            vehicles: components["schemas"]["VehicleIn"][];
        };
        VehiclesOut: {
            items: components["schemas"]["VehicleOut"][];
            next_cursor: string | null;
        };
        /**
         * @description How the newest run of a layer's day ended.
         * @enum {string}
         */
        Verdict: "none" | "ok" | "warning" | "failed";
        /** @description The quickest order in which to visit the points; the first and the last stay where they are. */
        VisitingOrderOut: {
            /** @description Places of the given points, from 0, in the new order. */
            order: number[];
            /** @description Of driving, without the stops' own time. */
            duration_s: number;
            /** @description In the order given; null where that cannot be driven. */
            given_duration_s: number | null;
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
export const alertRuleValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["AlertRule"]> = ["overspeed", "harsh_acceleration", "harsh_braking", "harsh_cornering", "idling", "geofence_entry", "geofence_exit", "silent", "behind_plan", "arrival"];
export const closureKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ClosureKind"]> = ["closed", "slow"];
export const columnTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ColumnType"]> = ["string", "binary", "integer", "long", "double", "timestamp", "date"];
export const driverValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Driver"]> = ["calm", "normal", "aggressive"];
export const energyKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["EnergyKind"]> = ["petrol", "diesel", "electric", "human"];
export const eventKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["EventKind"]> = ["state", "driving", "alert", "report"];
export const exportFormatValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ExportFormat"]> = ["csv", "parquet", "geoparquet", "gpx"];
export const figureFormatValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["FigureFormat"]> = ["json", "csv"];
export const geofenceOutSourceValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["GeofenceOut"]["source"]> = ["map", "file"];
export const healthOutStatusValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["HealthOut"]["status"]> = ["ok", "degraded"];
export const jobInLayerAnyOf0Values: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["JobIn"]["layer"]> = ["staging", "common"];
export const jobKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["JobKind"]> = ["refine", "audit", "scenario", "scenario-check"];
export const jobStateValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["JobState"]> = ["queued", "running", "done", "failed", "cancelled"];
export const layerValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Layer"]> = ["landing", "staging", "common"];
export const partOutStatusValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["PartOut"]["status"]> = ["ok", "degraded"];
export const ruleOutSeverityValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["RuleOut"]["severity"]> = ["error", "warning"];
export const runOutLayerValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["RunOut"]["layer"]> = ["staging", "common"];
export const sampleOutKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["SampleOut"]["kind"]> = ["trip", "route", "built-in"];
export const separatorValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Separator"]> = ["comma", "semicolon"];
export const severityValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Severity"]> = ["info", "warning", "critical"];
export const tripSortValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["TripSort"]> = ["-created_at", "-start_at", "start_at"];
export const tripStateValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["TripState"]> = ["scheduled", "driving", "waiting", "paused", "arrived", "cancelled", "failed"];
export const vehicleChangeSpecAnyOf0EnergyValues: ReadonlyArray<Extract<FlattenedDeepRequired<components>["schemas"]["VehicleChange"]["spec"], {
    energy: unknown;
}>["energy"]> = ["petrol", "diesel", "electric", "human"];
export const vehicleClassValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["VehicleClass"]> = ["car", "van", "truck", "bus", "motorcycle", "bicycle"];
export const vehicleInSpecEnergyValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["VehicleIn"]["spec"]["energy"]> = ["petrol", "diesel", "electric", "human"];
export const vehicleOutSpecEnergyValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["VehicleOut"]["spec"]["energy"]> = ["petrol", "diesel", "electric", "human"];
export const verdictValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Verdict"]> = ["none", "ok", "warning", "failed"];
export type operations = Record<string, never>;
