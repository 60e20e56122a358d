"""What other programs find: the documented lines open a table, exported files keep their formats' published rules."""

from __future__ import annotations

import json
import re
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import deltalake
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from defusedxml.ElementTree import fromstring, parse
from jsonschema import Draft202012Validator

from rumbo.lake import export as export_module
from rumbo.lake.export import Selection, export
from rumbo.lake.kinds import ExportFormat
from rumbo.lake.places import Lake
from rumbo.lake.sql import batches_of
from support.gpx_schema import faults_of
from support.lake_rows import lake_in, positions, put

DOCS = Path(__file__).parents[2] / "docs" / "readers.md"
SEVERAL = 7_000

GEO = {
    "type": "object",
    "required": ["version", "primary_column", "columns"],
    "properties": {
        "version": {"const": "1.1.0"},
        "primary_column": {"type": "string", "minLength": 1},
        "columns": {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {".+": {"$ref": "#/$defs/column"}},
            "additionalProperties": False,
        },
    },
    "$defs": {
        "path": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
        "column": {
            "type": "object",
            "required": ["encoding", "geometry_types"],
            "properties": {
                "encoding": {
                    "enum": ["WKB", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"]
                },
                "geometry_types": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {
                        "pattern": "^(GeometryCollection|(Multi)?(Point|LineString|Polygon))( Z)?$",
                        "type": "string",
                    },
                },
                "bbox": {"type": "array", "items": {"type": "number"}, "oneOf": [
                    {"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]},
                "crs": {"type": ["object", "null"]},
                "edges": {"enum": ["planar", "spherical"]},
                "orientation": {"const": "counterclockwise"},
                "epoch": {"type": "number"},
                "covering": {
                    "type": "object",
                    "required": ["bbox"],
                    "properties": {
                        "bbox": {
                            "type": "object",
                            "required": ["xmin", "xmax", "ymin", "ymax"],
                            "patternProperties": {"^[xyz](min|max)$": {"$ref": "#/$defs/path"}},
                            "additionalProperties": False,
                        }
                    },
                },
            },
        },
    },
}  # fmt: skip
"""The metadata's schema, from https://geoparquet.org/releases/v1.1.0/schema.json."""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = lake_in(tmp_path_factory.mktemp("readers"))
    put(lake, "landing.positions", [*positions("trp_1", 5), *positions("trp_2", 3, day=6)])
    put(lake, "staging.positions", positions("trp_many", SEVERAL // 2))
    put(lake, "staging.positions", positions("trp_more", SEVERAL // 2))
    return lake


def test_the_documented_lines_open_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ".rumbo" / "lake"
    here = Lake(str(folder / "landing"), str(folder / "staging"), str(folder / "common"))
    put(here, "common.trip_facts", [{"trip_id": f"trp_{number}", "distance_m": 1.25} for number in range(3)])
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^    ((?:polars|deltalake|duckdb)\..*?)(?:  +#.*)?$", DOCS.read_text(), re.MULTILINE)
    assert [line.partition(".")[0] for line in lines] == ["polars", "deltalake", "duckdb"]
    names = {"polars": pl, "deltalake": deltalake, "duckdb": duckdb}
    names |= {"t": deltalake.DeltaTable(".rumbo/lake/common/trip_facts").to_pyarrow_dataset()}
    by_polars, by_pandas, by_duckdb = (eval(line, names) for line in lines)  # our own document
    assert sorted(by_polars["trip_id"]) == sorted(by_pandas["trip_id"]) == ["trp_0", "trp_1", "trp_2"]
    assert sorted(by_duckdb.pl()["trip_id"]) == ["trp_0", "trp_1", "trp_2"]
    assert set(by_polars.columns) == set(by_pandas.columns) == set(by_duckdb.columns)
    assert by_pandas["distance_m"].sum() == by_polars["distance_m"].sum() == 3.75


def test_exported_tracks_keep_the_schema_of_gpx(lake: Lake, tmp_path: Path) -> None:
    put_odd = {
        "lon": 180.0,
        "heading_deg": 359.97,
        "hdop": None,
        "satellites": None,
        "speed_mps": float("nan"),
    }
    odd = lake_in(tmp_path)
    put(odd, "landing.positions", [row | put_odd for row in positions("a<&>", 2)])
    for number, one in enumerate((lake, odd)):
        out = tmp_path / f"{number}.gpx"
        export(one, Selection("landing.positions"), ExportFormat.GPX, out)
        root = parse(out).getroot()
        assert faults_of(root) == []
        assert len(list(root.iter())) > 10


@pytest.mark.parametrize(
    ("inner", "fault"),
    [
        ("<trk><trkseg/><name>n</name></trk>", "too late"),
        ("<trk><name>n</name><name>n</name></trk>", "twice"),
        ("<trk><trkseg><trkpt lat='1'/></trkseg></trk>", "lon is missing"),
        ("<trk><trkseg><trkpt lat='1' lon='180'/></trkseg></trk>", "no longitude"),
        ("<trk><trkseg><trkpt lat='nan' lon='1'/></trkseg></trk>", "no latitude"),
        ("<trk><trkseg><trkpt lat='1' lon='1'><time>2026-03-05</time></trkpt></trkseg></trk>", "no time"),
        ("<trk><trkseg><trkpt lat='1' lon='1'><speed>3</speed></trkpt></trkseg></trk>", "not possible"),
        ("<metadata><copyright/></metadata>", "author is missing"),
        ("<trk/><metadata/>", "too late"),
    ],
)
def test_what_breaks_the_schema_of_gpx_is_seen(inner: str, fault: str) -> None:
    text = f"<gpx version='1.1' creator='c' xmlns='http://www.topografix.com/GPX/1/1'>{inner}</gpx>"
    faults = faults_of(fromstring(text))
    assert len(faults) == 1 and fault in faults[0]


@pytest.mark.parametrize("name", ["landing.positions", "common.trip_facts"])
def test_geoparquet_keeps_the_schema_of_its_metadata_and_says_the_truth(tmp_path: Path, name: str) -> None:
    lake = lake_in(tmp_path)
    places = {"begin_lat": 1.0, "begin_lon": 2.0, "end_lat": 3.0, "end_lon": 4.0}
    put(
        lake,
        name,
        positions("trp_1", 20) if name.startswith("landing") else [places, places | {"end_lat": 3.5}],
    )
    out = tmp_path / "t.parquet"
    export(lake, Selection(name), ExportFormat.GEOPARQUET, out)
    file = pq.ParquetFile(out)
    geo = json.loads(file.metadata.metadata[b"geo"])
    Draft202012Validator.check_schema(GEO)
    assert [error.message for error in Draft202012Validator(GEO).iter_errors(geo)] == []
    physical = {
        column.path: column.physical_type for column in map(file.schema.column, range(len(file.schema)))
    }
    table = file.read()
    assert geo["primary_column"] in geo["columns"]
    for column, about in geo["columns"].items():
        assert physical[column] == "BYTE_ARRAY"
        shapes = shapely.from_wkb(table[column].to_pylist())
        assert {shape.geom_type for shape in shapes} == set(about["geometry_types"])
        assert list(shapely.total_bounds(shapes)) == about["bbox"]
        for end, (box, inner) in about["covering"]["bbox"].items():
            assert physical[f"{box}.{inner}"] == "DOUBLE" and end == inner


@pytest.mark.parametrize("form", list(ExportFormat))
def test_an_export_lets_go_of_each_batch_before_it_takes_another(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: ExportFormat
) -> None:
    """So its memory is that of a batch, whatever the table comes to."""
    taken: list[weakref.ref[Any]] = []
    sizes: list[int] = []

    def watched(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            alive = sum(one() is not None for one in taken)
            assert alive <= 1, f"{alive} batches are held"
            taken.append(weakref.ref(batch))
            sizes.append(batch.num_rows)
            yield batch

    monkeypatch.setattr(export_module, "batches_of", lambda reader: watched(batches_of(reader)))
    monkeypatch.setattr(export_module, "BATCH_ROWS", 1_000)
    done = export(lake, Selection("staging.positions"), form, tmp_path / "out")
    assert done.rows == sum(sizes) == SEVERAL
    assert len(sizes) > 2 and max(sizes) < SEVERAL / 2
