"""The database's tables. Times are world time in ms since the Unix epoch unless a name says wall."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only where the key's type is exactly INTEGER."""

VEHICLES = Table(
    "vehicles",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("vehicle_class", String(20), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("deleted_ms", BigInteger),
    Column("fleet", String(80)),
    Column("tags", Text, nullable=False, server_default="[]"),  # JSON, ["…", …]
    Column("overrides", Text, nullable=False, server_default="{}"),  # JSON: parameters unlike its class's
    Column("driver", String(20), nullable=False, server_default="normal"),
    Column("device_profile", String(40), nullable=False, server_default="standard"),
    Column("energy_level", Double, nullable=False, server_default="1.0"),
    Column("energy_set_ms", BigInteger, nullable=False, server_default="0"),
    Column("order_hash", String(64)),  # of what it was created by: the same order again is no conflict
    sqlite_autoincrement=True,
)
Index(None, VEHICLES.c.fleet)
Index(None, VEHICLES.c.device_profile)

DEVICE_PROFILES = Table(
    "device_profiles",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("spec", Text, nullable=False),  # JSON, every field written out
)

TRIPS = Table(
    "trips",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("vehicle_id", String(40), ForeignKey("vehicles.id"), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("amendments", Text, nullable=False),  # JSON, [[kind, at_ms], …]
    Column("revision", Integer, nullable=False),
    Column("settled_revision", Integer, nullable=False),  # -1: not even its creation is on Kafka
    Column("version", Integer, nullable=False),  # raised by every change: the check against lost updates
    Column("token", String(80)),  # of the request that made the newest revision
    # What follows from the plan, kept so that lists and the busy check need not read it:
    Column("phase", String(20), nullable=False),  # planned | paused | cancelled | failed
    Column("end_ms", BigInteger),  # null while paused
    Column("end_lat", Double, nullable=False),
    Column("end_lon", Double, nullable=False),
    Column("driven_m", Double, nullable=False),  # by the end, as planned now
    Column("odometer_start_m", Double, nullable=False),
    Column("energy_start", Double, nullable=False, server_default="1.0"),
    Column("energy_end", Double, nullable=False, server_default="1.0"),  # as planned now
    Column("seed", BigInteger, nullable=False),
    Column("device_profile", String(40), nullable=False),
    Column("waypoints", Text, nullable=False),  # JSON, [[lat, lon, dwell_s], …]
    Column("distance_m", Double, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("provider", String(40), nullable=False),
    Column("bbox", Text, nullable=False),  # JSON, [west, south, east, north]
    Column("outline", Text, nullable=False),  # JSON, [[lon, lat], …]: the route, simplified for lists
    Column("order_hash", String(64)),  # of the order it was planned by: the same order again is no conflict
    sqlite_autoincrement=True,
)
Index(None, TRIPS.c.vehicle_id, TRIPS.c.end_ms)
Index(None, TRIPS.c.vehicle_id, TRIPS.c.start_ms)
Index(None, TRIPS.c.end_ms)

PLANS = Table(
    "plans",
    METADATA,
    Column("trip_id", String(40), ForeignKey("trips.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),  # the plan as first made: JSON, zlib
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("topic", String(80), nullable=False),
    Column("key", String(80), nullable=False),
    Column("trip_id", String(40), ForeignKey("trips.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("trip_id", "revision"),
    sqlite_autoincrement=True,
)

ANSWERS = Table(
    "answers",
    METADATA,
    Column("key", String(300), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),  # JSON, those worth repeating
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("created_wall_ms", BigInteger, nullable=False),
)
Index(None, ANSWERS.c.created_wall_ms)
