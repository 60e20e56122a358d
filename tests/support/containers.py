"""The services of deploy/compose.yaml on a real Docker Engine, as a user runs them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from rumbo.stack.move import KAFKA_USER
from rumbo.stack.ports import choose
from support.stack import wait_for

DISK_BYTES = 1 << 30
ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UP_S, ARRIVE_S, HEALTHY_S = 900, 300.0, 300.0


class Containers:
    """One Compose project with ports, secrets and volumes of its own."""

    def __init__(self, project: str, secrets: Path, files: Sequence[Path] = (), **env: str) -> None:
        port, airflow_port = choose(2)
        self.project = project
        self.env: Mapping[str, str] = os.environ | {
            "SECRETS": str(secrets),
            "RUMBO_PORT": str(port),
            "AIRFLOW_PORT": str(airflow_port),
            **env,
        }
        self.files = (DEPLOY / "compose.yaml", *files)
        self.secrets = secrets
        self.url = f"http://127.0.0.1:{port}"
        self.airflow_url = f"http://127.0.0.1:{airflow_port}"
        self.api = httpx.Client(base_url=f"{self.url}/api/v1", timeout=30, trust_env=False)

    def docker(self, *words: str, timeout: float = 120, check: bool = True) -> str:
        """What a docker command prints."""
        done = subprocess.run(
            ["docker", *words],
            env=dict(self.env),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert not check or done.returncode == 0, f"docker {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def compose(self, *words: str, timeout: float = 300, check: bool = True) -> str:
        named = [word for file in self.files for word in ("-f", str(file))]
        return self.docker("compose", "-p", self.project, *named, *words, timeout=timeout, check=check)

    def up(self, *more: str) -> None:
        self.compose("up", "-d", "--wait", "--wait-timeout", str(UP_S - 60), *more, timeout=UP_S)

    def backup(self, verb: str, folder: Path) -> None:
        """`deploy/backup.sh` on this project."""
        named = {"COMPOSE_PROJECT_NAME": self.project, "COMPOSE_FILE": ":".join(map(str, self.files))}
        done = subprocess.run(
            [DEPLOY / "backup.sh", verb, folder],
            env={**self.env, **named}, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def down(self, *more: str) -> None:
        self.compose("down", "--timeout", "60", *more, timeout=300)

    def ids(self, service: str) -> list[str]:
        return self.compose("ps", "-q", service).split()

    def inspect(self, container: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.docker("inspect", container))[0]
        return found

    def kill(self, service: str) -> None:
        """SIGKILL from outside, as a crash: `docker kill` would switch the restart policy off."""
        container = self.ids(service)[0]
        before = self.inspect(container)
        family = psutil.Process(before["State"]["Pid"])
        for process in [*family.children(recursive=True), family]:
            with suppress(psutil.NoSuchProcess):  # a health check that has just ended
                process.send_signal(signal.SIGKILL)
        restarts = before["RestartCount"]
        wait_for(
            lambda: self.inspect(container)["RestartCount"] > restarts, f"{service} is started again", 60.0
        )

    def wait_until_healthy(self, *services: str) -> None:
        def healthy() -> bool:
            states = [self.inspect(one)["State"] for service in services for one in self.ids(service)]
            return all(state.get("Health", {}).get("Status") == "healthy" for state in states)

        wait_for(healthy, f"{services} are healthy", HEALTHY_S)

    def is_well(self) -> bool:
        return self.api.get("/health", timeout=20).status_code == httpx.codes.OK

    def network(self, verb: str, service: str) -> None:
        """Cut a service off (`disconnect`) or let it back (`connect`), under its name."""
        network, container = f"{self.project}_default", self.ids(service)[0]
        alias = ("--alias", service) if verb == "connect" else ()
        self.docker("network", verb, *alias, network, container)

    # the main job

    def vehicle(self, name: str) -> str:
        answer = self.api.post("/vehicles", json={"name": name, "vehicle_class": "van"})
        return str(answer.raise_for_status().json()["id"])

    def trip(self, vehicle: str, points: Sequence[tuple[float, float]]) -> dict[str, Any]:
        waypoints = [{"lat": lat, "lon": lon} for lat, lon in points]
        answer = self.api.post("/trips", json={"vehicle_id": vehicle, "waypoints": waypoints})
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def wait_for_arrival(self, *trips: str) -> None:
        for trip in trips:
            wait_for(
                lambda trip=trip: self.api.get(f"/trips/{trip}").json().get("state") == "arrived",  # type: ignore[misc]
                f"{trip} arrives",
                ARRIVE_S,
            )

    def audit(self) -> dict[str, Any]:
        """The ledger, once the lake has taken what is on the way."""
        said = self.compose(
            "exec", "-T", "api", "rumbo", "audit", "--json", "--wait", "300", timeout=500, check=False
        )
        report: dict[str, Any] = json.loads(said)
        return report

    def rate(self, rate: float) -> None:
        answer = self.api.post("/world/rate", json={"rate": rate})
        assert answer.is_success, answer.text

    def in_api(self, code: str) -> str:
        """What a few lines of Python print that run beside the API, on the services' network."""
        return self.compose("exec", "-T", "api", "python", "-c", code)


def assert_balanced(report: dict[str, Any], trips: int) -> None:
    assert report["balanced"], report
    assert (report["missing"], report["extra"], report["doubled"], report["different"]) == (0, 0, 0, 0)
    assert report["trips"] == trips
    assert report["landed"] > 0


@contextmanager
def the_main_job_with(
    folder: Path, *files: str, make_secrets: str = "secrets.sh", **env: str
) -> Iterator[Containers]:
    """What the main job needs, with more Compose files of deploy/ on top; gone with its volumes at the end."""
    require_engine()
    secrets = folder / "secrets"
    subprocess.run([DEPLOY / make_secrets, secrets], check=True, timeout=30)
    found = Containers(
        f"rumbo-test-{os.getpid()}", secrets, [DEPLOY / file for file in files], RUMBO_SPEED="5", **env
    )
    try:
        found.compose("build", "world", "stream", timeout=1500)
        found.up("world", "drive", "stream", "api")
        yield found
    finally:
        found.api.close()
        found.compose("down", "--volumes", "--remove-orphans", "--timeout", "60")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of its own for the broker, so that one can fill it; None where this user cannot mount any."""
    image, mounted = folder / "disk.img", folder / "disk"
    mounted.mkdir()
    with image.open("wb") as file:
        file.truncate(DISK_BYTES)  # takes as much as is written to it
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=True, timeout=60)
    if subprocess.run(["mount", "-o", "loop", image, mounted], timeout=60, check=False).returncode:
        yield None
        return
    try:
        data = mounted / "data"
        data.mkdir()
        os.chown(data, KAFKA_USER, KAFKA_USER)
        yield data
    finally:
        subprocess.run(["umount", mounted], check=True, timeout=60)


def require_engine() -> None:
    """Fails with what to do where no Docker Engine answers."""
    assert shutil.which("docker"), "docker is not installed; docs/containers.md says what the tests need"
    done = subprocess.run(["docker", "version"], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, f"No Docker Engine answers: {done.stderr}"
