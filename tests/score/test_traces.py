"""Traces as files that other programs read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from rumbo.errors import InvalidInput
from rumbo.score import truth
from rumbo.score.traces import save_traces, step_of
from support.trips import START_MS, plan_of, straight_route


def test_a_trace_has_a_row_a_step_with_texts_and_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truth, "SECONDS_A_BATCH", 1)  # a file a plan
    plans = [
        replace(plan_of(straight_route(2_000), n, trip_id=f"trp_{n}"), vehicle_id=f"veh_{n}") for n in (1, 0)
    ]
    rows = save_traces(plans, START_MS + 60_000, 0.5, tmp_path / "traces")
    files = sorted((tmp_path / "traces").iterdir())
    assert [file.name for file in files] == ["1.arrow", "2.arrow"] and rows == 2 * 121
    table = pa.ipc.open_file(files[0]).read_all()
    table.validate(full=True)
    assert table.schema.field("time").type == pa.timestamp("ms", "UTC") and table.num_rows == 121
    found = pl.read_ipc(files[0])
    assert set(found["vehicle_id"]) == {"veh_1"} and set(found["trip_id"]) == {"trp_1"}
    assert set(found["state"]) <= {"driving", "waiting"} and set(found["vehicle_class"]) == {"car"}
    assert found["time"].is_sorted() and found["time"][0] == datetime.fromtimestamp(START_MS / 1000, UTC)
    assert found["distance_m"].is_sorted() and 0 < found["distance_m"][-1] < 2_000


@pytest.mark.parametrize("every_s", [0.0, -1.0, 0.0004, 1.0001, float("nan"), float("inf"), 1e6])
def test_a_step_is_a_whole_number_of_milliseconds(every_s: float) -> None:
    with pytest.raises(InvalidInput, match="every"):
        step_of(every_s)
    assert (step_of(0.001), step_of(1.1), step_of(60.0)) == (1, 1_100, 60_000)
