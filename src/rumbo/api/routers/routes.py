"""/routes and /geometries."""

from __future__ import annotations

from codecs import BOM_UTF8
from math import isinf
from typing import Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request, Response

from rumbo.api.fields import WaypointIn
from rumbo.api.models import GeometryOut, LineStringIn, RouteIn, RoutesOut, VisitingOrderOut
from rumbo.api.render import Json, preview_json
from rumbo.api.routers.common import App, answers, problems
from rumbo.api.routers.examples import LINE, ROUTE
from rumbo.domain.route import Waypoint
from rumbo.errors import InvalidInput, UnreadableFile
from rumbo.fleet.orders import RouteOrder
from rumbo.routing.geometry import points_from_geojson, points_from_gpx

router = APIRouter(tags=["routes"])
GPX = ("application/gpx+xml", "application/xml", "text/xml")
GEOJSON = ("application/geo+json", "application/json")
_FILES = {
    "requestBody": {
        "required": True,
        "content": {
            GPX[0]: {"schema": {"type": "string"}, "example": "<gpx>…</gpx>"},
            GEOJSON[0]: {"schema": {"type": "object"}, "example": LINE},
        },
    }
}


@router.post(
    "/routes",
    response_model=RoutesOut,
    responses=answers(200, {"routes": [ROUTE]}) | problems(400, 413, 422, 503),
    summary="Preview routes, best first",
)
def preview(body: RouteIn, app: App) -> Response:
    return Json({"routes": [preview_json(found) for found in app.fleet.preview_routes(order_of(body))]})


@router.post(
    "/routes/order",
    response_model=VisitingOrderOut,
    responses=answers(200, {"order": [0, 2, 1, 3], "duration_s": 912.4, "given_duration_s": 1180.0})
    | problems(400, 413, 422, 503),
    summary="The quickest order of the stops between start and end",
)
def visiting_order(body: RouteIn, app: App) -> Response:
    found = app.fleet.visiting_order(order_of(body))
    given = None if isinf(found.given_duration_s) else round(found.given_duration_s, 1)
    return Json({"order": found.order, "duration_s": round(found.duration_s, 1), "given_duration_s": given})


def order_of(body: RouteIn) -> RouteOrder:
    return RouteOrder(
        body.vehicle_class,
        waypoints_of(body.waypoints),
        points_of(body.geometry),
        body.alternatives,
        body.provider,
    )


@router.post(
    "/geometries",
    response_model=GeometryOut,
    responses=answers(200, {"geometry": LINE}) | problems(413, 422),
    openapi_extra=_FILES,
    summary="Read the line in a GPX or GeoJSON file",
)
async def read_geometry(request: Request) -> Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    return Json({"geometry": await anyio.to_thread.run_sync(_line, kind, body)})


def _line(kind: str, body: bytes) -> dict[str, Any]:
    if kind in GPX:
        points = points_from_gpx(body)
    elif kind in GEOJSON:
        points = _geojson(body)
    else:
        raise InvalidInput(
            "The body is neither GPX nor GeoJSON by its Content-Type.", hint=f"Send {GPX[0]} or {GEOJSON[0]}."
        )
    return {"type": "LineString", "coordinates": [(lon, lat) for lat, lon in points]}


def _geojson(body: bytes) -> list[tuple[float, float]]:
    try:
        value = orjson.loads(body.removeprefix(BOM_UTF8))  # strict: no NaN, bounded depth
    except orjson.JSONDecodeError as exc:
        raise UnreadableFile("The file is not JSON.", hint="Send a GeoJSON LineString.") from exc
    if not isinstance(value, dict):
        raise UnreadableFile("The file is not GeoJSON.", hint="Send a GeoJSON LineString.")
    return points_from_geojson(value)


def waypoints_of(given: list[WaypointIn] | None) -> tuple[Waypoint, ...]:
    return tuple(Waypoint(point.lat, point.lon, point.dwell_s) for point in given or ())


def points_of(given: LineStringIn | None) -> tuple[tuple[float, float], ...]:
    """(lat, lon) of a line's points."""
    return () if given is None else tuple((at[1], at[0]) for at in given.coordinates)
