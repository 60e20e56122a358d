"""A Delta log that lacks something: said in plain words, before anything is done."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake
from typer.testing import CliRunner

from rumbo.cli import app
from rumbo.errors import Unavailable
from rumbo.events.fields import POSITION
from rumbo.lake.broken_log import require_whole_log
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined_days import landed_days
from rumbo.lake.tables import LANDED_EVENTS

SPEC = LANDED_EVENTS[POSITION.topic]
DAY = date(2026, 3, 3)


def _halved(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


HARM: dict[str, Callable[[Path], object]] = {
    "no JSON": lambda file: file.write_text("\0\0\0\0"),
    "half of it": _halved,
    "emptied by a full disk": lambda file: file.write_bytes(b""),
    "deleted": Path.unlink,
}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    root = tmp_path / "lake"
    return Lake(str(root / "landing"), str(root / "staging"), str(root / "common"))


def land(lake: Lake) -> Path:
    """Three commits of a row each; the second one's file."""
    row = pl.DataFrame({"trip_id": ["t"], "event_date": [DAY]}).to_arrow(compat_level=pl.CompatLevel.oldest())
    for _ in range(3):
        write_deltalake(lake.table_path(SPEC), row, partition_by=["event_date"], mode="append")
    return Path(lake.table_path(SPEC)) / "_delta_log" / f"{1:020}.json"


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_commit_stops_the_refinement_before_it_begins_and_says_which(
    lake: Lake, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = land(lake)
    assert landed_days(lake) == {str(DAY): {"positions": 3}}
    HARM[harm](commit)
    for name in [name for name in os.environ if name.startswith("RUMBO_")]:
        monkeypatch.delenv(name)
    done = CliRunner().invoke(app, ["refine", "--data", str(tmp_path)])
    assert done.exit_code == 2
    said = " ".join(done.output.split())
    assert "landing/positions cannot be read: its log is damaged" in said
    named = commit if harm != "deleted" else commit.with_name(f"{2:020}.json")
    assert named.name in said
    assert "Nothing was changed" in said
    assert "Kafka" in said
    assert not Path(lake.staging).exists()


def test_commits_before_the_last_checkpoint_may_be_gone(lake: Lake) -> None:
    commit = land(lake)
    DeltaTable(lake.table_path(SPEC)).create_checkpoint()
    commit.unlink()
    commit.with_name(f"{0:020}.json").unlink()
    assert open_table(lake, SPEC).rows() == 3
    require_whole_log(lake.table_path(SPEC), SPEC)
    land(lake)
    commit.with_name(f"{4:020}.json").write_bytes(b"")
    with pytest.raises(Unavailable, match=f"{4:020}.json"):
        require_whole_log(lake.table_path(SPEC), SPEC)


def test_a_table_in_an_account_or_none_at_all_is_not_looked_at(lake: Lake) -> None:
    require_whole_log("abfss://landing@account.dfs.core.windows.net/positions", SPEC)
    require_whole_log(lake.table_path(SPEC), SPEC)
    assert landed_days(lake) == {}
