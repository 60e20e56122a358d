"""CSV of vehicles: what is written is read as it was, and no spreadsheet takes a text for a formula."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from rumbo.api.csv_file import Separator
from rumbo.api.fields import Name
from rumbo.api.models_vehicles import MAX_TAGS, Tag
from rumbo.api.routers.vehicles import order_of
from rumbo.api.vehicles_csv import COLUMNS, read, written
from rumbo.domain.vehicle import LIMIT_RANGES, SPEC_RANGES, Driver, EnergyKind, Vehicle, VehicleClass
from rumbo.errors import InvalidInput
from rumbo.fleet.vehicle_orders import VehicleOrder, order_hash, vehicle_of

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
LETTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(
    [*FORMULA, *"'\";,\t \u200bÑ\u0301"]
)


def texts(kind: Any, longest: int) -> st.SearchStrategy[str]:
    """Texts as they are once the contract has let them in."""
    adapter: TypeAdapter[str] = TypeAdapter(kind)

    def clean(text: str) -> str | None:
        try:
            return adapter.validate_python(text)
        except ValidationError:
            return None

    return st.text(LETTERS, min_size=1, max_size=longest).map(clean).filter(bool).map(str)


def numbers(ranges: Any) -> dict[str, st.SearchStrategy[float]]:
    return {name: st.floats(least, most) for name, (least, most) in ranges.items()}


SPECS = st.fixed_dictionaries(
    {},
    optional=numbers(SPEC_RANGES)
    | {
        "energy": st.sampled_from([kind.value for kind in EnergyKind]),
        "limits": st.fixed_dictionaries({}, optional=numbers(LIMIT_RANGES)),
    },
)
VEHICLES = st.builds(
    VehicleOrder,
    name=texts(Name, 20),
    vehicle_class=st.sampled_from(VehicleClass),
    id=st.from_regex(r"veh_[0-9a-z][0-9a-z_-]{0,35}", fullmatch=True),
    fleet=st.none() | texts(Name, 20),
    tags=st.lists(texts(Tag, 10), max_size=MAX_TAGS).map(tuple),
    overrides=SPECS,
    driver=st.sampled_from(Driver),
    device_profile=st.from_regex(r"[a-z][a-z0-9_-]{0,9}", fullmatch=True),
    energy_level=st.floats(0, 1),
).map(lambda order: vehicle_of(order, order.id or "", 0))
SEPARATORS = st.sampled_from(Separator)


def file_of(vehicles: list[Vehicle], separator: Separator) -> bytes:
    return b"".join(written([vehicles[:1], vehicles[1:]], separator))


@settings(max_examples=200, deadline=None)
@given(vehicles=st.lists(VEHICLES, max_size=4), separator=SEPARATORS)
def test_vehicles_are_read_as_they_were_written(vehicles: list[Vehicle], separator: Separator) -> None:
    rows = read(file_of(vehicles, separator))
    assert rows.errors == []
    again = [vehicle_of(order_of(entry), entry.id or "", 0) for _, entry in rows.vehicles]
    assert again == vehicles
    assert [order_hash(vehicle) for vehicle in again] == [order_hash(vehicle) for vehicle in vehicles]


@settings(max_examples=200, deadline=None)
@given(vehicle=VEHICLES, separator=SEPARATORS, divided_by=st.sampled_from(",;\t"))
def test_no_cell_is_a_formula_whatever_a_spreadsheet_divides_by(
    vehicle: Vehicle, separator: Separator, divided_by: str
) -> None:
    text = file_of([vehicle], separator).decode("utf-8-sig")
    for quoting in (
        csv.QUOTE_MINIMAL,
        csv.QUOTE_NONE,
    ):  # with QUOTE_NONE quotes are letters, as inside a cell
        for cells in csv.reader(StringIO(text, newline=""), delimiter=divided_by, quoting=quoting):
            assert not [cell for cell in cells if cell.lstrip(' "\u3000').startswith(tuple(FORMULA))]


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: f"name,{text}\nv,{text}".encode()))
def test_any_file_is_read_or_refused(body: bytes) -> None:
    try:
        errors = [(error.line, error.detail) for error in read(body).errors]
    except InvalidInput as exc:
        errors = [(1, exc.hint)]
    assert all(line >= 1 and detail for line, detail in errors)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1", "''=1"),
        ("a;-b", "a;'-b"),
        ('a,"+b', "a,\"'+b"),
        ("1-2", "1-2"),
        ("O'Neill", "O'Neill"),
    ],
)
def test_an_apostrophe_keeps_a_text_from_being_a_formula(name: str, cell: str) -> None:
    vehicle = Vehicle("veh_1", name, VehicleClass.CAR, 0)
    rows = list(csv.DictReader(StringIO(file_of([vehicle], Separator.COMMA).decode(), newline="")))
    assert [row["name"] for row in rows] == [cell] and tuple(rows[0]) == COLUMNS
