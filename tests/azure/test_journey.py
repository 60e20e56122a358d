"""The main job with its lake in a storage account: all of it real but the account, which is the double or Azurite."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rumbo.regions import Region
from rumbo.settings import Settings
from support.azure import SECRETS, STREAM, Account
from support.dfs import Double, Fault
from support.dfs_calls import Call, operation
from support.stack import TRIPS, Stack

pytestmark = [pytest.mark.journey, pytest.mark.jvm, pytest.mark.timeout(1500)]
REFUSED_S = 60.0
TOKEN_LIFE_S = 30

type Moment = Callable[[Call], bool]


def _commit(call: Call) -> bool:
    return operation(call) == "rename" and call.path.startswith("positions/_delta_log/")


MOMENTS: dict[str, tuple[Moment, bool]] = {
    "before the first file of a batch": (
        lambda c: operation(c) == "create" and c.path.startswith("positions/event_date"),
        False,
    ),
    "with a file half written": (
        lambda c: operation(c) == "flush" and c.path.startswith("positions/event_date"),
        False,
    ),
    "within the commit, before it is done": (_commit, False),
    "within the commit, when it is done and nobody was told": (_commit, True),
    "after the commit, before the checkpoint knows": (
        lambda c: operation(c) == "create" and c.path.startswith("_checkpoints/stream/commits"),
        False,
    ),
}
"""When the stream is killed, by the call that it makes; and whether the account does what is asked all the same."""


@dataclass(slots=True)
class Killer:
    """Kills Spark's driver when it makes a certain call."""

    stack: Stack
    container: str
    is_now: Moment
    done: list[int] = field(default_factory=list)
    """The pid that it had."""

    def __call__(self, call: Call) -> bool:
        if self.done or call.who != STREAM or call.container != self.container or not self.is_now(call):
            return False
        pid = self.stack.pid_of("driver-jvm")
        os.kill(pid, signal.SIGKILL)
        self.done.append(pid)
        return True


@contextmanager
def running(settings: Settings, region: Region, data: Path) -> Iterator[Stack]:
    """`rumbo up` as of a user whose environment names the account and its identities."""
    data.mkdir()
    (data / "regions").symlink_to(region.dir.parent)
    stack = Stack(data, speed=10, alerts=True)
    told = settings.as_env()
    stack.env |= {name: value for name, value in told.items() if "_AZURE_" in name or "_LAKE_" in name}
    try:
        stack.start()
        yield stack
    finally:
        stack.kill()


@contextmanager
def killing(stack: Stack, double: Double, killer: Killer, when: str, *, after: bool) -> Iterator[None]:
    """Whatever the stream is given to do here, it is killed over it, and comes back."""
    with double.fault(Fault(killer, after=after, cut=True)):
        yield
        stack.wait_until(lambda: killer.done, when)
        stack.wait_until(
            lambda: stack.pid_of("driver-jvm") not in {0, *killer.done},
            f"the stream is back after it was killed {when}",
        )


def test_the_main_job_on_an_account_whose_stream_is_killed_and_which_refuses_for_a_minute(
    account: Account, monaco_region: Region, tmp_path: Path
) -> None:
    double, landing = account.double, account.container("landing")
    double.tokens.life_s = TOKEN_LIFE_S
    try:
        with running(account.settings, monaco_region, tmp_path / "data") as stack:
            trips = []
            for name, (is_now, after) in MOMENTS.items():
                with killing(stack, double, Killer(stack, landing, is_now), name, after=after):
                    trips.append(stack.trip(stack.vehicle(name), TRIPS[1])["id"])
            trips.append(stack.trip(stack.vehicle("Waiting for the account"), TRIPS[1])["id"])
            refused = Fault(lambda c: c.container.endswith(account.name[:11]), times=1_000_000)
            with double.fault(refused):
                stack.wait_until(lambda: refused.met, "the account refuses")
                over = time.monotonic() + REFUSED_S
                stack.wait_until(lambda: time.monotonic() > over, "a minute is over")
            for trip in trips:
                stack.wait_for_state(trip, "arrived")
            report = stack.audit("--wait", "240")
            assert (report["balanced"], report["trips"]) == (True, len(trips)), report
            renewed = double.tokens.issued[STREAM]
            assert stack.stop() == [], "no process is left"
    finally:
        double.tokens.life_s = 3600
    assert renewed > len(MOMENTS) + 2, "a new token for each life of the stream, and more while it lived"
    mine = [call for call in double.by(STREAM) if call.container.endswith(account.name[:11])]
    assert {call.container for call in mine if call.writes} == {landing}
    assert_no_secret(stack, b"".join(double.tree.files(landing).values()))


def test_the_main_job_on_azurite(on_azurite: Settings, monaco_region: Region, tmp_path: Path) -> None:
    with running(on_azurite, monaco_region, tmp_path / "data") as stack:
        trip = stack.trip(stack.vehicle("On Azurite"), TRIPS[0])["id"]
        stack.wait_for_state(trip, "arrived")
        report = stack.audit("--wait", "240")
        assert (report["balanced"], report["trips"]) == (True, 1), report
        assert stack.stop() == [], "no process is left"
    assert_no_secret(stack, b"")


def assert_no_secret(stack: Stack, landed: bytes) -> None:
    """Neither in what the stack said nor in what lies in the account."""
    said = b"".join(
        file.read_bytes() for file in [stack.data / "up.log", *(stack.data / "logs").glob("*.log*")]
    )
    assert said
    for secret in SECRETS.values():
        assert secret.encode() not in said + landed
