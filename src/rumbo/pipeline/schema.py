"""Landing's columns in Spark, and the proof inside Spark that a record keeps the contract.

The proof is one regular expression over the whole value, generated from the field tables: it accepts exactly what
Rumbo's own producers write (the fields of one of the contract's versions in order, no others, no escapes in texts),
plus range checks and the key. What it accepts is good JSON of the right types without coercion, which `from_json` alone
does not promise ("1" for 1, 5 for "5", a field twice, text after the object). What it does not accept is not wrong
yet: `contract.py` decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql import types as st

from rumbo.events.export import spark_schema
from rumbo.events.fields import EventType, Field, FieldType
from rumbo.lake.tables import ColumnType, TableSpec

_SPARK_TYPES: dict[ColumnType, st.DataType] = {
    ColumnType.STRING: st.StringType(),
    ColumnType.BINARY: st.BinaryType(),
    ColumnType.INTEGER: st.IntegerType(),
    ColumnType.LONG: st.LongType(),
    ColumnType.DOUBLE: st.DoubleType(),
    ColumnType.TIMESTAMP: st.TimestampType(),
    ColumnType.DATE: st.DateType(),
}

# Possessive quantifiers (++, ?+) keep Java's matcher from going back, so a long value cannot make it slow or deep.
_TEXT = r'[^"\\\x00-\x1f]*+'
_INTEGER = r"-?(?:0|[1-9][0-9]{0,17})"
_NUMBER = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,20})?+(?:[eE][+-]?[0-9]{1,2})?+"
_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_YEAR_DAY = rf"(?:(?:19|20)[0-9]{{2}}-{_DAY}|20(?:[02468][048]|[13579][26])-02-29)"
_TIME = rf"{_YEAR_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{{3}}Z"


def landing_schema(spec: TableSpec) -> st.StructType:
    return st.StructType(
        [
            st.StructField(
                column.name,
                _SPARK_TYPES[column.type],
                column.nullable,
                {"comment": column.description} | ({"unit": column.unit} if column.unit else {}),
            )
            for column in spec.columns
        ]
    )


def event_schema(event: EventType) -> st.StructType:
    """The event's fields, all nullable: what `from_json` is given."""
    declared = st.StructType.fromJson(spark_schema(event))
    return st.StructType([st.StructField(field.name, field.dataType) for field in declared.fields])


def parsed(event: EventType, text: SparkColumn) -> SparkColumn:
    """A JSON text that keeps the contract as a struct of typed columns."""
    return sf.from_json(text, event_schema(event), {"mode": "PERMISSIVE"})


def plainly_good(event: EventType, key: SparkColumn, value: SparkColumn, fields: SparkColumn) -> SparkColumn:
    """True only for records that keep the contract; `fields` is the value as `parsed`. Never null."""
    text = value.cast("string")
    tests = [
        sf.is_valid_utf8(text),
        text.rlike(record_pattern(event)),
        key == fields[event.key].cast("binary"),
    ]
    for field in event.fields:
        tests += _range_tests(field, fields[field.name], never_null=event.always(field))
    whole = tests[0]
    for test in tests[1:]:
        whole = whole & test
    return sf.coalesce(whole, sf.lit(False))


def record_pattern(event: EventType) -> str:
    """The regular expression that a plainly good value matches from its first to its last character.

    One branch a version. The version stands first, so a branch that is not the value's fails at once.
    """
    return r"\A\{(?:" + "|".join(_fields_pattern(event, version) for version in event.versions) + r")\}\z"


def _fields_pattern(event: EventType, version: int) -> str:
    fields = event.fields_of(version)
    return ",".join(f'"{field.name}":{_value_pattern(field, version)}' for field in fields)


def _value_pattern(field: Field, version: int) -> str:
    if field.name == "schema_version":
        return str(version)
    if field.values:
        pattern = '"(?:' + "|".join(re.escape(value) for value in field.values) + ')"'
    elif field.type is FieldType.STRING:
        pattern = '"' + (r'[^"\\\x00-\x1f]++' if field.name.endswith("_id") else _TEXT) + '"'
    elif field.type is FieldType.TIMESTAMP:
        pattern = f'"{_TIME}"'
    else:
        pattern = _INTEGER if field.type is FieldType.INTEGER else _NUMBER
    return f"(?:{pattern}|null)" if field.nullable else pattern


def _range_tests(field: Field, column: SparkColumn, *, never_null: bool) -> list[SparkColumn]:
    tests = []
    if field.minimum is not None:
        tests.append(column >= sf.lit(field.minimum))
    if field.maximum is not None:
        tests.append(column <= sf.lit(field.maximum))
    return tests if never_null else [sf.coalesce(test, sf.lit(True)) for test in tests]


def open_schema(declared: st.StructType) -> st.StructType:
    """The schema with nothing forbidden: of frames that are made of Python values, or of nothing."""
    return st.StructType([st.StructField(field.name, field.dataType) for field in declared.fields])


def frame_of(session: SparkSession, spec: TableSpec, rows: Sequence[tuple[Any, ...]]) -> DataFrame:
    """Python values as rows of a table."""
    return session.createDataFrame(rows, open_schema(landing_schema(spec)))


def plain_bytes(value: bytes | bytearray | None) -> bytes | None:
    return None if value is None else bytes(value)  # Spark may hand over a bytearray
