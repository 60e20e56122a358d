"""Fleets, tags and parameters of vehicles, device profiles, and the energy of trips."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "device_profiles",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_device_profiles")),
    )
    for column in (
        sa.Column("fleet", sa.String(length=80)),
        sa.Column("tags", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("overrides", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("driver", sa.String(length=20), nullable=False, server_default="normal"),
        sa.Column("device_profile", sa.String(length=40), nullable=False, server_default="standard"),
        sa.Column("energy_level", sa.Double(), nullable=False, server_default="1.0"),
        sa.Column("energy_set_ms", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("order_hash", sa.String(length=64)),
    ):
        op.add_column("vehicles", column)
    op.create_index(op.f("ix_vehicles_fleet"), "vehicles", ["fleet"])
    op.create_index(op.f("ix_vehicles_device_profile"), "vehicles", ["device_profile"])
    for column in (
        sa.Column("energy_start", sa.Double(), nullable=False, server_default="1.0"),
        sa.Column("energy_end", sa.Double(), nullable=False, server_default="1.0"),
        sa.Column("order_hash", sa.String(length=64)),
    ):
        op.add_column("trips", column)


def downgrade() -> None:
    op.drop_index(op.f("ix_vehicles_device_profile"), "vehicles")
    op.drop_index(op.f("ix_vehicles_fleet"), "vehicles")
    for name in ("energy_start", "energy_end", "order_hash"):
        op.drop_column("trips", name)
    for name in (
        "fleet", "tags", "overrides", "driver", "device_profile", "energy_level", "energy_set_ms", "order_hash",
    ):  # fmt: skip
        op.drop_column("vehicles", name)
    op.drop_table("device_profiles")
