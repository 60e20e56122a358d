from __future__ import annotations

import csv
import json
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from defusedxml.ElementTree import parse
from typer.testing import CliRunner

from rumbo.cli import app
from rumbo.errors import CannotStart, Conflict, InvalidInput, NotFound, RumboError
from rumbo.lake import export as export_module
from rumbo.lake.export import Selection, export, read_limit
from rumbo.lake.files import whole_file
from rumbo.lake.geoparquet import places_in
from rumbo.lake.gpx import write_gpx
from rumbo.lake.kinds import ExportFormat
from rumbo.lake.places import Lake
from support.lake_rows import lake_in, positions, put

GPX = "{http://www.topografix.com/GPX/1/1}"
GARMIN = "{http://www.garmin.com/xmlschemas/TrackPointExtension/v2}"
POINT_ORDER = ["ele", "time", "sat", "hdop", "extensions"]
"""The schema's wptType is a sequence; those of its elements that are written."""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = lake_in(tmp_path)
    put(lake, "landing.positions", [*positions("trp_1", 3), *positions("trp_2", 2, day=6)])
    put(lake, "landing.positions", [*positions("trp_1", 2, offset=100), *positions("trp_3", 130)])
    return lake


def test_a_trip_is_one_track_with_times_and_speeds_and_no_report_twice(lake: Lake, tmp_path: Path) -> None:
    out = tmp_path / "t.gpx"
    done = export(lake, Selection(trip_id="trp_1"), ExportFormat.GPX, out)
    assert (done.table, done.version, done.rows) == ("landing.positions", 1, 3)
    root = parse(out).getroot()
    assert (root.tag, root.get("version")) == (f"{GPX}gpx", "1.1")
    (track,) = root.findall(f"{GPX}trk")
    assert [child.tag.removeprefix(GPX) for child in track] == ["name", "desc", "type", "trkseg"]
    points = track.findall(f"{GPX}trkseg/{GPX}trkpt")
    assert [(p.get("lat"), p.get("lon")) for p in points][1] == ("43.7001000", "7.4001000")
    assert [p.findtext(f"{GPX}time") for p in points] == [f"2026-03-05T07:00:0{n}.000Z" for n in range(3)]
    assert [p.findtext(f".//{GARMIN}speed") for p in points] == ["0.00", "1.00", "2.00"]
    for point in points:
        order = [POINT_ORDER.index(child.tag.removeprefix(GPX)) for child in point]
        assert order == sorted(order)
    metadata = root.find(f"{GPX}metadata")
    assert metadata.find(f"{GPX}copyright").get("author") == "OpenStreetMap contributors"


def test_every_trip_is_a_track_of_its_own_in_batches_of_any_size(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "BATCH_ROWS", 50)
    export(lake, Selection("landing.positions"), ExportFormat.GPX, tmp_path / "t.gpx")
    tracks = parse(tmp_path / "t.gpx").getroot().findall(f"{GPX}trk")
    assert {t.findtext(f"{GPX}name"): len(t.findall(f".//{GPX}trkpt")) for t in tracks} == {
        "trp_1": 3,
        "trp_2": 2,
        "trp_3": 130,
    }


def test_what_xml_cannot_hold_and_what_is_no_place_does_not_break_a_track(tmp_path: Path) -> None:
    row = positions("a", 1)[0] | {"trip_id": "a<&\x00>"}
    rows = [
        row,
        row | {"lat": None},
        row | {"lon": float("nan")},
        row | {"lon": 180.0, "speed_mps": float("nan")},
    ]
    with (tmp_path / "t.gpx").open("wb") as stream:
        write_gpx([pa.RecordBatch.from_pylist(rows)], stream)
    root = parse(tmp_path / "t.gpx").getroot()
    assert root.findtext(f"{GPX}trk/{GPX}name") == "a<&\ufffd>"
    assert [p.get("lon") for p in root.iter(f"{GPX}trkpt")] == ["7.4000000", "-180.0000000"]


def test_geoparquet_has_wkb_points_boxes_and_metadata(lake: Lake, tmp_path: Path) -> None:
    out = tmp_path / "t.parquet"
    export(lake, Selection(trip_id="trp_3"), ExportFormat.GEOPARQUET, out)
    table = pq.read_table(out)
    points = shapely.from_wkb(table["geometry"].to_pylist())
    assert [(p.x, p.y) for p in points] == list(
        zip(table["lon"].to_pylist(), table["lat"].to_pylist(), strict=True)
    )
    geo = json.loads(table.schema.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    assert column["bbox"] == [7.4, 43.7, 7.4 + 129 / 1e4, 43.7 + 129 / 1e4]
    assert column["covering"]["bbox"] == {end: ["bbox", end] for end in ("xmin", "ymin", "xmax", "ymax")}
    box = table["bbox"][1].as_py()
    assert (box["xmin"], box["ymax"]) == (points[1].x, points[1].y)
    assert table.schema.metadata[b"attribution"].startswith("© OpenStreetMap".encode())


def test_a_table_with_several_places_has_several_geometries(lake: Lake, tmp_path: Path) -> None:
    put(lake, "common.trip_facts", [{"begin_lat": 1.0, "begin_lon": 2.0, "end_lat": 3.0, "end_lon": 4.0}])
    export(lake, Selection("common.trip_facts"), ExportFormat.GEOPARQUET, tmp_path / "t.parquet")
    row = pq.read_table(tmp_path / "t.parquet").to_pylist()[0]
    assert struct.unpack("<BIdd", row["geometry"]) == (1, 1, 2.0, 1.0)
    assert struct.unpack("<BIdd", row["end_geometry"]) == (1, 1, 4.0, 3.0)
    assert places_in(["a", "b_lat"]) == {}


def test_a_missing_place_is_null(tmp_path: Path) -> None:
    from rumbo.lake.geoparquet import write_geoparquet

    batch = pa.RecordBatch.from_pylist([{"lat": None, "lon": 1.0}, {"lat": 2.0, "lon": 1.0}])
    with (tmp_path / "t").open("wb") as stream:
        write_geoparquet([batch], batch.schema, stream, {})
    table = pq.read_table(tmp_path / "t")
    assert table["geometry"].null_count == table["bbox"].null_count == 1
    assert json.loads(table.schema.metadata[b"geo"])["columns"]["geometry"]["bbox"] == [1.0, 2.0, 1.0, 2.0]


def test_csv_comes_back_as_it_was_and_says_what_its_columns_are(lake: Lake, tmp_path: Path) -> None:
    name = 'a,"b"\nñ'
    put(lake, "landing.positions", [positions("trp_9", 1)[0] | {"road_name": name, "engine_speed_rpm": None}])
    out = tmp_path / "t.csv"
    export(lake, Selection(trip_id="trp_9"), ExportFormat.CSV, out)
    with out.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["road_name"], row["engine_speed_rpm"], row["lat"]) == (name, "", "43.7")
    assert (row["event_time"], row["event_date"]) == ("2026-03-05T07:00:00Z", "2026-03-05")
    about = json.loads(out.with_name("t.csv-metadata.json").read_text())
    assert about["dc:rights"].startswith("© OpenStreetMap")
    units = {c["name"]: c.get("schema:unitText") for c in about["tableSchema"]["columns"]}
    assert list(units) == list(row) and units["speed_mps"] == "m/s"


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("2026-03-05", "2026-03-05", 135),
        ("2026-03-06", None, 2),
        ("2026-03-05T07:00:01Z", "2026-03-05T07:00:03Z", 5),
        ("2026-03-05T09:00:01+02:00", "2026-03-05T07:00:03+00:00", 5),
        (None, "2026-03-05T07:00:01Z", 3),
    ],
)
def test_days_are_taken_whole_and_instants_without_the_last(
    lake: Lake, tmp_path: Path, since: str | None, until: str | None, count: int
) -> None:
    limits = [None if text is None else read_limit(text, "from") for text in (since, until)]
    done = export(
        lake,
        Selection("landing.positions", since=limits[0], until=limits[1]),
        ExportFormat.PARQUET,
        tmp_path / "p",
    )
    assert done.rows == pl.read_parquet(tmp_path / "p").height == count


def test_reports_come_from_staging_where_they_are_refined(lake: Lake, tmp_path: Path) -> None:
    put(lake, "staging.positions", positions("trp_2", 2))
    of = {
        trip: export(lake, Selection(trip_id=trip), ExportFormat.PARQUET, tmp_path / trip).table
        for trip in ("trp_1", "trp_2")
    }
    assert of == {"trp_1": "landing.positions", "trp_2": "staging.positions"}


@pytest.mark.parametrize(
    ("selection", "form", "error"),
    [
        (Selection("landing.nope"), ExportFormat.CSV, NotFound),
        (Selection(), ExportFormat.CSV, InvalidInput),
        (Selection(trip_id="trp_none"), ExportFormat.GPX, NotFound),
        (Selection(trip_id="' OR 1=1 --"), ExportFormat.CSV, NotFound),
        (Selection("landing.rejected"), ExportFormat.GPX, InvalidInput),
        (Selection("landing.rejected"), ExportFormat.GEOPARQUET, InvalidInput),
        (Selection("landing.rejected", trip_id="trp_1"), ExportFormat.CSV, InvalidInput),
        (Selection("common.dim_vehicle", since=date(2026, 3, 5)), ExportFormat.CSV, InvalidInput),
        (
            Selection("common.trip_facts", until=datetime(2026, 3, 5, tzinfo=UTC)),
            ExportFormat.CSV,
            InvalidInput,
        ),
    ],
)
def test_what_cannot_be_exported_leaves_no_file(
    lake: Lake, tmp_path: Path, selection: Selection, form: ExportFormat, error: type[RumboError]
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(error):
        export(lake, selection, form, folder / "t")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("text", ["2026-3-5", "2026-03-05T07:30", "today", "2026-02-30"])
def test_a_limit_needs_a_zone(text: str) -> None:
    with pytest.raises(InvalidInput, match="no day"):
        read_limit(text, "--from")


def test_a_file_that_is_there_is_replaced_only_by_force(lake: Lake, tmp_path: Path) -> None:
    out = tmp_path / "t.gpx"
    out.write_text("mine")
    for _ in range(2):
        with pytest.raises(Conflict, match="--force"):
            export(lake, Selection(trip_id="trp_1"), ExportFormat.GPX, out)
    assert out.read_text() == "mine"
    export(lake, Selection(trip_id="trp_1"), ExportFormat.GPX, out, force=True)
    assert out.read_text().startswith("<?xml")


def write(path: Path, meanwhile: Callable[[], Any]) -> None:
    with whole_file(path) as stream:
        stream.write(b"ours")
        meanwhile()


def test_a_file_that_another_made_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "t"
    with pytest.raises(Conflict):
        write(out, lambda: out.write_text("theirs"))
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("t", "theirs")]


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def fill_the_disk() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(CannotStart, match="No space"):
        write(tmp_path / "t", fill_the_disk)
    with pytest.raises(CannotStart, match="cannot be written"):
        write(tmp_path / "none" / "t", lambda: None)
    assert list(tmp_path.iterdir()) == []


def run(*arguments: str, data: Path) -> Any:
    found = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def test_the_command_line_exports_and_asks_the_lake_of_a_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "lake"
    lake = Lake(*(str(folder / layer) for layer in ("landing", "staging", "common")))
    put(lake, "landing.positions", positions("trp_1", 3))
    data = tmp_path / "data"
    out = tmp_path / "t.gpx"
    told = run("export", "--trip", "trp_1", "--out", str(out), data=data)
    assert "3 rows of landing.positions, version 0" in told.stderr and "OpenStreetMap" in told.stderr
    with pytest.raises(InvalidInput, match="--format"):
        run("export", "--trip", "trp_1", "--out", str(tmp_path / "t"), data=data)
    sql = "SELECT trip_id, count(*) AS n FROM landing.positions GROUP BY 1"
    assert run("sql", sql, data=data).stdout.splitlines() == ["trip_id  n", "trp_1    3", "(1 rows)"]
    assert run("sql", sql, "--format", "csv", "--at-version", "0", data=data).stdout == "trip_id,n\ntrp_1,3\n"
    assert json.loads(run("sql", sql, "--format", "json", data=data).stdout) == [{"trip_id": "trp_1", "n": 3}]
    run("sql", sql, "--out", str(tmp_path / "n.parquet"), data=data)
    assert pl.read_parquet(tmp_path / "n.parquet").to_dicts() == [{"trip_id": "trp_1", "n": 3}]
    for bad in (["--format", "parquet"], ["--at-version", "x"]):
        with pytest.raises(InvalidInput):
            run("sql", sql, *bad, data=data)
    listed = json.loads(run("tables", "--json", data=data).stdout)
    of = {table["name"]: (table["rows"], table["version"]) for table in listed}
    assert of["landing.positions"] == (3, 0) and of["common.trip_facts"] == (0, None)
    assert "Speed over ground." in run("tables", "landing.positions", data=data).stdout
