"""What /lake gives."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from rumbo.lake.tables import ColumnType, Layer


class ColumnOut(BaseModel):
    name: str
    type: ColumnType
    unit: str
    nullable: bool
    description: str


class TableOut(BaseModel):
    """A table as it is now. Nobody has written one of version null yet."""

    name: str = Field(description="`layer.table`, as SQL names it.")
    layer: Layer
    table: str
    grain: str = Field(description="What a row is.")
    partition_by: list[str]
    sources: list[str] = Field(description="The tables that its rows are made from.")
    rows: int | None
    files: int | None
    bytes: int | None = Field(description="Of the newest version's files.")
    version: int | None
    committed_at: str | None = Field(description="When the newest version was written: wall time.")
    attribution: str = Field(description="Whom to name where rows are passed on; empty for nobody.")
    columns: list[ColumnOut]
    problem: str = Field(description="Why the table cannot be read; its numbers are null then.")


class TablesOut(BaseModel):
    """All tables, from landing to common, in the order in which they are made."""

    items: list[TableOut]


class RowsOut(BaseModel):
    """A page of a table's rows as they lie in its files, all of one version, whatever is written meanwhile."""

    table: TableOut
    version: int | None = Field(description="The version that the rows are of.")
    items: list[dict[str, Any]] = Field(
        description="By column. Times are RFC 3339 in UTC, bytes base64, what is no number null."
    )
    next_cursor: str | None


class OffsetsOut(BaseModel):
    """Records of one Kafka partition: `records` of those from `first` to `last`, both taken."""

    topic: str
    partition: int
    first: int
    last: int
    records: int


class StepOut(BaseModel):
    """The rows of one table that went into the row."""

    table: str
    version: int | None
    made: list[str] = Field(description="The tables that were made from them.")
    by: list[str] = Field(description="The columns that they were found by.")
    rows: int
    offsets: list[OffsetsOut] = Field(description="Of landing's tables only.")


class TraceEventOut(BaseModel):
    topic: str
    partition: int
    offset: int
    payload: str


class TraceOut(BaseModel):
    """A row and what it was made from, from its own table down to the records in Kafka."""

    table: str
    version: int | None
    row: dict[str, Any]
    steps: list[StepOut]
    event: TraceEventOut | None
