"""Rows as CSV, JSON, Parquet or aligned text, batch by batch: no more than a batch is in memory."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

LARGEST_ROW_GROUP = 100_000
TABLE_ROWS = 1_000
WIDEST = 60


def write_csv(batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO) -> int:
    """RFC 4180 with a header; times RFC 3339 in UTC, bytes in base64, lists and structs as JSON. Returns the rows.

    An empty field is null, two quotes an empty text.
    """
    out.write(_csv(schema.empty_table(), header=True))
    rows = 0
    for batch in batches:
        out.write(_csv(pa.Table.from_batches([batch]), header=False))
        rows += batch.num_rows
    return rows


def _csv(table: pa.Table, *, header: bool) -> bytes:
    columns = {}
    for number, field in enumerate(table.schema):
        column = table.column(number)
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            column = pa.array([json_value(value) for value in column.to_pylist()], pa.string())
        elif pa.types.is_nested(field.type) or not _for_csv(field.type):
            column = pa.array([_text(value) for value in column.to_pylist()], pa.string())
        columns[str(number)] = column
    frame = pl.DataFrame(pa.table(columns)) if columns else pl.DataFrame()
    frame = frame.with_columns(
        pl.col(name).dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime) and kind.time_zone
    )
    if header:
        head = pl.DataFrame(
            [table.schema.names], schema=[str(n) for n in range(len(table.schema))], orient="row"
        )
        return head.write_csv(include_header=False).encode()
    return frame.write_csv(include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.f").encode()


def _for_csv(kind: pa.DataType) -> bool:
    of = pa.types
    return bool(
        of.is_integer(kind) or of.is_floating(kind) or of.is_boolean(kind) or of.is_date(kind) or of.is_timestamp(kind)
        or of.is_string(kind) or of.is_large_string(kind) or of.is_decimal(kind) or of.is_null(kind)
    )  # fmt: skip


def write_json(batches: Iterable[pa.RecordBatch], out: BinaryIO) -> int:
    """One JSON array, a row a line: valid as a whole and easy to cut. Returns the rows."""
    rows = 0
    for batch in batches:
        for row in batch.to_pylist():
            out.write((b",\n" if rows else b"[\n") + _text(row).encode())
            rows += 1
    out.write(b"\n]\n" if rows else b"[]\n")
    return rows


def write_parquet(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    out: BinaryIO,
    notes: Mapping[str, str] | None = None,
) -> int:
    """Parquet with zstd; `notes` are key-value metadata of the file. Returns the rows."""
    rows = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch, LARGEST_ROW_GROUP)
            rows += batch.num_rows
        if notes:
            writer.add_key_value_metadata(dict(notes))
    return rows


def text_table(batches: Iterable[pa.RecordBatch], names: list[str]) -> Iterator[str]:
    """The first rows as aligned lines, the last line saying how many or that there are more; a plan as it is drawn."""
    if names == ["explain_key", "explain_value"]:
        yield from (text for batch in batches for text in batch.column(1).to_pylist())
        return
    rows: list[list[str]] = []
    more = False
    for batch in batches:
        left = TABLE_ROWS - len(rows)
        rows += [[_cell(value) for value in row.values()] for row in _rows(batch.slice(0, left))]
        more = more or batch.num_rows > left
        if more:
            break
    lines = [names, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(names))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
    count = f"the first {TABLE_ROWS:,} rows; --out FILE takes all" if more else f"{len(rows):,} rows"
    yield f"({count})"


def _rows(batch: pa.RecordBatch) -> Iterator[dict[int, Any]]:
    """By number, not by name: two columns may be called alike."""
    columns = [column.to_pylist() for column in batch.columns]
    for row in zip(*columns, strict=True):
        yield dict(enumerate(row))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    plain = json_value(value)
    text = plain if isinstance(plain, str) else _text(plain)
    text = " ".join(text.split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _text(value: Any) -> str:
    return json.dumps(json_value(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def json_value(value: Any) -> Any:
    """A value as JSON has it: times RFC 3339, bytes base64, what is no number null."""
    plain: Any
    match value:
        case None | bool() | str() | int():
            plain = value
        case float():
            plain = value if isfinite(value) else None
        case Decimal():
            plain = int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            utc = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            plain = utc.isoformat() + ("Z" if value.tzinfo else "")
        case bytes():
            plain = base64.b64encode(value).decode()
        case dict():
            plain = {str(name): json_value(one) for name, one in value.items()}
        case list() | tuple():
            plain = [json_value(one) for one in value]
        case _:
            plain = str(value)
    return plain
