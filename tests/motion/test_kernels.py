"""The compiled loops compute to the bit what plain numpy formulas do, and write to the byte what the codec does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rumbo.domain.device import DeviceSpec, Faults, Gnss
from rumbo.domain.device_profiles import CHAOS, DEVICE_PROFILES, device_profile
from rumbo.domain.plan import AmendmentKind, Plan
from rumbo.domain.route import RoadClass, Span
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.events.fields import POSITION, FieldType
from rumbo.motion import Fleet
from rumbo.motion.emit import Positions
from rumbo.motion.kernels import jit, report, truth, write
from rumbo.motion.power import ignition_on
from rumbo.motion.rows import CHOICES, COLUMNS, NULL
from rumbo.motion.sendings import sendings
from rumbo.motion.warm import warm
from rumbo.motion.wire import encoded, keys, payloads, position_payloads
from support import plain_reports, plain_states
from support.trips import START_MS, amended_plans, plan_of, straight_route

LATE = START_MS + 600_000
SHADES = (
    Span(0.0, 13.9, 13.9, 1, 'Calle «Ñ»\t"x" \\ \x01', RoadClass.PRIMARY, sky_view=0.3),
    Span(300.0, 8.3, None, 2, "", RoadClass.RESIDENTIAL, tunnel=True, sky_view=0.0),
    Span(420.0, 8.3, 8.3, 3, "日本🚚", RoadClass.SERVICE, sky_view=0.9),
)  # fmt: skip
FROZEN = Faults(
    frozen_per_hour=40.0, frozen_s=30.0, teleport_per_hour=60.0, teleport_s=5.0, teleport_m=5e5,
    clock_skew_ms=-90_000, clock_drift_ppm=250.0,
)  # fmt: skip


def motley_fleet() -> list[Plan]:
    """Every device, every class of vehicle, both versions, shades and faults."""
    devices = [
        *map(device_profile, DEVICE_PROFILES),
        CHAOS,
        DeviceSpec("f", faults=FROZEN),
        DeviceSpec("v", schema_version=1),
    ]
    devices.append(DeviceSpec("i", gnss=Gnss(ideal=True), faults=FROZEN))
    plans, kinds = [], tuple(VehicleClass)
    for n in range(3 * len(devices)):
        route, kind = replace(straight_route(1_500), spans=SHADES), kinds[n % len(kinds)]
        plan = plan_of(route, n, trip_id=f'trp_{n} é"')
        plan = replace(
            plan,
            vehicle_id=f"veh_{n}\\",
            device=devices[n % len(devices)],
            vehicle_class=kind,
            spec=CLASS_SPECS[kind],
        )
        plans.append(replace(plan, energy_start=0.151 if n % 5 == 0 else 0.9, odometer_start_m=1_234.56 * n))
    return [
        plan.amended(AmendmentKind.PAUSE, plan.start_ms + 60_000) if n % 7 == 3 else plan
        for n, plan in enumerate(plans)
    ]


def same(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.dtype == expected.dtype and found.tolist() == expected.tolist()


def same_numbers(found: np.ndarray, expected: np.ndarray) -> None:
    assert np.array_equal(found, expected, equal_nan=found.dtype == np.float64)


@pytest.fixture(scope="module")
def motley() -> Fleet:
    return Fleet.of(motley_fleet())


def test_reports_are_those_of_the_plain_formulas(motley: Fleet) -> None:
    columns = motley.emit(0, LATE).positions
    sent, _ = sendings(motley, 0, LATE)
    expected = plain_reports.positions(motley, sent)
    assert set(columns) == set(expected) and len(columns["seq"]) > 2_000
    assert (np.asarray(columns["faults"]) != 0).any() and {"low_energy", "start", "end"} <= set(
        columns["trigger"]
    )
    for name, values in expected.items():
        (same_numbers if values.dtype == np.float64 else same)(np.asarray(columns[name]), values)


def test_their_bytes_and_keys_are_those_of_the_codec(motley: Fleet) -> None:
    columns = motley.emit(0, LATE).positions
    plain = Positions(
        motley, sendings(motley, 0, LATE)[0]._replace(spoil=np.zeros(len(columns["seq"]), dtype=np.int64))
    )
    assert list(payloads(motley.emit(0, -1))[POSITION.topic]) == []
    assert set(plain["schema_version"]) == {1, 2}
    assert list(position_payloads(plain)) == list(encoded(plain))
    assert [key.decode() for key in keys(POSITION, columns)] == list(columns["vehicle_id"])


@examples(max_examples=40)
@given(
    st.lists(amended_plans(), min_size=1, max_size=3),
    st.lists(st.integers(-20_000, 400_000), min_size=1, max_size=50),
)
def test_states_are_those_of_the_plain_formulas(plans: list[Plan], offsets: list[int]) -> None:
    fleet = Fleet.of([replace(plan, trip_id=f"trp_{n}") for n, plan in enumerate(plans)])
    times = np.repeat(START_MS + np.array(offsets), len(fleet))
    index = np.tile(np.arange(len(fleet)), len(offsets))
    found, expected = (
        fleet.states(index, times),
        plain_states.evaluate(fleet.trips, fleet.store.tables, index, times),
    )
    for name in type(found).__slots__:
        same_numbers(getattr(found, name), getattr(expected, name))
    on = ignition_on(fleet.trips, fleet.store.tables, index, times, found.piece)
    same(on, plain_reports.ignition_on(fleet.trips, fleet.store.tables, index, times, found.piece))


MOMENTS = st.one_of(st.just(-1), st.integers(0, 253_402_300_799_999))


def units(field_decimals: int) -> st.SearchStrategy[int]:
    most = write.USUAL - 1
    small = st.integers(-1_000, 1_000)
    return st.one_of(
        st.just(NULL),
        small,
        st.integers(-most, most),
        st.integers(-99, 99).map(lambda n: n * 10**field_decimals),
    )


@st.composite
def rows(draw: st.DrawFn) -> list[int]:
    """Any row that the kernel can write."""
    row = []
    for name in COLUMNS:
        field = next(field for field in POSITION.fields if field.name == name)
        if name == "schema_version":
            row.append(draw(st.sampled_from(POSITION.versions)))
        elif name in CHOICES:
            row.append(draw(st.integers(0, len(CHOICES[name]) - 1)))
        elif field.type is FieldType.STRING:
            row.append(draw(st.integers(0, 2)))
        elif field.type is FieldType.TIMESTAMP:
            row.append(draw(MOMENTS))
        elif field.type is FieldType.INTEGER:
            row.append(draw(st.integers(0, write.USUAL - 1)))
        else:
            row.append(draw(units(field.decimals or 0)))
    return row


@pytest.fixture(scope="module")
def three_names() -> Fleet:
    return Fleet.of([plan_of(replace(straight_route(900), spans=SHADES))])


@examples(max_examples=300)
@given(st.lists(rows(), min_size=1, max_size=5))
def test_any_row_is_written_as_the_codec_writes_it(three_names: Fleet, some: list[list[int]]) -> None:
    columns = three_names.emit(0, START_MS).positions
    sent = columns.sent._replace(
        **{name: np.zeros(len(some), dtype=np.int64) for name in type(columns.sent)._fields}
    )
    made = Positions(three_names, sent)
    made.rows = np.array(some, dtype=np.int64)
    assert list(position_payloads(made)) == list(encoded(made))


@pytest.mark.parametrize("value", [write.USUAL, -write.USUAL, 1 << 62])
def test_what_prints_otherwise_is_left_to_the_codec(three_names: Fleet, value: int) -> None:
    made = three_names.emit(0, START_MS).positions
    made.rows[:, COLUMNS.index("odometer_m")] = value
    (payload,) = position_payloads(made)
    assert list(encoded(made)) == [payload] and repr(value / 10)[:8].encode() in payload


def test_a_year_of_five_digits_is_left_to_the_codec(three_names: Fleet) -> None:
    made = three_names.emit(0, START_MS).positions
    made.rows[:, COLUMNS.index("eta")] = 253_402_300_800_000
    (payload,) = position_payloads(made)
    assert b'"eta":"+10000-01-01' in payload


def test_what_is_compiled_ahead_serves_every_fleet(motley: Fleet) -> None:
    """Else a worker would compile for seconds in the middle of a tick."""
    warm()
    emission = motley.emit(0, LATE)
    payloads(emission), keys(POSITION, emission.positions), motley.states([0], [START_MS])
    entries: list[Any] = [
        report.report,
        report.ignition,
        truth.evaluate,
        write.sizes,
        write.write,
        write.write_keys,
    ]
    assert [len(entry.signatures) for entry in entries] == [1] * len(entries)


def test_a_change_of_any_constant_that_is_compiled_in_has_the_kernels_compiled_anew() -> None:
    names = {file.name for file in jit.sources()}
    assert {"write.py", "rows.py", "fields.py", "energy.py", "sky.py", "device.py", "arrays.py"} <= names
