"""/trips."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, status

from rumbo.api.fields import Id, to_ms
from rumbo.api.models import TripIn, TripOut, TripsOut
from rumbo.api.render import Json, trip_json
from rumbo.api.routers.common import App, Cursor, Limit, Token, TripId, answers, known_parameters, problems
from rumbo.api.routers.examples import TRIP
from rumbo.api.routers.routes import points_of, waypoints_of
from rumbo.domain.plan import AmendmentKind
from rumbo.domain.trip import TripState
from rumbo.fleet.orders import TripOrder

router = APIRouter(prefix="/trips", tags=["trips"])
_CHANGED = answers(200, TRIP) | problems(404, 409, 422, 503)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=TripOut,
    responses=answers(201, TRIP) | problems(400, 404, 409, 413, 422, 503),
    summary="Plan a trip",
)
def plan(body: TripIn, app: App, token: Token) -> Response:
    order = TripOrder(
        body.vehicle_id,
        waypoints_of(body.waypoints),
        points_of(body.geometry),
        None if body.start_at is None else to_ms(body.start_at),
        body.device_profile,
        body.seed,
        body.alternative,
        body.provider,
        body.traffic,
    )
    view = app.fleet.plan_trip(order, token)
    return Json(trip_json(view), status.HTTP_201_CREATED, {"Location": f"/api/v1/trips/{view.row.id}"})


@router.get(
    "",
    response_model=TripsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [TRIP], "next_cursor": None}) | problems(422, 503),
    summary="List trips, newest first",
)
def list_all(
    app: App,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: TripState | None = None,
    vehicle_id: Annotated[Id | None, Query()] = None,
) -> Response:
    page = app.fleet.list_trips(limit, cursor, state, vehicle_id)
    return Json(
        {"items": [trip_json(view, brief=True) for view in page.items], "next_cursor": page.next_cursor}
    )


@router.get(
    "/{trip_id}",
    response_model=TripOut,
    responses=answers(200, TRIP) | problems(404, 422, 503),
    summary="One trip as it stands now",
)
def get(trip_id: TripId, app: App) -> Response:
    return Json(trip_json(app.fleet.get_trip(trip_id)))


@router.post("/{trip_id}/pause", response_model=TripOut, responses=_CHANGED, summary="Brake and stand")
def pause(trip_id: TripId, app: App, token: Token) -> Response:
    return Json(trip_json(app.fleet.amend_trip(trip_id, AmendmentKind.PAUSE, token)))


@router.post("/{trip_id}/resume", response_model=TripOut, responses=_CHANGED, summary="Drive on")
def resume(trip_id: TripId, app: App, token: Token) -> Response:
    return Json(trip_json(app.fleet.amend_trip(trip_id, AmendmentKind.RESUME, token)))


@router.post("/{trip_id}/cancel", response_model=TripOut, responses=_CHANGED, summary="End the trip early")
def cancel(trip_id: TripId, app: App, token: Token) -> Response:
    return Json(trip_json(app.fleet.amend_trip(trip_id, AmendmentKind.CANCEL, token)))
