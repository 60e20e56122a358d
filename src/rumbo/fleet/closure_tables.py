"""The tables of closures and of reroutes. Times are world time in ms since the Unix epoch."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from rumbo.fleet.tables import METADATA, NUMBER

CLOSURES = Table(
    "closures",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("geometry", Text, nullable=False),  # JSON, as it was given
    Column("ring", Text, nullable=False),  # JSON, [[lat, lon], …]
    Column("speed_factor", Double),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("created_ms", BigInteger, nullable=False),
    Column("deleted_ms", BigInteger),
    sqlite_autoincrement=True,
)

CLOSURE_TRIPS = Table(
    "closure_trips",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("closure_id", String(40), ForeignKey("closures.id"), nullable=False),
    Column("trip_id", String(40), ForeignKey("trips.id"), nullable=False),
    Column("outcome", String(20), nullable=False),  # waiting | rerouted | unaffected | no_other_way
    Column("tries", Integer, nullable=False),
    Column("revision", Integer),  # of the amendment made last: whether it held is seen once it is settled
    Column("detail", Text, nullable=False),
    UniqueConstraint("closure_id", "trip_id"),
    sqlite_autoincrement=True,
)
Index(None, CLOSURE_TRIPS.c.outcome, CLOSURE_TRIPS.c.number)

AMENDMENT_ROUTES = Table(
    "amendment_routes",
    METADATA,
    Column("trip_id", String(40), ForeignKey("trips.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),  # the route, JSON, zlib
)
