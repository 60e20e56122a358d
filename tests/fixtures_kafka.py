"""A real embedded broker for a test session: `kafka` is its bootstrap string, with all topics applied."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rumbo.stack.broker import BrokerSpec
from rumbo.stack.java import find_java
from rumbo.stack.ports import choose
from rumbo.transport.admin import apply_topics

CACHE = Path(__file__).parent.parent / ".cache" / "rumbo"
READY_TIMEOUT_S = 60.0


def broker_spec(data_dir: Path) -> BrokerSpec:
    """A broker on free ports under `data_dir`; skips the test where the jars were not fetched."""
    jars = CACHE / "jars" / "broker"
    if not any(jars.glob("kafka_*.jar")):
        pytest.skip("the broker's jars are not there: make setup")
    port, controller_port = choose(2)
    java = find_java(CACHE)
    return BrokerSpec(data_dir, jars, java.path, port, controller_port, cds_archive=CACHE / "broker.jsa")


class RunningBroker:
    """A broker process that a test can start, stop, kill and start again on the same data and ports."""

    def __init__(self, spec: BrokerSpec) -> None:
        self.spec = spec
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.spec.prepare()
        with (self.spec.home / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                self.spec.command(), env=os.environ | self.spec.env(), stdout=console, stderr=console
            )
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not self.spec.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the broker did not start; see {self.spec.log}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait(10)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    running = RunningBroker(broker_spec(tmp_path_factory.mktemp("broker")))
    running.start()
    apply_topics(running.spec.bootstrap)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def kafka(broker: RunningBroker) -> str:
    """Bootstrap string of a real broker with all topics applied, shared by the session."""
    return broker.spec.bootstrap
