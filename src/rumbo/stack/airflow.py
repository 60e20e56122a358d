"""Airflow beside the stack: its four processes under our supervision, on loopback only.

All it keeps lies in `<data>/airflow`: its database, the tasks' logs, the secrets it shares among its processes and the
password of its page. `airflow standalone` is not used: it leaves orphans behind and its log servers listen on all
interfaces. The log servers are left out: the API server reads the logs from the same disk.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from rumbo.errors import CannotStart
from rumbo.settings import Settings, only_identity
from rumbo.stack import ports, rundir
from rumbo.stack.checkout import ROOT, cache_dir
from rumbo.stack.families import end_family, family_of
from rumbo.stack.supervisor import Service, Supervisor

HOST = "127.0.0.1"
USER = "rumbo"
DAGS = ROOT / "dags"
READY_TIMEOUT_S = 240.0
MIGRATE_TIMEOUT_S = 300.0
PARTS = ("dag-processor", "scheduler", "triggerer")

Say = Callable[[str], None]


class AirflowStack:
    """Starts, watches and stops Airflow. One instance runs once; `run` blocks until `stop` is set."""

    def __init__(self, settings: Settings, port: int, say: Say, refine: Path | None = None) -> None:
        """`refine`: the command that tasks call in the place of this Rumbo's."""
        self._settings = settings
        self._port = port
        self._say = say
        self._command = refine or Path(sys.executable).with_name("rumbo")
        self._data = settings.data_dir.absolute()
        self._home = self._data / "airflow"
        self._supervisor = Supervisor(
            on_restart=lambda name, code: say(f"{name} ended ({code}); restarting it")
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def pids(self) -> dict[str, int]:
        return self._supervisor.pids()

    def run(self, stop: threading.Event, on_ready: Callable[[], None] = lambda: None) -> None:
        """Run until `stop`. Raises CannotStart where something forbids it; leaves nothing running."""
        airflow = require_airflow()
        ports.require_free(self._port, HOST)
        rundir.check_data_dir(self._data)
        with rundir.airflow_locked(self._data):
            try:
                self._start(airflow, stop, on_ready)
                self._supervisor.watch(stop)
                self._say("Stopping Airflow")
            finally:
                # Airflow runs tasks in sessions of their own, which no signal to its processes' groups reaches.
                family = family_of(self._supervisor.pids().values())
                self._supervisor.stop_all()
                end_family(family)

    def _start(self, airflow: Path, stop: threading.Event, on_ready: Callable[[], None]) -> None:
        began = time.monotonic()
        self._home.mkdir(parents=True, exist_ok=True)
        self._home.chmod(0o700)  # its database and logs are this user's
        password = self._password()
        env = self._env()
        self._say("Bringing Airflow's database up to date")
        _migrate(airflow, env, self._data / "logs" / "airflow-migrate.log")
        if stop.is_set():
            return
        serve = ["api-server", "--host", HOST, "--port", str(self._port), "--workers", "1"]
        no_logs = ["--skip-serve-logs"]
        commands = {"api-server": serve, **{part: [part] for part in PARTS}}
        for name in ("scheduler", "triggerer"):
            commands[name] += no_logs
        for name, command in commands.items():
            log_file = self._data / "logs" / f"airflow-{name}.log"
            self._supervisor.start(Service(f"airflow-{name}", [str(airflow), *command], log_file, env))
        self._supervisor.watch(stop, until=self._healthy_by(began + READY_TIMEOUT_S))
        if not stop.is_set():
            self._say(f"Ready: {self.url} ({time.monotonic() - began:.1f} s)")
            self._say(f"User {USER}, password {password} (kept in {self._home / 'passwords.json'})")
            on_ready()

    def _env(self) -> dict[str, str]:
        keys = self._keys()
        own = {
            "CORE__DAGS_FOLDER": str(DAGS),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__PARALLELISM": "2",
            "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self._home / "passwords.json"),
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "CORE__FERNET_KEY": keys["fernet"],
            "API__HOST": HOST,
            "API__PORT": str(self._port),
            "API__BASE_URL": self.url,
            "API__SECRET_KEY": keys["session"],
            "API_AUTH__JWT_SECRET": keys["token"],
            "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self._home / 'airflow.db'}",
            "LOGGING__BASE_LOG_FOLDER": str(self._home / "logs"),
            "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        }
        return {
            **only_identity(self._settings, "batch").as_env(),
            "RUMBO_DATA_DIR": str(self._data),
            "REFINE_COMMAND": str(self._command),
            "AIRFLOW_HOME": str(self._home),
            "PYTHONDONTWRITEBYTECODE": "1",  # nothing is left beside the DAGs
            "NO_PROXY": f"{HOST},localhost",
            **{f"AIRFLOW__{name}": value for name, value in own.items()},
        }

    def _keys(self) -> dict[str, str]:
        """What Airflow's processes sign and encrypt with, made once."""
        fresh = {
            "fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "session": secrets.token_urlsafe(48),
            "token": secrets.token_urlsafe(48),
        }
        return _kept(self._home / "keys.json", fresh)

    def _password(self) -> str:
        """The page's password, in the file that the simple auth manager reads."""
        return _kept(self._home / "passwords.json", {USER: secrets.token_urlsafe(12)})[USER]

    def _healthy_by(self, deadline: float) -> Callable[[], bool]:
        def healthy() -> bool:
            try:
                answer = httpx.get(f"{self.url}/api/v2/monitor/health", timeout=5.0, trust_env=False)
                parts = answer.json()
                names = ("metadatabase", "scheduler", "triggerer", "dag_processor")
                unready = [name for name in names if parts.get(name, {}).get("status") != "healthy"]
            except (httpx.HTTPError, ValueError):
                unready = ["the API server"]
            if unready and time.monotonic() > deadline:
                raise CannotStart(
                    f"Airflow did not get ready in {READY_TIMEOUT_S:.0f} s ({', '.join(unready)}).",
                    hint=f"Look into {self._data / 'logs'}.",
                )
            return not unready

        return healthy


def require_airflow() -> Path:
    """Airflow's command in its own environment. Raises CannotStart where set-up has not made it."""
    command = cache_dir() / "airflow" / "venv" / "bin" / "airflow"
    if not command.exists():
        raise CannotStart("Airflow is not installed.", hint="Run `make airflow`, which sets it up.")
    return command


def _migrate(airflow: Path, env: dict[str, str], log_file: Path) -> None:
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("wb") as out:
        process = subprocess.Popen(
            [str(airflow), "db", "migrate"], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, **env}, start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(MIGRATE_TIMEOUT_S)
        except BaseException as exc:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(exc, subprocess.TimeoutExpired):
                raise CannotStart(
                    f"Airflow's database did not get ready in {MIGRATE_TIMEOUT_S:.0f} s."
                ) from exc
            raise
    if code != 0:
        raise CannotStart("Airflow's database could not be made.", hint=f"Look into {log_file}.")


def _kept(path: Path, fresh: dict[str, str]) -> dict[str, str]:
    """The values of a JSON file that only its owner may read, made of `fresh` where it is not there or unsound."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(known, dict) and fresh.keys() <= known.keys():
            path.chmod(0o600)
            return known
    except (OSError, ValueError):
        pass
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(fresh, out)
    return fresh
