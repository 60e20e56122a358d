"""The embedded stack: broker, stream, drive workers and API as child processes on this machine.

Order of starting: checks, broker, topics, world clock, then everything else at once. Order of stopping: the API
(nothing new comes in), the world clock (rate 0), the workers once they have driven up to it, the stream once it
has landed everything, the broker.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from rumbo.errors import CannotStart, RumboError, Unavailable
from rumbo.events.topics import PARTITIONS, TOPICS
from rumbo.fleet.world import close_world, open_world, progress
from rumbo.lake.places import lake_of
from rumbo.settings import NO_IDENTITY, Settings, only_identity
from rumbo.stack import ports, rundir
from rumbo.stack.broker import BrokerSpec
from rumbo.stack.daily import DailyRefinement
from rumbo.stack.java import JavaHome
from rumbo.stack.supervisor import Service, Supervisor
from rumbo.transport import admin
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader
from rumbo.transport.wall import wall_ms

log = logging.getLogger(__name__)

Say = Callable[[str], None]
BROKER_TIMEOUT_S = 60.0
READY_TIMEOUT_S = 300.0
DRIVE_OUT_TIMEOUT_S = 15.0
STREAM_DRAIN_S = 75.0


class EmbeddedStack:
    """Starts, watches and stops the whole. One instance runs once; `run` blocks until `stop` is set."""

    def __init__(self, settings: Settings, java: JavaHome, jars: Path, say: Say) -> None:
        self._settings = settings
        self._java = java
        self._jars = jars
        self._say = say
        self._data = settings.data_dir.absolute()
        self._supervisor = Supervisor(
            on_restart=lambda name, code: say(f"{name} ended ({code}); restarting it")
        )
        self.bootstrap = ""
        self._world_is_open = False

    def run(self, stop: threading.Event, on_ready: Callable[[], None] = lambda: None) -> None:
        """Run until `stop`. Raises CannotStart where something forbids it; leaves nothing running."""
        ports.require_free(self._settings.port, self._settings.host)
        rundir.check_data_dir(self._data)
        with rundir.locked(self._data):
            rundir.clear_info(self._data)  # that of a stack that was killed must not be taken for ours
            try:
                self._start(stop, on_ready)
                daily = self._refine_daily()
                try:
                    if self._settings.daily_refinement != "off" and not stop.is_set():
                        daily.start()
                    self._supervisor.watch(stop)
                finally:
                    daily.stop()
                self._stop()
            finally:
                self._supervisor.stop_all()
                rundir.clear_info(self._data)

    def pids(self) -> dict[str, int]:
        return self._supervisor.pids()

    # starting

    def _start(self, stop: threading.Event, on_ready: Callable[[], None]) -> None:
        began = time.monotonic()
        start_broker(self._supervisor, self._data, self._java, self._jars, stop)
        self.bootstrap = read_bootstrap(self._data)
        if stop.is_set():
            return
        self._say(f"Kafka is ready on {self.bootstrap} ({time.monotonic() - began:.1f} s)")
        admin.apply_topics(self.bootstrap, TOPICS)
        if stop.is_set():
            return
        self._open_world()
        for service in self._services():
            self._supervisor.start(service)
        rundir.write_info(self._data, rundir.StackInfo(os.getpid(), self.url, self.bootstrap))
        self._supervisor.watch(stop, until=self._healthy_by(began + READY_TIMEOUT_S))
        if not stop.is_set():
            self._say(f"Ready: {self.url} ({time.monotonic() - began:.1f} s)")
            on_ready()

    @property
    def url(self) -> str:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{self._settings.port}"

    def _open_world(self) -> None:
        with KafkaPublisher(self.bootstrap) as publisher:
            open_world(
                publisher,
                KafkaTableReader(self.bootstrap),
                KafkaOffsets(self.bootstrap),
                self._settings.speed,
                wall_ms,
            )
        self._world_is_open = True

    def _refine_daily(self) -> DailyRefinement:
        """Refines the days that are over, unless the settings leave that to somebody else."""

        def world_ms() -> int | None:
            driven = progress(KafkaOffsets(self.bootstrap))
            return min(driven.values()) if len(driven) == PARTITIONS else None

        log_file = self._data / "logs" / "daily.log"
        return DailyRefinement(
            lake_of(self._settings, "batch"),
            world_ms,
            log_file,
            self._env("batch"),
            self._say,
        )

    def _env(self, role: str = "") -> dict[str, str]:
        """A child's environment, with the identity at Azure of its role only."""
        env = {
            **only_identity(self._settings, role).as_env(),
            "RUMBO_DATA_DIR": str(self._data),
            "RUMBO_BOOTSTRAP_SERVERS": self.bootstrap,
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",  # the driver listens on loopback only
        }
        return self._java.env(os.environ | env)

    def _services(self) -> list[Service]:
        env = self._env()  # the workers have no business with the lake
        logs = self._data / "logs"
        python = sys.executable
        stream = [python, "-m", "rumbo.pipeline.stream", "--jars", str(self._jars / "spark")]
        workers = [
            Service(
                f"drive-{n}", [python, "-m", "rumbo.drive", "--name", str(n)], logs / f"drive-{n}.log", env
            )
            for n in range(1, self._settings.workers + 1)
        ]
        return [
            Service(
                "stream", stream, logs / "stream.log", self._env("stream"), stop_timeout_s=STREAM_DRAIN_S
            ),
            Service("api", [python, "-m", "rumbo.api"], logs / "api.log", self._env("reader")),
            *workers,
        ]

    def _healthy_by(self, deadline: float) -> Callable[[], bool]:
        client = httpx.Client(base_url=self.url, timeout=2.0, trust_env=False)
        next_look = 0.0

        def healthy() -> bool:
            nonlocal next_look
            now = time.monotonic()
            if now < next_look:
                return False
            next_look = now + 0.25
            try:
                answer = client.get("/api/v1/health")
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.OK:
                client.close()
                return True
            if now > deadline:
                raise CannotStart(
                    f"The stack did not get ready in {READY_TIMEOUT_S:.0f} s ({_unready(answer)}).",
                    hint=f"Look into {self._data / 'logs'}.",
                )
            return False

        return healthy

    # stopping

    def _stop(self) -> None:
        self._say("Stopping: the world pauses, the lake takes what is still on the way")
        self._supervisor.stop("api")
        try:
            self._close_world()
        except RumboError as exc:
            self._say(f"The world was not closed cleanly: {exc} The next start puts it right.")
        for name in [n for n in self._supervisor.pids() if n.startswith("drive-")]:
            self._supervisor.stop(name)
        self._supervisor.stop("stream")
        self._supervisor.stop("broker")
        self._say("Stopped")

    def _close_world(self) -> None:
        if not self._world_is_open:
            return  # stopped while starting: closing a world that a crash left open would let it live through the gap
        with KafkaPublisher(self.bootstrap) as publisher:
            clock = close_world(publisher, KafkaTableReader(self.bootstrap), wall_ms)
        if clock is None:
            return
        end_ms = clock.changes[-1].world_ms
        offsets = KafkaOffsets(self.bootstrap)
        deadline = time.monotonic() + DRIVE_OUT_TIMEOUT_S

        def driven_out() -> bool:
            late = time.monotonic() > deadline
            if late:
                self._say("A worker did not reach the world's end in time; the next start goes on from there")
            driven = progress(offsets)
            return late or (len(driven) == PARTITIONS and min(driven.values()) >= end_ms)

        self._supervisor.watch(threading.Event(), until=driven_out)


def start_broker(
    supervisor: Supervisor, data_dir: Path, java: JavaHome, jars: Path, stop: threading.Event
) -> None:
    """Start the embedded Kafka broker and wait until it answers. Raises CannotStart where it does not."""
    port_file = data_dir / "run" / "ports.json"
    broker_port, controller_port = ports.choose(2, preferred=_remembered(port_file))
    port_file.parent.mkdir(parents=True, exist_ok=True)
    port_file.write_text(json.dumps([broker_port, controller_port]), encoding="utf-8")
    spec = BrokerSpec(
        data_dir=data_dir / "kafka",
        jars_dir=jars / "broker",
        java_home=java.path,
        port=broker_port,
        controller_port=controller_port,
        cds_archive=jars.parent / "broker.jsa",
    )
    spec.prepare()
    supervisor.start(
        Service(
            "broker",
            spec.command(),
            data_dir / "logs" / "broker.out.log",
            spec.env() | NO_IDENTITY,
            stop_timeout_s=30.0,
            orphan_signal=signal.SIGTERM,
            room=spec.home,  # started again and again on a full disk, Kafka loses its list of topics
        )
    )
    deadline = time.monotonic() + BROKER_TIMEOUT_S

    def ready() -> bool:
        if time.monotonic() > deadline:
            raise CannotStart(
                f"Kafka did not answer within {BROKER_TIMEOUT_S:.0f} s.",
                hint=f"Look into {data_dir / 'logs'}.",
            )
        return spec.is_ready()

    supervisor.watch(stop, until=ready)


def read_bootstrap(data_dir: Path) -> str:
    """Address of the broker that was last started on this folder."""
    remembered = _remembered(data_dir / "run" / "ports.json")
    if not remembered:
        raise Unavailable(f"No broker has run on {data_dir} yet.", hint="Start the stack with `rumbo up`.")
    return f"127.0.0.1:{remembered[0]}"


def _remembered(port_file: Path) -> tuple[int, ...]:
    try:
        return tuple(int(port) for port in json.loads(port_file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def _unready(answer: httpx.Response | None) -> str:
    if answer is None:
        return "the API does not answer"
    try:
        parts = answer.json()["parts"]
        return ", ".join(
            f"{name}: {part.get('detail') or part['status']}"
            for name, part in parts.items()
            if part["status"] != "ok"
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"the API answers {answer.status_code}"
