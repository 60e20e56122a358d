"""All that the lake has of one trip: its reports as they landed and as refined, what happened, what it came to.

Read without Spark and within bounds; of tables with days only the files of the days named are opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from rumbo.errors import Unavailable
from rumbo.lake.catalog import catalog, day_column
from rumbo.lake.engine import MEMORY_MB, engine
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined.words import FINAL
from rumbo.lake.sql import limited, told

TIMEOUT_S = 20.0
FLAGS = ("late", "out_of_order", "gap", "jump", "frozen", "clock_off", "doubled")
"""What may be odd about a report of staging/positions, in the order of the bits."""
_BITS = " + ".join(
    f"{1 << bit} * {'(copies > 1)::INT' if flag == 'doubled' else f'is_{flag}'}"
    for bit, flag in enumerate(FLAGS)
)
_REPORT = (
    "seq, epoch_ms(event_time) AS time_ms, round(lat, 7) AS lat, round(lon, 7) AS lon,"
    " round(speed_mps, 2) AS speed_mps, round(speed_limit_mps, 2) AS limit_mps, round(distance_m, 1) AS distance_m,"
    " kafka_topic AS topic, kafka_partition AS partition, kafka_offset AS offset"
)

type Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Days:
    """Days (UTC) from the first to the last, both taken."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Reports:
    """Columns of a trip's reports in order of seq; `rows` are so many as there are, of which some may be left out."""

    columns: dict[str, list[Any]]
    rows: int


class TripRows:
    """Queries on one connection; every one is about one trip."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, trip_id: str) -> None:
        self._connection = connection
        self._trip_id = trip_id

    def reported(self, most: int) -> Reports:
        """landing.positions: every copy of every report that came."""
        return self._reports("landing.positions", f"{_REPORT}, 0 AS flags", most)

    def cleaned(self, most: int) -> Reports:
        """staging.positions: each report once, its flags as bits in the order of FLAGS."""
        return self._reports("staging.positions", f"{_REPORT}, {_BITS} AS flags", most)

    def flagged(self, most: int) -> list[Row]:
        """The reports of staging.positions that have a flag, in order of seq."""
        return self._rows(
            f"SELECT * FROM (SELECT {_REPORT}, {_BITS} AS flags FROM staging.positions WHERE trip_id = ?)"
            f" WHERE flags > 0 ORDER BY seq LIMIT {most}"
        )

    def driving_events(self, most: int) -> list[Row]:
        return self._rows(
            "SELECT kind, epoch_ms(begin_at) AS begin_ms, epoch_ms(end_at) AS end_ms, peak, threshold, road_name, lat,"
            f" lon, first_seq FROM common.driving_events WHERE trip_id = ? ORDER BY begin_at, kind LIMIT {most}"
        )

    def alerts(self, most: int) -> list[Row]:
        return self._rows(
            "SELECT DISTINCT ON (alert_id) alert_id, rule, epoch_ms(event_time) AS time_ms,"
            " epoch_ms(begin_time) AS begin_ms, value, threshold, unit, road_name, lat, lon, first_seq"
            f" FROM landing.alerts WHERE trip_id = ? ORDER BY alert_id LIMIT {most}"
        )

    def states(self) -> list[Row]:
        """The changes of its state, refined where they are, else as they landed, each once."""
        columns = (
            "seq, epoch_ms(event_time) AS time_ms, state, reason, lat, lon, distance_m, vehicle_id,"
            " epoch_ms(eta) AS eta_ms, remaining_m"
        )
        for table in ("staging.trip_states", "landing.trip_states"):
            rows = self._rows(
                f"SELECT {columns} FROM {table} WHERE trip_id = ?"
                " QUALIFY row_number() OVER (PARTITION BY seq ORDER BY kafka_offset) = 1 ORDER BY seq"
            )
            if rows:
                return rows
        return []

    def facts(self) -> Row | None:
        """The row of common.trip_facts, where the trip is over and its day refined."""
        rows = self._rows("SELECT * FROM common.trip_facts WHERE trip_id = ? ORDER BY end_date DESC LIMIT 1")
        return rows[0] if rows else None

    def life(self) -> Row | None:
        """Vehicle and first and last state of a trip, with its days."""
        for table in ("staging.trip_states", "landing.trip_states"):
            rows = self._rows(
                f"""
                SELECT min(vehicle_id) AS vehicle_id, min(event_time) AS booked_at, max(event_time) AS last_at,
                    min(event_time) FILTER (WHERE state NOT IN ('scheduled', {FINAL})) AS begin_at,
                    min(event_time) FILTER (WHERE state IN ({FINAL})) AS end_at,
                    arg_max(state, seq) AS state, arg_max(reason, seq) AS reason, max(distance_m) AS distance_m,
                    arg_min(eta, seq) AS planned_end_at, arg_min(distance_m + remaining_m, seq) AS planned_distance_m
                FROM {table} WHERE trip_id = ? GROUP BY trip_id
                """
            )
            if rows:
                return rows[0]
        return None

    def vehicle(self, vehicle_id: str) -> Row | None:
        """Name, class and device of the vehicle as common.dim_vehicle has it last."""
        sql = "SELECT * FROM common.dim_vehicle WHERE vehicle_id = ? ORDER BY version DESC LIMIT 1"
        rows = self._found(sql, [vehicle_id])
        return rows[0] if rows else None

    def _reports(self, table: str, columns: str, most: int) -> Reports:
        # Of many every n-th stays, and beside them those with flags and the last.
        cursor = self._connection.execute(
            f"""
            SELECT * EXCLUDE (place), FROM (
                SELECT {columns}, row_number() OVER (ORDER BY seq, kafka_topic, kafka_offset) AS place,
                    count(*) OVER () AS rows
                FROM {table} WHERE trip_id = ?
            )
            WHERE rows <= {most} OR flags > 0 OR place = rows OR (place - 1) % CAST(ceil(rows / {most}) AS BIGINT) = 0
            ORDER BY place LIMIT {2 * most}
            """,
            [self._trip_id],
        )
        names = [column[0] for column in cursor.description or []]
        found = cursor.fetchall()
        values = list(zip(*found, strict=True)) or [() for _ in names]
        taken = {name: list(column) for name, column in zip(names, values, strict=True)}
        rows = taken.pop("rows")
        return Reports(taken, rows[0] if rows else 0)

    def _rows(self, sql: str) -> list[Row]:
        return self._found(sql, [self._trip_id])

    def _found(self, sql: str, values: Sequence[Any]) -> list[Row]:
        cursor = self._connection.execute(sql, list(values))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def rows_of_trip(
    lake: Lake,
    trip_id: str,
    tables: Sequence[str],
    days: Days | None,
    *,
    memory_mb: int = MEMORY_MB,
    timeout_s: float = TIMEOUT_S,
) -> Iterator[TripRows]:
    """The tables of the lake by name, each at its newest version, those with days only on the days given.

    Raises Unavailable for tables that cannot be read and after `timeout_s` s, TooLarge where `memory_mb` do not do.
    """
    opened = {}
    for name in tables:
        spec = catalog()[name]
        opened[name] = open_table(lake, spec)
        day = day_column(spec)
        if days is not None and day is not None:
            opened[name] = opened[name].of_days(day, days)
    with engine(opened, memory_mb) as connection, limited(connection, timeout_s) as late:
        try:
            yield TripRows(connection, trip_id)
        except duckdb.Error as exc:
            if late.is_set():
                raise Unavailable(f"The lake took more than {timeout_s:g} s.", hint="Try again.") from exc
            raise told(exc, memory_mb) from exc
