"""What devices with rules, bad links and faults send: causal, complete, and the same however time is cut."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rumbo.domain.device import DeviceSpec, Fault, Faults, Link, Reporting
from rumbo.domain.device_profiles import CHAOS, FLAKY, TRACKER
from rumbo.domain.plan import AmendmentKind, Plan
from rumbo.domain.route import Dwell, Route, Span
from rumbo.motion import Emission, Fleet, compile_plan
from rumbo.motion.emit import Columns
from rumbo.motion.power import ignition_on
from rumbo.motion.wire import payloads
from support.devices import devices
from support.trips import START_MS, amended, amended_plans, plan_of, straight_route

FOREVER = START_MS + 10**9


def told(emission: Emission) -> tuple[list[tuple[object, ...]], list[bytes]]:
    """All that an emission says of positions, comparable: its columns and its bytes."""
    rows = [*lines(emission.positions), *lines(emission.dropped)]
    return rows, list(payloads(emission)["rumbo.positions"])


def lines(columns: Columns) -> list[tuple[object, ...]]:
    return [tuple(map(repr, row)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)]


@examples(max_examples=150, deadline=None)
@given(amended_plans(), devices(), st.sampled_from(AmendmentKind), st.integers(-20_000, 900_000))
def test_nothing_sent_is_ever_contradicted_by_a_later_amendment(
    plan: Plan, device: DeviceSpec, kind: AmendmentKind, after_ms: int
) -> None:
    plan = replace(plan, device=device)
    at_ms = max([plan.start_ms + after_ms, *(a.at_ms for a in plan.amendments)])
    later = plan.amended(kind if kind is not AmendmentKind.REROUTE else AmendmentKind.PAUSE, at_ms)
    assert told(Fleet.of([plan]).emit(0, at_ms - 1)) == told(Fleet.of([later]).emit(0, at_ms - 1))


TOWN = Route(
    lat=(43.7, 43.71, 43.71, 43.73),
    lon=(7.4, 7.4, 7.42, 7.42),
    distance_m=(0.0, 1_111.951, 2_719.613, 4_943.514),
    spans=(
        Span(0.0, 13.9, sky_view=0.5),
        Span(1_000.0, 13.9, tunnel=True, sky_view=0.0),
        Span(2_000.0, 13.9),
        Span(3_000.0, 13.9, tunnel=True, sky_view=0.0),
        Span(4_000.0, 13.9, sky_view=0.2),
    ),
    dwells=(Dwell(2_500.0, 60.0), Dwell(3_500.0, 40.0)),
)
WORST = DeviceSpec(
    "worst",
    Reporting(standing_interval_ms=3_000, distance_m=60.0, turn_deg=20.0, on_ignition=True),
    link=Link(
        good_s=25.0, weak_s=10.0, lost_s=20.0, lost_in_tunnels=True, buffer=12, burst_ms=400,
        delay_ms=((0.0, 0.0), (1.0, 3_000.0)), weak_delay_ms=((0.0, 500.0), (1.0, 30_000.0)),
    ),
    faults=Faults(
        late_share=0.1, doubled_share=0.1, dropped_share=0.1, malformed_share=0.1, breaking_share=0.1,
        clock_drift_ppm=500.0, frozen_per_hour=60.0, frozen_s=10.0, teleport_per_hour=90.0,
    ),
)  # fmt: skip
HASTY = replace(WORST, link=replace(WORST.link, in_order=False, buffer=3))


@pytest.mark.parametrize(
    "device", [WORST, HASTY, CHAOS, TRACKER, FLAKY], ids=["worst", "hasty", "chaos", "tracker", "flaky"]
)
def test_pausing_and_cancelling_all_along_a_trip_change_nothing_that_was_sent(device: DeviceSpec) -> None:
    plans = [replace(plan_of(TOWN, seed, trip_id=f"trp_{seed}"), device=device) for seed in range(25)]
    for after_ms in (15_001, 90_000, 130_500, 222_222, 300_000, 390_001):
        at_ms = START_MS + after_ms
        sent = told(Fleet.of(plans).emit(0, at_ms - 1))
        for kind in (AmendmentKind.PAUSE, AmendmentKind.CANCEL):
            assert told(Fleet.of([plan.amended(kind, at_ms) for plan in plans]).emit(0, at_ms - 1)) == sent
        resumed = [plan.amended(AmendmentKind.PAUSE, at_ms - 10_000) for plan in plans]
        later = [plan.amended(AmendmentKind.RESUME, at_ms + 5_000) for plan in resumed]
        again = Fleet.of(later).emit(0, at_ms + 4_999)
        assert told(Fleet.of(resumed).emit(0, at_ms + 4_999)) == told(again)


def test_a_vehicle_paused_in_a_tunnel_sends_nothing_however_far_its_script_is_written() -> None:
    device = DeviceSpec("d", link=Link(lost_in_tunnels=True))
    plan = replace(plan_of(straight_route(3000, tunnel=True)), device=device)
    fleet = Fleet.of([amended(plan, ("pause", 60))])
    emissions = [fleet.emit(START_MS, START_MS + hour * 3_600_000) for hour in range(5)]
    assert not any(len(emission.positions["seq"]) for emission in emissions)
    assert len(emissions[-1].dropped["seq"]) == 4 * 3_600 + 1 - 10_000  # what the store has no room for


@examples(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(amended_plans(), devices()), min_size=1, max_size=3),
    st.lists(st.integers(-20_000, 1_500_000), max_size=8),
)
def test_any_cut_of_time_gives_the_same_sendings(
    drawn: list[tuple[Plan, DeviceSpec]], cuts: list[int]
) -> None:
    plans = [replace(plan, device=device, trip_id=f"trp_{i}") for i, (plan, device) in enumerate(drawn)]
    until = START_MS + 1_500_000
    bounds = [0, *(START_MS + cut for cut in sorted(cuts)), until]
    whole, fleet = Fleet.of(plans).emit(0, until), Fleet.of(plans)
    parts = [fleet.emit(a, b) for a, b in pairwise(bounds)]
    assert lines(whole.positions) == [line for part in parts for line in lines(part.positions)]
    assert lines(whole.dropped) == [line for part in parts for line in lines(part.dropped)]
    order = [whole.positions[name].tolist() for name in ("emit_ms", "trip_index", "seq", "copy")]
    assert list(zip(*order, strict=True)) == sorted(zip(*order, strict=True))


@examples(max_examples=100, deadline=None)
@given(amended_plans(), devices())
def test_each_report_is_sent_or_dropped_and_only_doubled_ones_are_sent_twice(
    plan: Plan, device: DeviceSpec
) -> None:
    plan = replace(plan, device=device)
    motion = compile_plan(plan)
    if motion.end_ms is None or not motion.reports:
        return
    sent = Fleet.of([plan]).emit(0, 1 << 50)
    rows, dropped = sent.positions, sent.dropped
    once = rows["seq"][rows["copy"] == 0].tolist()
    assert sorted([*once, *dropped["seq"].tolist()]) == list(range(len(once) + len(dropped["seq"])))
    twice = (rows["faults"] & Fault.DOUBLED) != 0
    assert sorted(rows["seq"][twice & (rows["copy"] == 0)]) == sorted(rows["seq"][rows["copy"] == 1])
    assert (rows["emit_ms"] >= rows["true_ms"]).all() and (dropped["emit_ms"] >= dropped["true_ms"]).all()
    assert ((dropped["faults"] & Fault.DROPPED) != 0).all() and not (rows["faults"] & Fault.DROPPED).any()
    true_ms = np.concatenate((rows["true_ms"], dropped["true_ms"]))
    assert true_ms.min() == plan.start_ms and true_ms.max() == motion.end_ms
    behind = rows["seq"] < np.maximum.accumulate(rows["seq"])
    assert (((rows["faults"] & Fault.OUT_OF_ORDER) != 0) == behind).all()
    off = rows["event_time"] != rows["true_ms"]
    assert (((rows["faults"] & Fault.CLOCK) != 0) == off).all()


def by_the_book(plan: Plan) -> list[int]:
    """When a device reports by its rules, sample by sample in the plainest way."""
    rules, motion = plan.device.reporting, compile_plan(plan)
    assert motion.end_ms is not None
    times = np.arange(plan.start_ms, motion.end_ms, rules.step_ms)
    fleet, row = Fleet.of([plan]), np.zeros_like(times)
    states = fleet.states(row, times)
    on = ignition_on(fleet.trips, fleet.store.tables, row, times, states.piece)
    found: list[int] = []
    last = 0
    for i in range(len(times)):
        is_standing = states.speed_mps[i] < 0.3
        wait = rules.standing_interval_ms if is_standing and rules.standing_interval_ms else rules.interval_ms
        turned = abs((states.heading_deg[i] - states.heading_deg[last] + 180) % 360 - 180)
        if (
            i == 0
            or times[i] - times[last] >= wait
            or (rules.distance_m and states.distance_m[i] - states.distance_m[last] >= rules.distance_m)
            or (rules.turn_deg and turned >= rules.turn_deg and not is_standing)
            or (rules.on_ignition and on[i] != on[i - 1])
        ):
            found.append(int(times[i]))
            last = i
    return [*found, motion.end_ms]


@examples(max_examples=80, deadline=None)
@given(amended_plans(), devices())
def test_a_device_reports_by_its_rules_first_at_the_start_and_last_at_the_end(
    plan: Plan, device: DeviceSpec
) -> None:
    plan = replace(plan, device=replace(device, link=Link(), faults=Faults(clock_skew_ms=1)))
    motion = compile_plan(plan)
    if motion.end_ms is None or not motion.reports or motion.end_ms - plan.start_ms > 3_600_000:
        return
    rows = Fleet.of([plan]).emit(0, 1 << 50).positions
    assert rows["emit_ms"].tolist() == by_the_book(plan)
    assert rows["trigger"][-1] == "end" and set(rows["trigger"][:-1][:1]) <= {"start"}


def test_long_standstills_are_told_by_heartbeats_alone() -> None:
    route = straight_route(3000, dwells=(Dwell(1500.0, 86_400.0),))
    rows = Fleet.of([plan_of(route, device="tracker")]).emit(0, 1 << 50).positions
    waiting = rows["true_ms"][rows["state"] == "waiting"]
    assert 1_435 <= len(waiting) <= 1_441 and set(np.diff(waiting)[1:-1]) == {60_000}


def test_an_open_trip_goes_on_reporting_however_far_its_script_was_written() -> None:
    plan = replace(amended(plan_of(straight_route(5000)), ("pause", 60)), device=TRACKER)
    fleet = Fleet.of([plan])
    assert list(fleet.over_at(1 << 59)) == []
    week = fleet.emit(START_MS + 86_400_000 * 7, START_MS + 86_400_000 * 8).positions
    assert 1_400 <= len(week["seq"]) <= 1_440 and set(week["state"]) == {"paused"}
    steps = Fleet.of([plan])
    for hour in range(24 * 8):
        steps.emit(START_MS + hour * 3_600_000, START_MS + (hour + 1) * 3_600_000)
    again = steps.emit(START_MS + 86_400_000 * 7, START_MS + 86_400_000 * 8).positions
    assert lines(again) == lines(week)


def test_a_trip_is_over_only_when_its_last_report_has_come_in() -> None:
    device = DeviceSpec("late", link=Link(delay_ms=((0.0, 90_000.0), (1.0, 90_000.0))))
    plan = replace(plan_of(straight_route(900)), device=device)
    fleet, end_ms = Fleet.of([plan]), compile_plan(plan).end_ms
    assert end_ms is not None and list(fleet.over_at(1 << 50)) == []
    fleet.emit(0, START_MS - 1)
    assert not len(fleet.store.tables.script)
    fleet.emit(0, START_MS)
    assert list(fleet.over_at(end_ms + 89_999)) == []
    assert list(fleet.over_at(end_ms + 90_000)) == [0]
    assert len(fleet.emit(end_ms + 89_999, end_ms + 90_000).positions["seq"]) == 1


def many(device: DeviceSpec, route: Route | None = None, count: int = 60) -> Emission:
    route = route or straight_route(12_000)
    plans = [replace(plan_of(route, i, trip_id=f"trp_{i}"), device=device) for i in range(count)]
    return Fleet.of(plans).emit(0, 1 << 50)


def test_outages_have_the_share_of_time_that_their_lengths_say() -> None:
    device = DeviceSpec("d", link=Link(good_s=60.0, lost_s=20.0))
    rows = many(device).positions
    assert 0.2 <= ((rows["faults"] & Fault.STORED) != 0).mean() <= 0.3
    assert not (rows["faults"] & Fault.OUT_OF_ORDER).any()


def test_what_was_stored_goes_out_in_a_burst_in_order() -> None:
    device = DeviceSpec("d", link=Link(good_s=60.0, lost_s=20.0, burst_ms=50))
    rows = many(device, count=1).positions
    waited = rows["emit_ms"] - rows["true_ms"]
    queued = np.flatnonzero(waited)
    steps = np.diff(rows["emit_ms"][queued])
    assert set(steps[steps < 1_000]) == {50} and waited.max() > 5_000
    assert rows["seq"].tolist() == list(range(len(rows["seq"])))


def test_a_full_store_drops_the_oldest() -> None:
    device = DeviceSpec("d", link=Link(good_s=100.0, lost_s=100.0, buffer=5))
    sent = many(device)
    stored = (sent.positions["faults"] & Fault.STORED) != 0
    assert 0.4 <= len(sent.dropped["seq"]) / (len(sent.dropped["seq"]) + len(sent.positions["seq"])) <= 0.55
    ends = np.array([compile_plan(plan_of(straight_route(12_000), i)).end_ms for i in range(60)])
    stored &= sent.positions["emit_ms"] < ends[sent.positions["trip_index"]]
    assert (sent.positions["emit_ms"] - sent.positions["true_ms"])[stored].max() <= 5_100
    assert set((sent.dropped["emit_ms"] - sent.dropped["true_ms"]).tolist()) <= {*range(5001)}


def test_without_a_store_what_is_recorded_in_a_tunnel_is_lost_there_and_then() -> None:
    device = DeviceSpec("d", link=Link(lost_in_tunnels=True, buffer=0))
    spans = (Span(0.0, 13.9), Span(4000.0, 13.9, tunnel=True, sky_view=0.0), Span(6000.0, 13.9))
    sent = many(device, replace(straight_route(12_000), spans=spans), count=3)
    assert (sent.dropped["emit_ms"] == sent.dropped["true_ms"]).all() and len(sent.dropped["seq"]) > 300
    places = sent.positions["distance_m"]
    assert not ((places > 4_020) & (places < 6_000)).any()


def test_what_waits_when_the_trip_ends_in_a_tunnel_is_sent_then() -> None:
    device = DeviceSpec("d", link=Link(lost_in_tunnels=True, burst_ms=0))
    plan = replace(plan_of(straight_route(900, tunnel=True)), device=device)
    rows = Fleet.of([plan]).emit(0, 1 << 50).positions
    assert set(rows["emit_ms"]) == {compile_plan(plan).end_ms} and len(rows["seq"]) > 60


def test_each_fault_comes_as_often_as_declared() -> None:
    shares = {
        Fault.LATE: 0.1,
        Fault.DOUBLED: 0.05,
        Fault.DROPPED: 0.08,
        Fault.MALFORMED: 0.03,
        Fault.BREAKING: 0.04,
    }
    declared = {f"{flag.labels[0]}_share": part for flag, part in shares.items()}
    sent = many(DeviceSpec("d", faults=Faults(**declared)))  # type: ignore[arg-type]
    once = sent.positions["faults"][sent.positions["copy"] == 0]
    whole = len(once) + len(sent.dropped["seq"])
    for flag, part in shares.items():
        found = sent.dropped["faults"] if flag is Fault.DROPPED else once
        assert abs(((found & flag) != 0).sum() / whole - part) < 0.015, flag
    late = (sent.positions["faults"] & Fault.LATE) != 0
    first = sent.positions["copy"] == 0
    assert (sent.positions["emit_ms"] - sent.positions["true_ms"])[late & first].min() >= 5_000


def test_clocks_go_wrong_by_skew_and_drift() -> None:
    rows = many(
        DeviceSpec("d", faults=Faults(clock_skew_ms=-2_000, clock_drift_ppm=500.0)), count=1
    ).positions
    off, since = rows["event_time"] - rows["true_ms"], rows["true_ms"] - START_MS
    assert off[0] == -2_000 and (np.abs(off + 2_000 - since * 0.0005) <= 0.5).all()


def test_a_frozen_fix_stays_while_the_odometer_goes_on() -> None:
    rows = many(DeviceSpec("d", faults=Faults(frozen_per_hour=30.0, frozen_s=20.0))).positions
    frozen = (rows["faults"] & Fault.FROZEN) != 0
    assert 0.1 <= frozen.mean() <= 0.18
    order = np.lexsort((rows["seq"], rows["trip_index"]))
    one = order[frozen[order]][:15]
    assert len(set(rows["lat"][one])) == 1 and len(set(rows["satellites"][one])) == 1
    assert len(set(rows["odometer_m"][one])) == 15


def test_a_teleport_throws_the_position_as_far_as_declared() -> None:
    faults = Faults(teleport_per_hour=30.0, teleport_s=10.0, teleport_m=5_000.0)
    rows = many(DeviceSpec("d", faults=faults)).positions
    away = (rows["faults"] & Fault.TELEPORT) != 0
    truth = 43.7 + rows["distance_m"] / 111_195.08
    north = (rows["lat"] - truth) * 111_195
    east = (rows["lon"] - 7.4) * 111_195 * np.cos(np.radians(43.75))
    far = np.hypot(north, east)
    assert 0.04 <= away.mean() <= 0.12 and np.abs(far[away] - 5_000).max() < 60 and far[~away].max() < 40
    assert len(set(np.sign(north[away]))) == 2 and len(set(np.sign(east[away]))) == 2


def test_order_is_lost_where_the_device_does_not_wait() -> None:
    rows = many(FLAKY, count=5).positions
    assert ((rows["faults"] & Fault.OUT_OF_ORDER) != 0).mean() > 0.05


def test_a_fleet_of_scripts_changed_step_by_step_equals_one_made_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rumbo.motion.fleet._CLEAN_PIECES", 10)
    plans = [
        replace(plan_of(straight_route(900 + 300 * i), i, trip_id=f"trp_{i}"), device=device)
        for i, device in enumerate((CHAOS, TRACKER, FLAKY, CHAOS))
    ]
    fleet = Fleet.of(plans[:2])
    for k in range(30):
        plans[1] = amended(plans[1], ("pause", 20 + k), ("resume", 90 + k))
        fleet = fleet.with_plans([plans[1]])
    fleet = fleet.with_plans(plans[2:], without=["trp_0"])
    assert told(fleet.emit(0, FOREVER)) == told(Fleet.of(plans[1:]).emit(0, FOREVER))
    assert len(fleet.store.tables.script) < 3 * fleet.trips["scripts"].sum()


def test_an_interval_that_samples_do_not_meet_is_kept_at_the_next_sample() -> None:
    device = DeviceSpec("d", reporting=Reporting(interval_ms=1_500, sample_ms=1_000))
    rows = many(device, count=1).positions
    assert set(np.diff(rows["true_ms"])[:-1]) == {2_000}
