"""GeoParquet 1.1: places as WKB points, with their bounding boxes as a covering, in WGS 84.

https://geoparquet.org/releases/v1.1.0/. Without a `crs` a column is OGC:CRS84, longitude before latitude, as WKB here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rumbo.lake.formats import LARGEST_ROW_GROUP

VERSION = "1.1.0"
_WKB = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""Little-endian point: 21 bytes."""
_BOX = pa.struct([(name, pa.float64()) for name in ("xmin", "ymin", "xmax", "ymax")])


def places_in(names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Geometry column -> its columns of longitude and latitude; that of `lat`, else the first, is `geometry`."""
    prefixes = [name.removesuffix("lat") for name in names if name == "lat" or name.endswith("_lat")]
    pairs = [prefix for prefix in prefixes if f"{prefix}lon" in names]
    pairs.sort(key=lambda prefix: prefix != "")
    return {
        "geometry" if number == 0 else f"{prefix}geometry": (f"{prefix}lon", f"{prefix}lat")
        for number, prefix in enumerate(pairs)
    }


def write_geoparquet(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO, notes: Mapping[str, str]
) -> int:
    """Write rows that have longitudes and latitudes in degrees; a place without either is null. Returns the rows."""
    places = places_in(schema.names)
    boxes = {name: _Box() for name in places}
    whole = schema
    for name in places:
        whole = whole.append(pa.field(name, pa.binary())).append(pa.field(_covering(name), _BOX))
    rows = 0
    # Without Arrow's own copy of the schema, which would hide the metadata that comes last from Arrow's readers.
    with pq.ParquetWriter(out, whole, compression="zstd", store_schema=False) as writer:
        for batch in batches:
            arrays = list(batch.columns)
            for name, (lon, lat) in places.items():
                arrays += _points(batch.column(lon), batch.column(lat), boxes[name])
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=whole), LARGEST_ROW_GROUP)
            rows += batch.num_rows
        writer.add_key_value_metadata({"geo": json.dumps(_metadata(boxes)), **notes})
    return rows


class _Box:
    """The bounds of all that was added."""

    def __init__(self) -> None:
        self.least, self.most = [np.inf, np.inf], [-np.inf, -np.inf]

    def add(self, x: Any, y: Any) -> None:
        if len(x):
            self.least = [min(self.least[0], float(x.min())), min(self.least[1], float(y.min()))]
            self.most = [max(self.most[0], float(x.max())), max(self.most[1], float(y.max()))]


def _points(lon: Any, lat: Any, box: _Box) -> list[Any]:
    """The places as WKB and as boxes, which of a point have no extent."""
    missing = np.asarray(pc.or_(pc.is_null(lon, nan_is_null=True), pc.is_null(lat, nan_is_null=True)))
    x, y = (np.asarray(pc.fill_null(column, 0.0), np.float64) for column in (lon, lat))
    box.add(x[~missing], y[~missing])
    wkb = np.empty(len(x), _WKB)
    wkb["order"], wkb["kind"], wkb["x"], wkb["y"] = 1, 1, x, y
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(_WKB.itemsize), len(x), [None, pa.py_buffer(wkb)])
    none = pa.array(missing)
    points = pc.if_else(none, pa.scalar(None, pa.binary()), fixed.cast(pa.binary()))
    ends = [pa.array(values, pa.float64()) for values in (x, y, x, y)]
    boxes = pa.StructArray.from_arrays(ends, fields=list(_BOX), mask=none)
    return [points, boxes]


def _covering(name: str) -> str:
    return "bbox" if name == "geometry" else f"{name.removesuffix('geometry')}bbox"


def _metadata(boxes: Mapping[str, _Box]) -> dict[str, Any]:
    columns: dict[str, dict[str, Any]] = {}
    for name, box in boxes.items():
        covering = {end: [_covering(name), end] for end in ("xmin", "ymin", "xmax", "ymax")}
        columns[name] = {"encoding": "WKB", "geometry_types": ["Point"], "covering": {"bbox": covering}}
        if np.isfinite(box.least).all():
            columns[name]["bbox"] = [*box.least, *box.most]
    return {"version": VERSION, "primary_column": next(iter(boxes)), "columns": columns}
