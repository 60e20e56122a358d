from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rumbo.errors import CannotStart
from rumbo.stack.jars import checked_jars, read_sums

ROOT = Path(__file__).resolve().parents[2]
JARS = {"broker/b.jar": b"bee", "broker/a.jar": b"ay", "spark/c.jar": b"sea"}
SUMS = {name: hashlib.sha256(data).hexdigest() for name, data in JARS.items()}


@pytest.fixture
def jars(tmp_path: Path) -> Path:
    for name, data in JARS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_the_jars_of_one_configuration_come_in_a_fixed_order(jars: Path) -> None:
    assert checked_jars(jars, "broker", SUMS) == [jars / "broker/a.jar", jars / "broker/b.jar"]
    assert checked_jars(jars, "spark", SUMS) == [jars / "spark/c.jar"]


def test_a_missing_jar_is_named_with_what_to_do(jars: Path) -> None:
    (jars / "broker/a.jar").unlink()
    with pytest.raises(CannotStart, match=r"a\.jar is missing.*make setup"):
        checked_jars(jars, "broker", SUMS)


def test_a_damaged_jar_is_named_with_what_to_do(jars: Path) -> None:
    (jars / "broker/b.jar").write_bytes(b"be")
    with pytest.raises(CannotStart, match=r"b\.jar is not the one that was locked.*make setup"):
        checked_jars(jars, "broker", SUMS)


def test_a_jar_that_nobody_listed_is_refused(jars: Path) -> None:
    (jars / "spark/extra.jar").write_bytes(b"")
    with pytest.raises(CannotStart, match=r"extra\.jar is in no list"):
        checked_jars(jars, "spark", SUMS)


def test_a_configuration_without_jars_is_refused(jars: Path) -> None:
    with pytest.raises(CannotStart, match="'flink'"):
        checked_jars(jars, "flink", SUMS)


def test_a_list_that_is_no_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sums").write_text(f"{'0' * 64}  broker/a.jar\nnonsense\n")
    with pytest.raises(CannotStart, match="line 2"):
        read_sums(tmp_path / "sums")
    with pytest.raises(CannotStart, match="cannot be read"):
        read_sums(tmp_path / "gone")


def test_the_committed_lock_and_sums_name_the_same_jars() -> None:
    lock = (ROOT / "requirements" / "jars.xml").read_text()
    for name in read_sums(ROOT / "requirements" / "jars.sha256"):
        conf, _, jar = name.partition("/")
        fits = [line for line in lock.splitlines() if f'conf="{conf}"' in line and _jar(line) == jar]
        assert len(fits) == 1, name


def _jar(line: str) -> str:
    values = dict(part.split("=") for part in line.replace('"', "").split() if "=" in part)
    return f"{values.get('name')}-{values.get('rev')}.jar"
