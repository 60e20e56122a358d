"""`rumbo vehicle` against an app that listens."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner

from rumbo.cli import app
from rumbo.errors import InvalidInput
from support.serving import House

type Rumbo = Callable[..., Any]


@pytest.fixture
def rumbo(tmp_path: Path) -> Iterator[Rumbo]:
    """Runs `rumbo vehicle …` and gives what it says; errors come out as they are raised."""
    house = House(tmp_path)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(house.app(), log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"

    def run(*arguments: str) -> Any:
        found = CliRunner().invoke(app, ["vehicle", *arguments, "--url", url])
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise type(found.exception)(f"{found.exception}\n{found.stderr}")
        return json.loads(found.stdout) if "--json" in arguments else found.stdout

    yield run
    server.should_exit = True
    thread.join()
    listening.close()
    house.close()


def test_a_vehicle_is_created_shown_and_changed(rumbo: Rumbo) -> None:
    rumbo(
        "create", "Furgón 7", "--class", "van", "--id", "veh_7", "--fleet", "north", "--tag", "a", "--tag", "b",
        "--spec", "mass_kg=2900", "--spec", "limits/max_speed_mps=30", "--spec", "energy=electric",
        "--driver", "calm", "--device-profile", "tracker", "--energy-level", "0.5",
    )  # fmt: skip
    made = rumbo("show", "veh_7", "--json")
    assert made["spec"] == {"energy": "electric", "mass_kg": 2900, "limits": {"max_speed_mps": 30}}
    assert (made["tags"], made["driver"], made["device_profile"]) == (["a", "b"], "calm", "tracker")
    assert "limits/max_speed_mps" in rumbo("show", "veh_7")
    changed = rumbo("change", "veh_7", "--name", "x", "--no-fleet", "--json")
    assert changed == made | {"name": "x", "fleet": None}
    assert "veh_7" in rumbo("list", "--tag", "b") and "veh_7" not in rumbo("list", "--fleet", "north")
    for wrong in ("mass_kg", "mass_kg=nan", "mass_kg=1"):
        with pytest.raises(InvalidInput, match="mass_kg"):
            rumbo("create", "v", "--spec", wrong)


def test_a_file_is_imported_and_what_is_exported_is_known(rumbo: Rumbo, tmp_path: Path) -> None:
    file, out = tmp_path / "fleet.csv", tmp_path / "out.csv"
    file.write_bytes("name;fleet;energy_level\r\nCamión;sur;0,5\r\nB;sur;\r\n".encode("cp1252"))
    answers = [
        rumbo("import", str(file), "--encoding", "windows-1252", "--json", *more)
        for more in (["--dry-run"], [])
    ]
    assert [a["created"] for a in answers] == [2, 2] and len(rumbo("list", "--json")["items"]) == 2
    assert "Camión" in rumbo("list", "--find", "camion") and "sur" in rumbo("fleets")
    rumbo("export", str(out), "--separator", "semicolon")
    assert rumbo("import", str(out), "--json")["known"] == 2
    assert rumbo("export", "--fleet", "sur").count("\n") == 3


def test_every_wrong_line_of_a_file_is_said(rumbo: Rumbo, tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text("name,vehicle_class\na,car\nb,tank\n,car\n")
    with pytest.raises(InvalidInput) as caught:
        rumbo("import", str(file))
    assert "Line 3, vehicle_class" in str(caught.value) and "Line 4, name" in str(caught.value)
    assert rumbo("list", "--json")["items"] == []
