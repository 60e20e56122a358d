"""/trips/{id}: what is known of one trip beside its plan; /lake/trips: those of refined days."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from rumbo.api.fields import Id, Time, to_ms
from rumbo.api.models_trip_records import EventsOut, FactsOut, LakeTripsOut, ReportOut, TrackLayer, TracksOut
from rumbo.api.render import Json
from rumbo.api.render_records import events_json, facts_json, lake_trip_json, tracks_json
from rumbo.api.routers.common import App, Cursor, Limit, TripId, answers, known_parameters, problems
from rumbo.api.routers.examples_records import EVENTS, FACTS, LAKE_TRIP, REPORT, TRACKS
from rumbo.domain.trip import TripState
from rumbo.errors import InvalidInput
from rumbo.fleet.pages import decode_key, encode_key
from rumbo.lake.kinds import ExportFormat
from rumbo.lake.trip_list import LakeTripFilter

router = APIRouter(tags=["trips"])
_LAKE_TRIPS = "laketrips"
_KEY = re.compile(r"([0-9]{1,15}):([0-9a-z_-]{1,40})")
_MEDIA = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.GPX: "application/gpx+xml",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.GEOPARQUET: "application/vnd.apache.parquet",
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string"}} for kind in dict.fromkeys(_MEDIA.values())}}
}
Layers = Annotated[
    str,
    Query(
        max_length=60,
        description="Some of planned, truth, reported, cleaned, divided by commas.",
        examples=["truth,reported,cleaned"],
    ),
]


@router.get(
    "/trips/{trip_id}/tracks",
    response_model=TracksOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, TRACKS) | problems(404, 413, 422, 503),
    summary="Where a trip was: truly, as its device reported it, and as the lake cleaned that",
)
def tracks(trip_id: TripId, app: App, layers: Layers = "truth,reported,cleaned") -> Response:
    return Json(tracks_json(trip_id, app.records.tracks(trip_id, _layers(layers))))


def _layers(text: str) -> set[TrackLayer]:
    known = {layer.value for layer in TrackLayer}
    names = text.split(",")
    if strange := [name for name in names if name not in known]:
        raise InvalidInput(
            f"There is no layer {strange[0][:40]!r}.",
            hint=f"Use some of: {', '.join(known)}.",
            field="layers",
        )
    return {TrackLayer(name) for name in names}


@router.get(
    "/trips/{trip_id}/events",
    response_model=EventsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, EVENTS) | problems(404, 413, 422, 503),
    summary="What happened on a trip: states with reasons, driving events, alerts, flagged reports",
)
def events(trip_id: TripId, app: App) -> Response:
    return Json(events_json(trip_id, app.records.events(trip_id)))


@router.get(
    "/trips/{trip_id}/facts",
    response_model=FactsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, FACTS) | problems(404, 413, 422, 503),
    summary="A trip's plan against what became of it",
)
def facts(trip_id: TripId, app: App) -> Response:
    return Json(facts_json(trip_id, app.records.facts(trip_id)))


@router.get(
    "/trips/{trip_id}/reports/{seq}",
    response_model=ReportOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, REPORT) | problems(404, 413, 422, 503),
    summary="One report of a trip, from its Kafka record to every row of the lake made of it",
)
def report(trip_id: TripId, seq: Annotated[int, InPath(ge=0, le=2**53)], app: App) -> Response:
    found = app.records.report(trip_id, seq)
    records = [
        {name.removeprefix("kafka_"): value for name, value in one.items()} for one in found["records"]
    ]
    return Json({"trip_id": trip_id, "seq": seq} | found | {"records": records})


@router.get(
    "/trips/{trip_id}/export",
    response_class=Response,
    dependencies=[Depends(known_parameters)],
    responses=_FILES | problems(404, 413, 422, 503),
    summary="A trip's reports as a file, as `rumbo export --trip` writes it",
)
def export(
    trip_id: TripId,
    app: App,
    kind: Annotated[ExportFormat, Query(alias="format", examples=["gpx"])] = ExportFormat.CSV,
) -> Response:
    folder = Path(mkdtemp(prefix="rumbo-export-"))
    try:
        file = app.records.export(trip_id, kind, folder)
    except BaseException:
        _remove(folder)
        raise
    return FileResponse(
        file, media_type=_MEDIA[kind], filename=file.name, background=BackgroundTask(_remove, folder)
    )


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


@router.get(
    "/lake/trips",
    response_model=LakeTripsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [LAKE_TRIP], "next_cursor": None}) | problems(413, 422, 503),
    summary="Trips of refined days, the latest first; backfilled ones, too",
)
def of_the_lake(
    app: App,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: TripState | None = None,
    vehicle_id: Annotated[Id | None, Query()] = None,
    since: Annotated[Time | None, Query(description="World time: trips that began then or later.")] = None,
    until: Annotated[Time | None, Query(description="World time: trips that began before.")] = None,
    q: Annotated[
        str | None, Query(min_length=1, max_length=80, description="In the vehicle's name or the id.")
    ] = None,
) -> Response:
    key = decode_key(_LAKE_TRIPS, cursor, _KEY)
    after = None if key is None else (int(key.partition(":")[0]), key.partition(":")[2])
    wanted = LakeTripFilter(
        state, vehicle_id, None if since is None else to_ms(since), None if until is None else to_ms(until), q
    )
    rows = app.records.of_the_lake(wanted, limit + 1, after)
    last = rows[limit - 1] if len(rows) > limit else None
    return Json(
        {
            "items": [lake_trip_json(row) for row in rows[:limit]],
            "next_cursor": None
            if last is None
            else encode_key(_LAKE_TRIPS, f"{last['at_ms']}:{last['trip_id']}"),
        }
    )
