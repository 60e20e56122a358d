"""`make bless` and the check of `make lint`, on a copy of the repository's generated files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tools import contracts
from tools.setup import web
from tools.setup.steps import SetupFailed

TYPES = "web/src/contracts/openapi.ts"


@pytest.fixture
def blessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    contracts.main(check=False, root=tmp_path)
    capsys.readouterr()
    return tmp_path


def said_by_the_check(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    status = contracts.main(check=True, root=root)
    said = capsys.readouterr().out
    assert status == (1 if said else 0)
    return said


def test_what_was_just_blessed_is_not_stale(blessed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said_by_the_check(blessed, capsys) == ""


def test_a_changed_type_of_the_web_app_is_called_stale(
    blessed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    types = blessed / TYPES
    types.write_text(types.read_text().replace("distance_m: number", "distance_m: string"))
    assert said_by_the_check(blessed, capsys) == f"stale: {TYPES} (run `make bless` and commit)\n"


def test_a_changed_document_gives_changed_types(tmp_path: Path) -> None:
    document = json.loads(contracts.all_files()["contracts/openapi.json"])
    before = contracts.api_types(json.dumps(document), tmp_path)
    document["components"]["schemas"]["VehicleOut"]["properties"]["plate"] = {"type": "string"}
    after = contracts.api_types(json.dumps(document), tmp_path)
    assert "plate?: string;" not in before
    assert "plate?: string;" in after


def test_types_are_generated_once_for_the_same_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = contracts.all_files()["contracts/openapi.json"]
    first = contracts.api_types(document, tmp_path)
    monkeypatch.setattr(web, "node_env", lambda: {**os.environ, "PATH": str(tmp_path)})
    assert contracts.api_types(document, tmp_path) == first


def test_a_generator_that_fails_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="make setup-lint"):
        contracts.api_types("no document", tmp_path)
