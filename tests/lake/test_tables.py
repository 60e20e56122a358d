from __future__ import annotations

import dataclasses

import pytest

from rumbo.events.fields import EVENT_TYPES, POSITION, EventType, FieldType
from rumbo.lake.tables import COORDINATES, LANDED_EVENTS, LANDING_TABLES, ColumnType, TableSpec, landing_table


def names(spec: TableSpec) -> set[str]:
    return set(spec.names)


@pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda event: event.name)
def test_landing_holds_every_field_of_an_event_with_its_unit_and_nullability(event: EventType) -> None:
    columns = {column.name: column for column in LANDED_EVENTS[event.topic].columns}
    for field in event.fields:
        column = columns[field.name]
        assert (column.unit, column.nullable, column.description) == (
            field.unit,
            not event.always(field),
            field.description,
        )
        assert (column.type is ColumnType.TIMESTAMP) == (field.type is FieldType.TIMESTAMP)


@pytest.mark.parametrize("spec", LANDING_TABLES, ids=lambda spec: spec.name)
def test_every_landing_table_says_where_a_row_came_from_and_keeps_its_bytes(spec: TableSpec) -> None:
    assert {column.name for column in COORDINATES} | {"kafka_key", "payload"} <= names(spec)
    assert set(spec.partition_by) < names(spec)
    assert len(names(spec)) == len(spec.columns)


def test_an_event_field_named_like_a_column_of_landing_is_refused() -> None:
    clash = dataclasses.replace(POSITION.fields[-1], name="kafka_offset")
    with pytest.raises(ValueError, match="clash"):
        landing_table(dataclasses.replace(POSITION, fields=(*POSITION.fields, clash)))
