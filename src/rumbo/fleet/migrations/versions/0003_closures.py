"""Closures, the trips that wait to be looked at for them, and the routes of reroutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "closures",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=False),
        sa.Column("ring", sa.Text(), nullable=False),
        sa.Column("speed_factor", sa.Double(), nullable=True),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("deleted_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_closures")),
        sa.UniqueConstraint("id", name=op.f("uq_closures_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "closure_trips",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("closure_id", sa.String(length=40), nullable=False),
        sa.Column("trip_id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["closure_id"], ["closures.id"], name=op.f("fk_closure_trips_closure_id")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_closure_trips_trip_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_closure_trips")),
        sa.UniqueConstraint("closure_id", "trip_id", name=op.f("uq_closure_trips_closure_id_trip_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_closure_trips_outcome_number"), "closure_trips", ["outcome", "number"])
    op.create_table(
        "amendment_routes",
        sa.Column("trip_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_amendment_routes_trip_id")),
        sa.PrimaryKeyConstraint("trip_id", "revision", name=op.f("pk_amendment_routes")),
    )


def downgrade() -> None:
    for table in ("amendment_routes", "closure_trips", "closures"):
        op.drop_table(table)
