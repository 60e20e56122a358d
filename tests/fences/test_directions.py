"""Each import rule in pyproject.toml is proven once by a seeded fault: an import that it must refuse."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS: dict[str, str] = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

FAULTS = {
    # rule: (where it is planted, what is imported)
    "direction": ("motion", "rumbo.fleet"),
    "settings": ("fleet", "rumbo.settings"),
    "providers": ("routing.straight", "rumbo.routing.valhalla"),
    "pyspark": ("lake", "pyspark.sql"),
    "kafka": ("drive", "confluent_kafka"),
    "web": ("fleet", "fastapi"),
    "metrics": ("lake", "prometheus_client"),
    "database": ("api", "sqlalchemy"),
    "valhalla": ("motion", "valhalla"),
    "osm": ("routing", "osmium"),
    "delta": ("api", "deltalake"),
    "terminal": ("stack", "typer"),
    "tests": ("pipeline", "playwright.sync_api"),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("clean")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.fixture(scope="module")
def refusals(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Contract id -> what is said against it, in a copy with all the faults planted at once."""
    faulty = tmp_path_factory.mktemp("faulty") / "copy"
    shutil.copytree(clean, faulty)
    for rule, (module, imported) in FAULTS.items():
        planted = faulty / "src" / "rumbo" / module.replace(".", "/")
        # Into a module of its own, but where the rule names single modules into that one.
        target = planted.with_suffix(".py") if "." in module else planted / f"planted_{rule}.py"
        with target.open("a") as file:
            file.write(f"\nimport {imported}\n")
    status, said = lint(faulty)
    assert status == 1
    sections = re.split(r"^(.+)\n-+\n", said.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(sections[1::2], sections[2::2], strict=True))


def lint(tree: Path) -> tuple[int, str]:
    """Runs import-linter in a process of its own, since here `rumbo` is the real one; returns status and text."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src"), "COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_every_import_rule_has_a_seeded_fault() -> None:
    assert set(FAULTS) == set(CONTRACTS)


def test_the_code_as_it_is_keeps_all_import_rules(clean: Path) -> None:
    status, said = lint(clean)
    assert status == 0, said
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said


@pytest.mark.parametrize("rule", FAULTS)
def test_an_import_against_a_rule_is_refused_by_it(rule: str, refusals: dict[str, str]) -> None:
    module, imported = FAULTS[rule]
    assert CONTRACTS[rule] in refusals
    planted = f"rumbo.{module}" if "." in module else f"rumbo.{module}.planted_{rule}"
    seen = (
        imported if imported.startswith("rumbo.") else imported.partition(".")[0]
    )  # others count as a whole
    assert f"{planted} -> {seen}" in refusals[CONTRACTS[rule]]


def test_a_room_without_a_place_in_the_order_is_refused(clean: Path, tmp_path: Path) -> None:
    shutil.copytree(clean, tmp_path / "copy")
    (tmp_path / "copy/src/rumbo/attic").mkdir()
    (tmp_path / "copy/src/rumbo/attic/__init__.py").touch()
    status, said = lint(tmp_path / "copy")
    assert status == 1
    assert "attic" in said
