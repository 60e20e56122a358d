"""The arithmetic of a tick."""

from __future__ import annotations

import json

from drive.driving import plan
from rumbo.drive.tick import CHUNK_EVENTS, MIN_CHUNK_MS, chunk_end, count, merged, records_between
from rumbo.events.topics import POSITIONS, TRIP_STATES
from rumbo.motion import Fleet

FLEET = Fleet.of([plan(1, 1_000), plan(2, 1_500)])


def test_positions_are_keyed_by_vehicle_and_state_changes_by_trip() -> None:
    records = records_between(FLEET, 0, 2_000)
    assert {key for key, _ in records[POSITIONS]} == {"veh_1", "veh_2"}
    assert {key for key, _ in records[TRIP_STATES]} == {"trp_1", "trp_2"}
    assert all(json.loads(value)["vehicle_id"] == key for key, value in records[POSITIONS])


def test_neighbouring_stretches_add_up_to_the_whole() -> None:
    whole = records_between(FLEET, 0, 60_000)
    parts = merged([records_between(FLEET, at, at + 777) for at in range(0, 60_606, 777)])
    assert {t: list(batch) for t, batch in parts.items()} == {t: list(batch) for t, batch in whole.items()}


def test_a_stretch_without_events_has_no_topics() -> None:
    assert records_between(FLEET, 0, 999) == {}
    assert count(records_between(FLEET, 0, 999)) == 0


def test_a_chunk_holds_about_as_many_events_as_allowed() -> None:
    assert chunk_end(1_000, 10**9, events_per_ms=10.0) == 1_000 + CHUNK_EVENTS // 10


def test_a_chunk_ends_where_the_tick_ends_and_never_stands_still() -> None:
    assert chunk_end(1_000, 1_200, events_per_ms=0.001) == 1_200
    assert chunk_end(1_000, 10**9, events_per_ms=0.0) == 10**9
    assert chunk_end(1_000, 10**9, events_per_ms=1e9) == 1_000 + MIN_CHUNK_MS
