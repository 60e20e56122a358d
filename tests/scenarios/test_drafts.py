"""Parts planned apart, in any order, add up to the history planned in one go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rumbo.domain.plan import Plan
from rumbo.fleet.chain import Chain, going_on
from rumbo.scenarios.drafts import Draft, Drafts, begin_ms
from support.history import History
from support.scenes import DEMANDS, scenario, world

FIRST = date(2026, 3, 3)
DAYS = [FIRST + timedelta(days=n) for n in range(3)]


def joined(found: Drafts, first: date, last: date) -> list[Draft]:
    """Drafts of all parts, each part by itself, the last part first."""
    drafts = [draft for part in found.parts(first, last)[::-1] for draft in found.of(part, first, last)]
    return sorted(drafts, key=lambda draft: draft.place)


def chained(drafts: list[Draft]) -> list[Plan]:
    chain = Chain()
    return [going_on(d.plan, chain.next(d.plan.vehicle_id, d.leg), d.leg) for d in drafts]


@pytest.mark.parametrize("kind", DEMANDS)
def test_parts_add_up_to_the_history(kind: str) -> None:
    found = scenario(DEMANDS[kind])
    history = History(found, world(), FIRST)
    whole = [plan for day in DAYS for plan in history.plans(day)]
    drafts = Drafts(found, world(), FIRST)
    assert chained(joined(drafts, DAYS[0], DAYS[-1])) == whole
    assert list(drafts.history(DAYS[-1])) == whole
    assert len(whole) > 3 and (kind == "loops" or any(plan.odometer_start_m > 0 for plan in whole))


def test_a_batch_of_days_holds_the_trips_that_start_on_them() -> None:
    found = scenario(DEMANDS["ride_hailing"])
    whole = joined(Drafts(found, world(), FIRST), DAYS[0], DAYS[-1])
    batches = [joined(Drafts(found, world(), FIRST), day, day) for day in DAYS]
    assert [draft for batch in batches for draft in batch] == whole
    for day, batch in zip(DAYS, batches, strict=True):
        assert {draft.plan.start_ms // 86_400_000 for draft in batch} == {begin_ms(day) // 86_400_000}


def test_each_trip_is_planned_once() -> None:
    asked: list[str] = []
    here = world()
    planning = here.planning
    plan = planning.plan

    class Counted:
        route = staticmethod(planning.route)

        @staticmethod
        def plan(order: object) -> Plan:
            asked.append(order.trip_id)  # type: ignore[attr-defined]  # an Order
            return plan(order)  # type: ignore[arg-type]

    drafts = Drafts(scenario(DEMANDS["commuters"]), replace(here, planning=Counted()), FIRST)
    found = joined(drafts, DAYS[0], DAYS[0])
    assert found and len(asked) == len(set(asked))
