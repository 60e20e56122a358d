from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
import yaml

from rumbo.errors import CannotStart, NotFound
from rumbo.settings import read_settings
from rumbo.stack import rundir
from rumbo.stack.move import CLUSTER_ID, KAFKA_USER, RUMBO_USER, move


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    for name in ("kafka/server.properties", "rumbo.db", "regions/monaco/region.json",
                 "lake/landing/positions/_delta_log/0.json", "logs/api.log"):  # fmt: skip
        put(data / name, name)
    put(data / "kafka" / "log" / "meta.properties", "node.id=1\ncluster.id=of-the-laptop\nversion=1\n")
    return data


def test_each_volume_gets_its_part_owned_by_whom_its_processes_run_as(data: Path, tmp_path: Path) -> None:
    move(read_settings({}, data_dir=data), tmp_path / "moved", lambda _line: None)
    found = {}
    for archive in (tmp_path / "moved").iterdir():
        with tarfile.open(archive) as opened:
            members = opened.getmembers()
            assert len({member.uid for member in members}) == 1
            files = {m.name: opened.extractfile(m).read().decode() for m in members if m.isfile()}  # type: ignore[union-attr]
            found[archive.name] = (members[0].uid, files)
    assert found == {
        "kafka.tar": (KAFKA_USER, {"meta.properties": f"node.id=1\ncluster.id={CLUSTER_ID}\nversion=1\n"}),
        "data.tar": (
            RUMBO_USER,
            {"rumbo.db": "rumbo.db", "regions/monaco/region.json": "regions/monaco/region.json"},
        ),
        "landing.tar": (
            RUMBO_USER,
            {"positions/_delta_log/0.json": "lake/landing/positions/_delta_log/0.json"},
        ),
        "staging.tar": (RUMBO_USER, {}),
        "common.tar": (RUMBO_USER, {}),
    }


def test_what_cannot_be_moved_is_said(data: Path, tmp_path: Path) -> None:
    settings = read_settings({}, data_dir=data)
    with pytest.raises(NotFound, match="Nothing has been driven"):
        move(read_settings({}, data_dir=tmp_path / "none"), tmp_path / "moved", lambda _line: None)
    put(tmp_path / "full" / "file", "")
    with pytest.raises(CannotStart, match="not empty"):
        move(settings, tmp_path / "full", lambda _line: None)
    with rundir.locked(data), pytest.raises(CannotStart, match="Another stack is running"):
        move(settings, tmp_path / "moved", lambda _line: None)


def test_the_cluster_is_that_of_the_compose_file() -> None:
    compose = Path(__file__).parents[2] / "deploy" / "compose.yaml"
    assert yaml.safe_load(compose.read_text())["services"]["kafka"]["environment"]["CLUSTER_ID"] == CLUSTER_ID
