"""A small fleet's two days, sent by good devices or by bad ones, and the tables that are made of what landed.

Of the fleet's trips one lasts over midnight, one is paused, one cancelled under way, one before its begin, and one has
a device that sends the first version of positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
from deltalake import write_deltalake

from rumbo.domain.alert_rules import DEFAULT_RULES
from rumbo.domain.device import Faults
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.plan import AmendmentKind, Plan
from rumbo.domain.vehicle import Vehicle, VehicleClass
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.fleet.register import Registered
from rumbo.lake.read import polars_columns, polars_schema
from rumbo.lake.refined import Refined, Severity, refined
from rumbo.lake.refined.driving_events import RULES, values_of
from rumbo.lake.refined.functions import SPARK
from rumbo.lake.tables import LANDED_EVENTS
from rumbo.pipeline.backfill_plans import EPOCH
from rumbo.pipeline.backfill_rows import rows_of
from rumbo.pipeline.register import vehicle_facts
from rumbo.regions import RoadEdges, index_roads
from support.drawing import Drawing
from support.history import History
from support.planning import FIRST, FLEET
from support.scenes import BBOX, DEMANDS, scenario, world
from support.tables import broken, create, engine, make

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NEXT = FIRST + timedelta(days=1)
DAYS = (FIRST, NEXT)
BAD = Faults(late_share=0.3, doubled_share=0.3, malformed_share=0.1)
"""Late ones overtake each other: they come out of order too."""


@cache
def plans() -> tuple[Plan, ...]:
    history = History(scenario(DEMANDS["commuters"], FLEET), world(), FIRST)
    first, second = (list(history.plans(day)) for day in DAYS)
    a, b, c, d, e, *rest = first
    midnight_ms = round(datetime(NEXT.year, NEXT.month, NEXT.day, tzinfo=UTC).timestamp() * 1000)
    begin_ms = midnight_ms - 30_000
    a = replace(a, created_ms=begin_ms - 7_200_000, start_ms=begin_ms)
    b = b.amended(AmendmentKind.PAUSE, b.start_ms + 30_000).amended(
        AmendmentKind.RESUME, b.start_ms + 150_000
    )
    c = c.amended(AmendmentKind.CANCEL, c.start_ms + 40_000)
    d = replace(d, created_ms=d.start_ms - 3_600_000).amended(AmendmentKind.CANCEL, d.start_ms - 60_000)
    e = replace(e, device=replace(e.device, schema_version=1))
    return (a, b, c, d, e, *rest, *second)


def landed(faults: Faults) -> dict[str, pl.DataFrame]:
    """The rows of landing by table, if all devices had these faults and no others."""
    standard = DEVICE_PROFILES["standard"]

    def numbered() -> Iterator[tuple[int, int, Plan]]:
        for number, plan in enumerate(plans()):
            device = replace(standard, faults=faults, schema_version=plan.device.schema_version)
            day = datetime.fromtimestamp(plan.start_ms / 1000, UTC).date()
            yield (day - EPOCH).days, number, replace(plan, device=device)

    return {
        spec.name: pl.concat(pl.DataFrame(batch) for batch in rows_of("small", spec, numbered()))
        for spec in (LANDED_EVENTS[POSITION.topic], LANDED_EVENTS[TRIP_STATE.topic])
    }


def land_in(landing: str, rows: dict[str, pl.DataFrame]) -> None:
    """Append rows to the tables of a landing folder."""
    for name, frame in rows.items():
        arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        write_deltalake(f"{landing}/{name}", arrow, partition_by=["event_date"], mode="append")


def ends_twice(states: pl.DataFrame, day: date) -> pl.DataFrame:
    """A trip's states on another day, which breaks a rule: something happens to it after its end."""
    arrived = states.filter(pl.col("state") == "arrived").head(1)
    one = states.filter(
        pl.col("trip_id") == arrived["trip_id"].item(), pl.col("event_date") == arrived["event_date"].item()
    )
    later = pl.lit(day) - pl.col("event_date")
    one = one.with_columns(
        pl.lit("trp_ends_twice").alias("trip_id"), pl.col("event_time", "broker_time", "ingest_time") + later,
        event_date=pl.lit(day),
    )  # fmt: skip
    after = one.sort("seq").tail(1).with_columns(pl.col("seq") + 1, state=pl.lit("driving"))
    return pl.concat([one, after])


def roads(folder: Path) -> RoadEdges:
    """A region's roads where the fleet drives: each route is a road."""
    town = Drawing()
    for route in {plan.route for plan in plans()}:
        nodes = [town.node(lat, lon) for lat, lon in zip(route.lat, route.lon, strict=True)]
        town.way(nodes, highway="residential")
    path = folder / "roads.arrow"
    index_roads(town.save(folder / "fleet.osm.pbf"), path)
    return RoadEdges(((str(path), path.stat().st_mtime_ns, BBOX),))


def sources(landing: dict[str, pl.DataFrame], only: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """What the job starts from, in no order; of `only` these reports (trip_id, seq) where given."""
    positions = landing["positions"]
    if only is not None:
        positions = positions.join(only, on=["trip_id", "seq"], how="semi")
    return {
        "landing_positions": positions.sample(fraction=1.0, shuffle=True, seed=1),
        "landing_trip_states": landing["trip_states"].sample(fraction=1.0, shuffle=True, seed=2),
        "given_vehicles": register(),
        "given_rules": pl.DataFrame([values_of(DEFAULT_RULES)], schema=polars_columns(RULES)),
    }


def register() -> pl.DataFrame:
    """All vehicles but one, of which only reports tell."""
    ids = sorted({plan.vehicle_id for plan in plans()})
    vehicles = [Vehicle(key, key, VehicleClass.CAR, plans()[1].created_ms - 90_000_000) for key in ids[1:]]
    return vehicle_facts(Registered(vehicle) for vehicle in vehicles)


def made_by_duckdb(
    given: dict[str, pl.DataFrame], late: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """All tables of both days, by view; day after day, as the daily job makes them.

    `late` reports land when both days are made: then both are made once more. The grid has no roads of its own: an edge
    here is the direction that a report drives in.
    """
    connection = engine()
    for view, frame in given.items():
        create(connection, view)
        insert(connection, view, frame)
    _make_days(connection)
    if late is not None:
        insert(connection, "landing_positions", late)
        _make_days(connection)
    return {
        table.view: ordered(connection.sql(f"SELECT * FROM {table.view}").pl(), table) for table in refined()
    }


def insert(connection: duckdb.DuckDBPyConnection, view: str, frame: pl.DataFrame) -> None:
    connection.register("given", frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
    names = ", ".join(f'"{name}"' for name in frame.columns)
    connection.execute(f"INSERT INTO {view} ({names}) SELECT {names} FROM given")


def _make_days(connection: duckdb.DuckDBPyConnection) -> None:
    for day in DAYS:
        for table in refined():
            make(connection, table, str(day))
            if table.view == "staging_positions":
                connection.execute(
                    f"UPDATE {table.view} SET edge_id = CAST(round(heading_deg / 10) AS VARCHAR)"
                )
        for table in refined():
            errors = {check.name for check in table.checks if check.severity is Severity.ERROR}
            assert not errors & broken(connection, table, str(day)), table.view


def ordered(frame: pl.DataFrame, table: Refined) -> pl.DataFrame:
    return frame.cast(polars_schema(table.spec)).sort(pl.all())


def made_by_spark(session: SparkSession, given: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Each table's rows of the second day, by view, made of `given`: all that was there when that day was made.

    Positions are left out: they take more than SQL.
    """
    for statement in SPARK:
        session.sql(statement)
    for view, frame in given.items():
        rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        session.createDataFrame(rows).createOrReplaceTempView(view)
    found: dict[str, pl.DataFrame] = {}
    for table in refined():
        if table.view == "staging_positions":
            continue
        frame = pl.DataFrame(session.sql(table.sql_of(str(NEXT))).toArrow())
        assert frame.columns == list(table.spec.names)
        found[table.view] = ordered(frame, table)
    return found
