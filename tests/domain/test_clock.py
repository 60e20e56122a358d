"""The world clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.errors import InvalidInput

RATES = st.one_of(st.just(0.0), st.floats(0.1, 1000))


@st.composite
def clocks(draw: st.DrawFn) -> WorldClock:
    clock = WorldClock(
        (ClockChange(draw(st.integers(0, 10**12)), draw(st.integers(0, 10**12)), draw(RATES)),)
    )
    wall_ms = clock.changes[0].wall_ms
    for step in draw(st.lists(st.integers(0, 10**7), max_size=5)):
        wall_ms += step
        clock = clock.changed(wall_ms, draw(RATES))
    return clock


@given(clocks(), st.integers(0, 2 * 10**12), st.integers(0, 10**7))
def test_world_time_never_runs_backwards(clock: WorldClock, wall_ms: int, later: int) -> None:
    assert clock.world_ms(wall_ms) <= clock.world_ms(wall_ms + later)


@given(clocks(), st.integers(0, 10**7), RATES)
def test_a_change_of_rate_does_not_make_world_time_jump(clock: WorldClock, step: int, rate: float) -> None:
    wall_ms = clock.changes[-1].wall_ms + step
    assert clock.changed(wall_ms, rate).world_ms(wall_ms) == clock.world_ms(wall_ms)


def test_world_time_stands_still_at_rate_zero() -> None:
    clock = WorldClock((ClockChange(1_000, 50_000, 10.0),)).changed(2_000, 0.0)
    assert clock.world_ms(2_000) == clock.world_ms(9_000) == 60_000


def test_a_rate_outside_the_range_is_refused_with_what_is_possible() -> None:
    with pytest.raises(InvalidInput, match=r"0\.1 to 1000"):
        ClockChange(0, 0, 1001.0)


def test_changes_out_of_order_are_refused() -> None:
    with pytest.raises(InvalidInput, match="order"):
        WorldClock((ClockChange(5, 0, 1.0), ClockChange(4, 0, 1.0)))
