"""The two halves of the real drives. `drives.split` says which vehicle belongs to which."""

from __future__ import annotations

from enum import StrEnum


class Half(StrEnum):
    FITTING = "fitting"
    """May be used to choose parameters, of motion or of the made-up town."""
    JUDGING = "judging"
    """Is never looked at for that."""
