"""Alerts follow from the records alone: not from batches, repeats, order within the wait, or restarts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rumbo.domain.alert_files import rules_of
from rumbo.domain.alert_rules import DEFAULT_RULES, AlertRules
from rumbo.pipeline.detection import FORGET_MS, LEAP_MS, Found, Partition, detect
from rumbo.pipeline.detection_trip import Report

NOON_MS = 1_772_712_000_000
HOME = [[7.40, 43.72], [7.42, 43.72], [7.42, 43.74], [7.40, 43.74]]
RULES = rules_of({"geofences": [{"name": "home", "polygon": HOME}], "idling": {"least_s": 20}})


def report(seq: int, at_s: float | None = None, **changes: Any) -> Report:
    plain = Report(
        0, "trp_1", "veh_1", seq, NOON_MS + int(1000 * (seq if at_s is None else at_s)), "driving", 43.75, 7.45,
        10.0, 90.0, 0.0, 13.89, "on", NOON_MS + 600_000, "Quai",
    )  # fmt: skip
    return plain._replace(**changes)


def numbered(reports: Sequence[Report]) -> list[Report]:
    return [item._replace(offset=at) for at, item in enumerate(reports)]


def alerts(reports: Sequence[Report], rules: AlertRules = RULES) -> list[dict[str, Any]]:
    return [found.alert for found in detect(Partition(), numbered(reports), rules)]


def told(reports: Sequence[Report], rules: AlertRules = RULES) -> list[tuple[str, int, int]]:
    return [(a["rule"], a["first_seq"], a["last_seq"]) for a in alerts(reports, rules)]


def test_overspeed_is_told_once_it_has_lasted() -> None:
    fast = [report(seq, speed_mps=17.0 if 3 <= seq <= 12 else 10.0) for seq in range(20)]
    (alert,) = alerts(fast)
    assert (alert["rule"], alert["first_seq"], alert["last_seq"]) == ("overspeed", 3, 8)
    assert (alert["value"], alert["threshold"], alert["unit"]) == (3.11, 1.4, "m/s")
    assert (alert["begin_time"], alert["event_time"]) == (NOON_MS + 3_000, NOON_MS + 8_000)
    short = [report(seq, speed_mps=17.0 if 3 <= seq <= 6 else 10.0) for seq in range(20)]
    assert told(short) == []


def test_where_the_map_knows_no_limit_nobody_is_too_fast() -> None:
    assert told([report(seq, speed_mps=60.0, speed_limit_mps=None) for seq in range(20)]) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"acceleration_mps2": 2.5}, "harsh_acceleration"), ({"acceleration_mps2": -3.0}, "harsh_braking"),
     ({"heading_deg": 110.0}, "harsh_cornering")],
)  # fmt: skip
def test_a_harsh_manoeuvre_is_told_with_its_first_report(changes: dict[str, Any], rule: str) -> None:
    drive = [report(seq) for seq in range(6)]
    drive[3] = drive[3]._replace(**changes)
    found = [item for item in told(drive) if item[1] == 3]
    assert found == [(rule, 3, 3)]
    assert [item for item in told([item._replace(**changes) for item in drive]) if item[0] == rule][1:] == []


def test_standing_with_the_ignition_on_is_idling_after_a_while() -> None:
    standing = [report(seq, speed_mps=0.1, state="waiting") for seq in range(30)]
    assert told(standing) == [("idling", 0, 20)]
    assert told([item._replace(ignition="off") for item in standing]) == []
    assert told([item._replace(ignition=None) for item in standing]) == []


def test_a_long_time_without_a_report_ends_what_was_under_way() -> None:
    fast = [
        report(0, speed_mps=17.0),
        report(1, at_s=200, speed_mps=17.0),
        report(2, at_s=203, speed_mps=17.0),
    ]
    assert told(fast) == []


def test_an_area_is_entered_and_left_with_the_second_report_there() -> None:
    inside = {"lon": 7.41, "lat": 43.73}
    drive = [report(seq, **(inside if seq in (3, 6, 7, 8, 11) else {})) for seq in range(16)]
    assert told(drive) == [("geofence_entry", 6, 7), ("geofence_exit", 9, 10)]
    assert told([report(seq, **inside) for seq in range(5)]) == []


def test_a_later_expected_arrival_is_behind_the_plan_once() -> None:
    late = [report(seq, eta_ms=NOON_MS + 600_000 + seq * 100_000) for seq in range(8)]
    assert told(late) == [("behind_plan", 3, 3)]


def test_arrival_tells_how_late_it_is_and_ends_the_trip() -> None:
    end = report(4, at_s=700, state="arrived", eta_ms=None)
    (alert,) = [a for a in alerts([*(report(seq) for seq in range(4)), end, end]) if a["rule"] == "arrival"]
    assert (alert["value"], alert["unit"], alert["last_seq"]) == (100.0, "s", 4)


def other(seq: int, at_s: float) -> Report:
    return report(seq, at_s=at_s, trip_id="trp_2", vehicle_id="veh_2")


def test_a_device_is_silent_when_others_go_on() -> None:
    records = [report(0), report(1), *(other(at, 100 * at) for at in range(8)), report(2, at_s=710)]
    (alert,) = alerts(records)
    assert (alert["rule"], alert["trip_id"], alert["first_seq"]) == ("silent", "trp_1", 1)
    assert alert["value"] >= DEFAULT_RULES.silent.least_s


def test_who_is_paused_or_has_arrived_is_not_silent() -> None:
    others = [other(at, 100 * at) for at in range(8)]
    assert told([report(0, state="paused"), *others]) == []
    assert [rule for rule, *_ in told([report(0, state="arrived"), *others])] == ["arrival"]


def test_a_second_silence_is_told_too() -> None:
    records = [report(0), *(other(at, 100 * at) for at in range(5)), report(1, at_s=410)]
    records += [other(5 + at, 500 + 100 * at) for at in range(5)]
    assert [a["first_seq"] for a in alerts(records)] == [0, 1]


def test_one_mad_clock_does_not_make_the_others_silent() -> None:
    mad = report(0, trip_id="trp_3", at_s=LEAP_MS)
    records = [report(0), mad, mad._replace(seq=1), *(other(at, at) for at in range(5)), report(1)]
    assert told(records) == []


def test_a_missing_report_is_waited_for_and_then_given_up() -> None:
    brake = report(2, acceleration_mps2=-4.0)
    state = Partition()
    assert detect(state, [report(0), brake._replace(offset=1)], RULES) == []
    found = detect(state, [report(1)._replace(offset=2)], RULES)
    assert [(item.offset, item.alert["rule"]) for item in found] == [(2, "harsh_braking")]
    lost = [report(0), brake, *(other(at, 10 + 20 * at) for at in range(5)), report(1, acceleration_mps2=5.0)]
    assert told(lost) == [("harsh_braking", 2, 2)]


def test_what_is_long_over_is_forgotten() -> None:
    state = Partition()
    days = [report(0, state="arrived"), other(0, 1), *(other(n, FORGET_MS / 1000 * n) for n in range(1, 4))]
    detect(state, numbered(days), RULES)
    assert (set(state.trips), set(state.over)) == ({"trp_2"}, set())


def test_a_state_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        Partition.load(Partition().dump().replace(b'"version":1', b'"version":0'))


REPORTS = some.builds(
    report,
    seq=some.integers(0, 14),
    trip_id=some.sampled_from(["trp_1", "trp_2", "trp_3"]),
    at_s=some.integers(0, 900),
    speed_mps=some.sampled_from([0.0, 10.0, 20.0]),
    acceleration_mps2=some.sampled_from([0.0, 4.0, -4.0]),
    state=some.sampled_from(["driving", "driving", "driving", "paused", "arrived"]),
    lon=some.sampled_from([7.41, 7.45]),
    lat=some.just(43.73),
)


@given(some.lists(REPORTS, max_size=60), some.lists(some.integers(0, 60), max_size=6), some.integers(0, 60))
def test_any_cut_into_batches_with_repeats_and_restarts_gives_the_same(
    reports: list[Report], cuts: list[int], again: int
) -> None:
    records = numbered(reports)
    whole = detect(Partition(), records, RULES)
    state, found = Partition(), list[Found]()
    edges = [0, *sorted(min(cut, len(records)) for cut in cuts), len(records)]
    for begin, end in pairwise(edges):
        state = Partition.load(state.dump())
        found += detect(state, records[max(0, begin - again) : end], RULES)
    assert found == whole


@given(some.data())
def test_order_and_doubles_within_the_wait_change_no_alert(data: some.DataObject) -> None:
    fast = some.sampled_from([10.0, 20.0])
    drive = [report(seq, speed_mps=data.draw(fast), lon=data.draw(some.sampled_from([7.41, 7.45])), lat=43.73)
             for seq in range(30)]  # fmt: skip
    drive[-1] = drive[-1]._replace(state="arrived")
    mixed = sorted(drive, key=lambda item: item.seq + data.draw(some.integers(0, 8)))
    mixed += data.draw(some.lists(some.sampled_from(drive), max_size=5))
    assert sorted(told(mixed)) == sorted(told(drive))


@given(some.lists(REPORTS, max_size=60))
def test_no_alert_is_raised_twice(reports: list[Report]) -> None:
    ids = [alert["alert_id"] for alert in alerts(reports)]
    assert len(ids) == len(set(ids))
