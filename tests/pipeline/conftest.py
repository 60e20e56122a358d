"""A lake in folders for each test of the room."""

from __future__ import annotations

from pathlib import Path

import pytest

from rumbo.lake.places import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "the lake" / "landing"), str(tmp_path / "staging"), str(tmp_path / "common"))
