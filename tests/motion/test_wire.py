"""Bytes on the wire: schema versions side by side, and no way to spoil them that the contract does not reject."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from rumbo.domain.device import SCHEMA_VERSIONS, DeviceSpec, Fault, Faults
from rumbo.domain.device_profiles import CHAOS
from rumbo.events.codec import encode
from rumbo.events.contract import Broken, Rule, canonical
from rumbo.events.fields import POSITION
from rumbo.motion import Fleet
from rumbo.motion.spoil import KINDS, MALFORMED, MALFORMED_KINDS, spoilt
from rumbo.motion.wire import payloads
from support.trips import plan_of, straight_route

NO_OBJECT = {Rule.NOT_UTF8, Rule.NOT_JSON, Rule.NOT_AN_OBJECT}


def good(version: int) -> bytes:
    columns = Fleet.of([plan_of(straight_route(900))]).emit(0, 1 << 50).positions
    names = [field.name for field in POSITION.fields_of(version)]
    if not set(names) <= set(columns):
        pytest.skip(f"version {version} is not emitted yet")
    row = {name: columns[name][60:61] for name in names} | {"schema_version": [version]}
    return encode(POSITION, row, version)[0]


@pytest.mark.parametrize("version", SCHEMA_VERSIONS)
@pytest.mark.parametrize("kind", range(1, len(KINDS) + 1), ids=KINDS)
def test_the_contract_rejects_every_kind_of_spoilt_event(kind: int, version: int) -> None:
    value = good(version)
    canonical(POSITION, b"veh_1", value)
    bad = spoilt(value, kind)
    assert bad != value and bad == spoilt(value, kind)
    with pytest.raises(Broken) as broken:
        canonical(POSITION, b"veh_1", bad)
    assert (broken.value.rule in NO_OBJECT) == (kind <= MALFORMED_KINDS)


def test_a_road_name_full_of_quotes_and_braces_is_spoilt_all_the_same() -> None:
    columns = Fleet.of([plan_of(straight_route(900))]).emit(0, 1 << 50).positions
    hostile = 'Rue "lat":1,"state":"x",} \\" {"speed_mps":0'
    row = {field.name: columns[field.name][60:61] for field in POSITION.fields_of(1)} | {
        "road_name": [hostile],
        "schema_version": [1],
    }
    value = encode(POSITION, row)[0]
    canonical(POSITION, b"veh_1", value)
    for kind in range(1, len(KINDS) + 1):
        with pytest.raises(Broken):
            canonical(POSITION, b"veh_1", spoilt(value, kind))


def test_there_are_kinds_of_every_rule_that_an_event_can_break() -> None:
    found = set()
    for kind in range(1, len(KINDS) + 1):
        with pytest.raises(Broken) as broken:
            canonical(POSITION, b"veh_1", spoilt(good(1), kind))
        found.add(broken.value.rule)
    assert found == set(Rule) - {Rule.NO_VALUE}


def test_devices_speak_the_versions_that_the_contract_has() -> None:
    assert POSITION.versions == SCHEMA_VERSIONS


def test_exactly_the_labelled_events_are_rejected() -> None:
    device = replace(CHAOS, faults=replace(CHAOS.faults, malformed_share=0.2, breaking_share=0.2))
    plans = [replace(plan_of(straight_route(4000), i, trip_id=f"trp_{i}"), device=device) for i in range(4)]
    emission = Fleet.of(plans).emit(0, 1 << 50)
    rows, rejected = emission.positions, []
    for vehicle_id, value in zip(rows["vehicle_id"], payloads(emission)[POSITION.topic], strict=True):
        try:
            canonical(POSITION, vehicle_id.encode(), value)
            rejected.append(False)
        except Broken:
            rejected.append(True)
    assert rejected == ((rows["faults"] & (Fault.MALFORMED | Fault.BREAKING)) != 0).tolist()
    torn = (rows["faults"] & Fault.MALFORMED) != 0
    assert ((rows["spoil"] > 0) & (rows["spoil"] <= len(MALFORMED)) == torn).all()


def test_both_copies_of_a_doubled_event_are_the_same_bytes() -> None:
    device = DeviceSpec("d", faults=Faults(doubled_share=1.0, malformed_share=0.3, breaking_share=0.3))
    emission = Fleet.of([replace(plan_of(straight_route(2000)), device=device)]).emit(0, 1 << 50)
    values = payloads(emission)[POSITION.topic]
    by_copy: dict[int, dict[int, bytes]] = {0: {}, 1: {}}
    for seq, copy, value in zip(emission.positions["seq"], emission.positions["copy"], values, strict=True):
        by_copy[int(copy)][int(seq)] = value
    assert by_copy[0] == by_copy[1] and len(by_copy[0]) > 100


def test_devices_of_several_versions_drive_side_by_side() -> None:
    plans = []
    for i in range(6):
        version = 1 + i % 2
        device = DeviceSpec("d", schema_version=version)
        plans.append(replace(plan_of(straight_route(900), i, trip_id=f"trp_{i}"), device=device))
    emission = Fleet.of(plans).emit(0, 1 << 50)
    if "power_kw" not in emission.positions:
        pytest.skip("version 2 is not emitted yet")
    for trip, value in zip(emission.positions["trip_id"], payloads(emission)[POSITION.topic], strict=True):
        event = orjson.loads(value)
        version = 1 + int(trip[4:]) % 2
        assert event["trip_id"] == trip and event["schema_version"] == version
        assert tuple(event) == tuple(field.name for field in POSITION.fields_of(version))


def test_the_documentation_names_every_kind() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "devices.md").read_text(encoding="utf-8")
    assert not {kind for kind in KINDS if kind not in text}
    assert not {str(flag.name).lower() for flag in Fault if f"`{str(flag.name).lower()}`" not in text}
