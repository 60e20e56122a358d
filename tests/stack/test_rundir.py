"""What holds a data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from rumbo.errors import CannotStart
from rumbo.stack.rundir import backfilling, locked


def test_one_backfill_at_a_time_works_on_a_data_folder_also_beside_its_stack(tmp_path: Path) -> None:
    with locked(tmp_path), backfilling(tmp_path):
        with pytest.raises(CannotStart, match="Another backfill"), backfilling(tmp_path):
            pass
        with pytest.raises(CannotStart, match="Another stack"), locked(tmp_path):
            pass
    with backfilling(tmp_path), locked(tmp_path):
        assert (tmp_path / "run" / "backfill.lock").exists()
