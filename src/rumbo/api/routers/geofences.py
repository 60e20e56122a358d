"""/geofences."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response, status

from rumbo.api.fields import to_text
from rumbo.api.models_closures import ring_of
from rumbo.api.models_geofences import GeofenceIn, GeofenceOut, GeofencesOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Token, answers, known_parameters, problems
from rumbo.domain.alert_rules import Geofence
from rumbo.fleet.geofence_service import Standing

router = APIRouter(prefix="/geofences", tags=["geofences"])
GeofenceId = Annotated[str, Path(max_length=100, examples=["geo_7q3x0q5d3b6h4k2v9r8m"])]
EXAMPLE: dict[str, Any] = {
    "id": "geo_7q3x0q5d3b6h4k2v9r8m",
    "source": "map",
    "name": "Harbour",
    "ring": [[7.423, 43.734], [7.429, 43.734], [7.429, 43.737], [7.423, 43.737], [7.423, 43.734]],
    "entry": True,
    "exit": True,
    "severity": "info",
    "from": "2026-03-05T07:30:41.250Z",
}


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=GeofenceOut,
    responses=answers(201, EXAMPLE) | problems(400, 409, 413, 422, 503),
    summary="Draw an area whose entries and exits raise alerts",
)
def create(body: GeofenceIn, app: App, token: Token) -> Response:
    made = app.geofences.create(_fence(body), token)
    location = {"Location": f"/api/v1/geofences/{made.id}"}
    return Json(geofence_json(made), status.HTTP_201_CREATED, location)


@router.get(
    "",
    response_model=GeofencesOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [EXAMPLE]}) | problems(422, 503),
    summary="All areas that alerts are found by",
)
def list_all(app: App) -> Response:
    return Json({"items": [geofence_json(one) for one in app.geofences.list_all()]})


@router.get(
    "/{geofence_id}",
    response_model=GeofenceOut,
    responses=answers(200, EXAMPLE) | problems(404, 422, 503),
    summary="One area",
)
def get(geofence_id: GeofenceId, app: App) -> Response:
    return Json(geofence_json(app.geofences.get(geofence_id)))


@router.put(
    "/{geofence_id}",
    response_model=GeofenceOut,
    responses=answers(200, EXAMPLE) | problems(400, 404, 409, 413, 422, 503),
    summary="Let it be another area, or tell other things, from now on",
)
def change(geofence_id: GeofenceId, body: GeofenceIn, app: App) -> Response:
    return Json(geofence_json(app.geofences.change(geofence_id, _fence(body))))


@router.delete(
    "/{geofence_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(404, 422, 503),
    summary="Find nothing more by it; the alerts that there are stay",
)
def delete(geofence_id: GeofenceId, app: App) -> Response:
    app.geofences.delete(geofence_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _fence(body: GeofenceIn) -> Geofence:
    polygon = tuple((lon, lat) for lat, lon in ring_of(body.geometry))
    return Geofence(body.name, polygon, body.entry, body.exit, body.severity)


def geofence_json(one: Standing) -> dict[str, Any]:
    fence = one.fence
    return {
        "id": one.id,
        "source": "file" if one.id is None else "map",
        "name": fence.name,
        "ring": [*fence.polygon, fence.polygon[0]],
        "entry": fence.entry,
        "exit": fence.exit,
        "severity": fence.severity,
        "from": to_text(one.from_ms),
    }
