"""Vehicles, trips, plans, the outbox and the kept answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_wall_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_created_wall_ms"), "answers", ["created_wall_ms"])
    op.create_table(
        "vehicles",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("vehicle_class", sa.String(length=20), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("deleted_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_vehicles")),
        sa.UniqueConstraint("id", name=op.f("uq_vehicles_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trips",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("vehicle_id", sa.String(length=40), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("amendments", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("settled_revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=80), nullable=True),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_lat", sa.Double(), nullable=False),
        sa.Column("end_lon", sa.Double(), nullable=False),
        sa.Column("driven_m", sa.Double(), nullable=False),
        sa.Column("odometer_start_m", sa.Double(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("device_profile", sa.String(length=40), nullable=False),
        sa.Column("waypoints", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("bbox", sa.Text(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_trips_vehicle_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_trips")),
        sa.UniqueConstraint("id", name=op.f("uq_trips_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_trips_end_ms"), "trips", ["end_ms"])
    op.create_index(op.f("ix_trips_vehicle_id_end_ms"), "trips", ["vehicle_id", "end_ms"])
    op.create_index(op.f("ix_trips_vehicle_id_start_ms"), "trips", ["vehicle_id", "start_ms"])
    op.create_table(
        "outbox",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("trip_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_outbox_trip_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox")),
        sa.UniqueConstraint("trip_id", "revision", name=op.f("uq_outbox_trip_id_revision")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "plans",
        sa.Column("trip_id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_plans_trip_id")),
        sa.PrimaryKeyConstraint("trip_id", name=op.f("pk_plans")),
    )


def downgrade() -> None:
    for table in ("plans", "outbox", "trips", "vehicles", "answers"):
        op.drop_table(table)
