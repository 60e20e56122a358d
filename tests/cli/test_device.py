"""`rumbo device` against the real app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rumbo.cli import device
from rumbo.errors import of_problem
from support.client import TestClient
from support.serving import House


@pytest.fixture
def rumbo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    house = House(tmp_path)
    with TestClient(house.app(), base_url="http://127.0.0.1:8000") as client:

        class Here:
            """As `cli.options.Api`, without a socket."""

            def __init__(self, *_: object) -> None: ...

            def call(self, method: str, path: str, body: Any = None) -> Any:
                answer = client.request(method, f"/api/v1{path}", json=body)
                if not answer.is_success:
                    raise of_problem(answer.status_code, answer.json())
                return answer.json() if answer.content else None

        monkeypatch.setattr(device, "Api", Here)

        def run(*arguments: str) -> Any:
            return CliRunner().invoke(device.app, arguments)

        yield run
    house.close()


def test_a_device_is_shown_changed_put_tried_and_deleted(rumbo: Any, tmp_path: Path) -> None:
    shown = json.loads(rumbo("show", "tracker").stdout)
    shown["faults"]["malformed_share"] = 0.5
    del shown["name"]
    file = tmp_path / "torn.json"
    file.write_text(json.dumps(shown))
    assert rumbo("put", str(file)).exit_code == 0
    lines = rumbo("list").stdout.splitlines()
    assert lines[-1].split() == ["torn", "False", "0", "10", "2"]
    tried = rumbo("preview", "torn", "--payloads", "2", "--seed", "3")
    assert "malformed" in tried.stdout and "delay_ms" in tried.stdout, tried.stdout
    assert json.loads(rumbo("preview", str(file), "--seed", "3", "--json").stdout)["counts"]["rejected"] > 0
    assert rumbo("delete", "torn").exit_code == 0 and "torn" not in rumbo("list").stdout


def test_a_file_that_is_no_device_is_refused(rumbo: Any, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    for text in ("{", "[1]", '{"link": {"lost_s": -3}}'):
        file.write_text(text)
        assert rumbo("put", str(file)).exception.message
    assert rumbo("put", str(tmp_path / "none.json")).exception.code == "unreadable-file"
