"""A shard takes in any number of plans without holding them all at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Self

import pytest

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.plan import Plan
from rumbo.drive import shard
from rumbo.drive.shard import Shard
from rumbo.events.plans import plan_to_json
from rumbo.events.topics import PLANS
from rumbo.motion import Fleet
from rumbo.transport.port import Record
from support.trips import START_MS, plan_of, straight_route

WALL_MS = 1_000
given: list[int] = []


class Counted(Fleet):
    def with_plans(self, plans: Sequence[Plan], without: Collection[str] = ()) -> Self:
        given.append(len(plans))
        return super().with_plans(plans, without)


def records() -> list[Record]:
    """Seven plans; one comes twice, one is deleted."""
    route = straight_route(1_000)
    plans = [(f"trp_{n}", plan_to_json(plan_of(route, n, trip_id=f"trp_{n}"))) for n in range(7)]
    told = [*plans, (plans[1][0], plans[1][1]), ("trp_2", None)]
    return [Record(PLANS, 0, n, WALL_MS, key, value) for n, (key, value) in enumerate(told)]


def test_many_plans_are_packed_some_at_a_time_and_drive_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = WorldClock((ClockChange(WALL_MS, START_MS - 60_000, 1.0),))
    sent = []
    for at_once in (256, 2):
        monkeypatch.setattr(shard, "PLANS_AT_ONCE", at_once)
        given.clear()
        part = Shard(0, None, Counted.of)
        for record in records():
            part.take(record)
        part.settle(WALL_MS, clock)
        assert max(given) == min(at_once, 6)
        assert len(part) == 6
        sent.append({topic: list(batch) for topic, batch in part.records(0, START_MS + 600_000).items()})
    assert sent[0] == sent[1] and sum(map(len, sent[0].values())) > 300
