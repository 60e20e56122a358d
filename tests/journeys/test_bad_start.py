"""What forbids starting is a clear error and an exit code, before anything has started."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from support.stack import RUMBO

pytestmark = pytest.mark.journey


def rumbo(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUMBO, *arguments], capture_output=True, text=True, timeout=100, check=False, env=os.environ | more
    )


def test_a_busy_port_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = rumbo("up", "--data", str(tmp_path / "data"), "--port", port)
    assert done.returncode == 6
    assert port in done.stderr and "--port" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_data_folder_without_write_right_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        folder = tmp_path / "file"  # root may write everywhere, so use what nobody can: a file as a folder
        folder.write_text("")
    else:
        folder = tmp_path / "locked"
        folder.mkdir()
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = rumbo("up", "--data", str(folder))
    assert done.returncode == 6
    assert str(folder) in done.stderr and "--data" in done.stderr


def test_a_world_speed_out_of_range_is_refused(tmp_path: Path) -> None:
    done = rumbo("up", "--data", str(tmp_path), "--speed", "5000")
    assert done.returncode == 2
    assert "0.1 to 1000" in done.stderr


def test_alert_rules_that_cannot_be_meant_are_named_with_their_line(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("idling: {enabled: false}\noverspeed: {least_s: -1}\n")
    done = rumbo("up", "--data", str(tmp_path / "data"), RUMBO_ALERT_RULES=str(rules))
    assert done.returncode == 2
    assert f"{rules}, line 2" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_setting_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    done = rumbo("up", "--data", str(tmp_path), RUMBO_PORT="eighty")
    assert done.returncode == 6
    assert "RUMBO_PORT" in done.stderr


def test_a_corrupt_extract_leaves_no_region(tmp_path: Path) -> None:
    extract = tmp_path / "broken.osm.pbf"
    extract.write_bytes(os.urandom(5000))
    done = rumbo("region", "add", "broken", str(extract), "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert "broken.osm.pbf" in done.stderr
    assert rumbo("region", "list", "--data", str(tmp_path / "data"), "--json").stdout.strip() == "[]"


def test_a_command_without_a_running_stack_says_how_to_start_one(tmp_path: Path) -> None:
    done = rumbo("vehicle", "list", "--data", str(tmp_path))
    assert done.returncode == 5
    assert "rumbo up" in done.stderr


def test_an_audit_of_an_empty_folder_says_that_nothing_was_driven(tmp_path: Path) -> None:
    done = rumbo("audit", "--data", str(tmp_path))
    assert done.returncode == 3
    assert "Nothing has been driven" in done.stderr


def test_help_answers_without_loading_the_heavy_parts() -> None:
    program = "import sys; from rumbo import cli; print(*{'pyspark', 'polars', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_bad_scenario_is_named_before_anything_starts(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("version: 1\nname: bad\ntitle: Bad\nfleets: [{name: f, count: none}]\ndemand: []\n")
    data = tmp_path / "data"
    wrong = rumbo("up", "--data", str(data), "--scenario", str(file))
    assert wrong.returncode == 2
    assert "fleets" in wrong.stderr and "count" in wrong.stderr
    unknown = rumbo("up", "--data", str(data), "--scenario", "no-such-thing")
    assert unknown.returncode != 0 and "no-such-thing" in unknown.stderr
    file.write_text(
        "version: 1\nname: bad\ntitle: Elsewhere\nregion: atlantis\nfleets: [{name: f, count: 1}]\n"
        "demand: [{kind: commuters, fleet: f}]\n"
    )
    elsewhere = rumbo("up", "--data", str(data), "--scenario", str(file), "--region", "monaco")
    assert elsewhere.returncode != 0 and "atlantis" in elsewhere.stderr and "--region" in elsewhere.stderr
    assert not data.exists()
