"""Landing's columns, and events' fields, in Spark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql import types as st

from rumbo.events.export import spark_schema
from rumbo.events.fields import EventType
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


def open_schema(declared: st.StructType) -> st.StructType:
    """The schema with nothing forbidden: of frames that are made of Python values, or of nothing."""
    return st.StructType([st.StructField(field.name, field.dataType) for field in declared.fields])


def frame_of(session: SparkSession, spec: TableSpec, rows: Sequence[tuple[Any, ...]]) -> DataFrame:
    """Python values as rows of a table."""
    return session.createDataFrame(rows, open_schema(landing_schema(spec)))
