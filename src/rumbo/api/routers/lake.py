"""/lake: its tables, their rows, and what a row was made from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from rumbo.api.models_lake import RowsOut, TablesOut, TraceOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Cursor, Limit, answers, known_parameters, problems
from rumbo.api.routers.examples import TRIP_ID, VEHICLE_ID
from rumbo.lake.trace import read_key

router = APIRouter(prefix="/lake", tags=["lake"])
LayerName = Annotated[str, Path(max_length=40, examples=["common"])]
TableName = Annotated[str, Path(max_length=100, examples=["trip_facts"])]
MAX_KEYS = 10
_TABLE: dict[str, Any] = {
    "name": "common.trip_facts", "layer": "common", "table": "trip_facts", "grain": "one trip that has ended",
    "partition_by": ["end_date"], "sources": ["staging.trips"], "rows": 5120, "files": 3, "bytes": 412_331,
    "version": 7, "committed_at": "2026-03-06T02:04:11.250000Z",
    "attribution": "© OpenStreetMap contributors, ODbL 1.0",
    "columns": [
        {"name": "trip_id", "type": "string", "unit": "", "nullable": False, "description": "Id of the trip."},
        {"name": "distance_m", "type": "double", "unit": "m", "nullable": True, "description": "Distance driven."},
    ],
    "problem": "",
}  # fmt: skip
_ROW = {"trip_id": TRIP_ID, "distance_m": 912.4}
_TRACE: dict[str, Any] = {
    "table": "common.trip_facts",
    "version": 7,
    "row": _ROW | {"vehicle_id": VEHICLE_ID},
    "steps": [
        {"table": "common.trip_facts", "version": 7, "made": [], "by": [], "rows": 1, "offsets": []},
        {
            "table": "landing.positions", "version": 91, "made": ["staging.positions"], "by": ["trip_id", "seq"],
            "rows": 122,
            "offsets": [
                {"topic": "rumbo.positions", "partition": 3, "first": 4711, "last": 5012, "records": 122}
            ],
        },
    ],
    "event": None,
}  # fmt: skip


@router.get(
    "/tables",
    response_model=TablesOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [_TABLE]}) | problems(413, 422, 503),
    summary="List all tables of the lake with their columns, from landing to common",
)
def list_all(app: App) -> Response:
    return Json({"items": app.lake.tables()})


@router.get(
    "/tables/{layer}/{table}",
    response_model=RowsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"table": _TABLE, "version": 7, "items": [_ROW], "next_cursor": None})
    | problems(404, 413, 422, 503),
    summary="One table: its columns and rows, page by page, of the version of the first page",
)
def rows(layer: LayerName, table: TableName, app: App, limit: Limit = 50, cursor: Cursor = None) -> Response:
    page = app.lake.rows(layer, table, limit, cursor)
    found = app.lake.table(layer, table)
    return Json(
        {"table": found, "version": page.version, "items": page.rows, "next_cursor": page.next_cursor}
    )


@router.get(
    "/trace/{layer}/{table}",
    response_model=TraceOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, _TRACE) | problems(404, 413, 422, 503),
    summary="What a row was made from, down to Kafka's offsets",
)
def trace(
    layer: LayerName,
    table: TableName,
    app: App,
    key: Annotated[
        list[Annotated[str, Query(max_length=300)]],
        Query(
            min_length=1,
            max_length=MAX_KEYS,
            description="Columns that tell the row, as name=value; may be there several times.",
            examples=[["trip_id=" + TRIP_ID]],
        ),
    ],
    event: Annotated[
        str,
        Query(
            max_length=300, description="Also the payload of one record: topic/partition/offset, or first."
        ),
    ] = "",
) -> Response:
    return Json(app.lake.trace(layer, table, read_key(key), event))
