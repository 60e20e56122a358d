"""Alerts of drawn areas: each report is judged by what its time's areas were, whenever it is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rumbo.domain.alert_rules import DEFAULT_RULES, Geofence
from rumbo.domain.geofence import DrawnGeofence
from rumbo.events.geofences import geofence_from_json, geofence_to_json
from rumbo.pipeline.detection import Partition, detect
from rumbo.pipeline.detection_trip import Alert, Report

NOON_MS = 1_772_712_000_000
WEST = Geofence("west", ((7.40, 43.72), (7.42, 43.72), (7.42, 43.74), (7.40, 43.74)))
EAST = Geofence("east", ((7.42, 43.72), (7.44, 43.72), (7.44, 43.74), (7.42, 43.74)))
TO_AND_FRO = [7.43, 7.43, 7.41, 7.41, 7.43, 7.43, 7.41, 7.41, 7.43, 7.43, 7.41, 7.41]
"""Longitudes, a report a second: two in each area in turn."""


def at(second: float) -> int:
    return NOON_MS + round(second * 1000)


def drive() -> list[Report]:
    return [
        Report(
            seq, "trp_1", "veh_1", seq, at(seq), "driving", 43.73, lon, 10.0, 90.0, 0.0, 13.89, "on", None, "Quai"
        )
        for seq, lon in enumerate(TO_AND_FRO)
    ]  # fmt: skip


def drawn(*changes: tuple[Geofence, float], until: float | None = None, name: str = "geo_1") -> DrawnGeofence:
    found = DrawnGeofence(name, ())
    for fence, second in changes:
        found = found.changed(fence, at(second))
    return found if until is None else found.ended(at(until))


def told(
    areas: Sequence[DrawnGeofence], reports: Sequence[Report] | None = None
) -> list[tuple[str, str, int]]:
    alerts = [one.alert for one in detect(Partition(), reports or drive(), DEFAULT_RULES, areas)]
    return [(a["geofence"], a["rule"].removeprefix("geofence_"), a["first_seq"]) for a in alerts]


def test_an_area_is_watched_from_its_moment_on_and_nobody_enters_where_it_begins() -> None:
    found = told([drawn((WEST, 3))])
    assert found == [("west", "exit", 4), ("west", "entry", 6), ("west", "exit", 8), ("west", "entry", 10)]


def test_an_area_that_ended_finds_nothing_any_more() -> None:
    assert told([drawn((WEST, 0), until=6)]) == [("west", "entry", 2), ("west", "exit", 4)]


def test_a_changed_area_begins_anew() -> None:
    found = told([drawn((WEST, 0), (EAST, 5))])
    assert found == [("west", "entry", 2), ("east", "exit", 6), ("east", "entry", 8), ("east", "exit", 10)]


@pytest.mark.parametrize("cut", range(1, len(TO_AND_FRO)))
def test_batches_and_the_moment_at_which_an_area_is_known_change_nothing(cut: int) -> None:
    areas = [drawn((WEST, 0), (EAST, 5), until=9), drawn((EAST, 7), name="geo_0")]
    whole = detect(Partition(), drive(), DEFAULT_RULES, areas)
    state, found = Partition(), []
    for batch in (drive()[:cut], drive()[cut:]):
        newest = batch[-1].time_ms
        known = [
            one for one in areas if one.versions[0].from_ms <= newest
        ]  # what begins later is not known yet
        found += detect(state, batch, DEFAULT_RULES, known)
        state = Partition.load(state.dump())
    assert found == whole
    assert len(whole) == 4


def test_alerts_of_different_areas_have_different_ids() -> None:
    both = detect(Partition(), drive(), DEFAULT_RULES, [drawn((WEST, 0)), drawn((WEST, 0), name="geo_2")])
    alerts: list[Alert] = [one.alert for one in both]
    assert len({alert["alert_id"] for alert in alerts}) == len(alerts) == 10


def test_of_what_has_ended_a_trip_remembers_nothing() -> None:
    state = Partition()
    detect(state, drive(), DEFAULT_RULES, [drawn((WEST, 0), (EAST, 5), until=9)])
    assert state.trips["trp_1"].inside == {}
    assert state.trips["trp_1"].crossing == {}


def test_an_area_keeps_all_that_it_was_on_its_way_through_kafka() -> None:
    area = drawn((WEST, 0), (EAST, 5), until=9)
    assert geofence_from_json("geo_1", geofence_to_json(area)) == area


def test_what_ended_long_ago_is_left_out_when_it_is_written_again() -> None:
    area = drawn((WEST, 0), (EAST, 5), (WEST, 8))
    assert [one.from_ms for one in area.pruned(at(6)).versions] == [at(5), at(8)]
    assert area.ended(at(9)).pruned(at(100)).versions == area.ended(at(9)).versions[-1:]
