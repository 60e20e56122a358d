"""/trips."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response, status

from rumbo.api.bulk import ResultsOut, results_json
from rumbo.api.fields import Id, Time, to_ms
from rumbo.api.models_trips import TripIn, TripOut, TripsIn, TripsOut
from rumbo.api.render import Json, trip_json
from rumbo.api.routers.common import App, Cursor, Limit, Token, TripId, answers, known_parameters, problems
from rumbo.api.routers.device_profiles import inline_device
from rumbo.api.routers.examples import TRIP, TRIP_ID
from rumbo.api.routers.routes import points_of, waypoints_of
from rumbo.domain.plan import AmendmentKind
from rumbo.domain.trip import TripState
from rumbo.errors import InvalidInput, RumboError
from rumbo.fleet.orders import Booked, TripOrder
from rumbo.fleet.trip_lists import TripFilter, TripSort

router = APIRouter(prefix="/trips", tags=["trips"])
OfState = Annotated[TripState | None, Query(description="As they stand now.")]
OfVehicle = Annotated[Id | None, Query()]
Since = Annotated[
    Time | None,
    Query(description="World time: trips that start then or later.", examples=["2026-03-05T00:00:00Z"]),
]
Until = Annotated[
    Time | None, Query(description="World time: trips that start before.", examples=["2026-03-06T00:00:00Z"])
]
WithText = Annotated[
    str | None,
    Query(
        min_length=1, max_length=80,
        description="Found in the vehicle's name, whatever the case and the accents, or in the trip's id.",
    ),
]  # fmt: skip
SortBy = Annotated[TripSort, Query(description="`-`: the last first. A cursor is good for one order.")]
_RESULTS: dict[str, Any] = {"results": [{"id": TRIP_ID, "known": False, "error": None}]}
_CHANGED = answers(200, TRIP) | problems(404, 409, 422, 503)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=TripOut,
    responses=answers(201, TRIP) | problems(400, 404, 409, 413, 422, 503),
    summary="Plan a trip",
)
def plan(body: TripIn, app: App, token: Token) -> Response:
    view = app.fleet.plan_trip(order_of(body), token)
    return Json(trip_json(view), status.HTTP_201_CREATED, {"Location": f"/api/v1/trips/{view.row.id}"})


@router.post(
    "/bulk",
    response_model=ResultsOut,
    responses=answers(200, _RESULTS) | problems(400, 413, 422, 503),
    summary="Plan up to 200 trips in one transaction; each stands or falls by itself",
)
def plan_many(body: TripsIn, app: App, token: Token) -> Response:
    def make(trips: list[TripIn]) -> list[tuple[str, bool] | RumboError]:
        orders = [_order_or_error(trip) for trip in trips]
        booked = iter(
            app.fleet.plan_trips([order for order in orders if isinstance(order, TripOrder)], token)
        )
        results = [next(booked) if isinstance(order, TripOrder) else order for order in orders]
        return [(one.trip_id, one.known) if isinstance(one, Booked) else one for one in results]

    return Json(results_json(TripIn, body.trips, make, instance="/api/v1/trips/bulk", name="trips"))


def order_of(body: TripIn) -> TripOrder:
    """What the body asks for. Raises InvalidInput for a device that cannot be meant."""
    if body.device is not None and body.device_profile is not None:
        raise InvalidInput("Give either a device or a device profile.", field="device")
    return TripOrder(
        body.vehicle_id,
        waypoints_of(body.waypoints),
        points_of(body.geometry),
        None if body.start_at is None else to_ms(body.start_at),
        body.device_profile,
        body.seed,
        body.alternative,
        body.provider,
        body.traffic,
        body.id,
        None if body.device is None else inline_device(body.device, "device"),
        body.driver,
    )


def _order_or_error(body: TripIn) -> TripOrder | InvalidInput:
    try:
        return order_of(body)
    except InvalidInput as exc:
        return exc


@router.get(
    "",
    response_model=TripsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [TRIP], "next_cursor": None}) | problems(422, 503),
    summary="List trips, newest first unless another order is asked for",
)
def list_all(
    app: App,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: OfState = None,
    vehicle_id: OfVehicle = None,
    since: Since = None,
    until: Until = None,
    q: WithText = None,
    sort: SortBy = TripSort.NEWEST,
) -> Response:
    page = app.fleet.list_trips(limit, cursor, filter_of(state, vehicle_id, since, until, q), sort)
    return Json(
        {"items": [trip_json(view, brief=True) for view in page.items], "next_cursor": page.next_cursor}
    )


def filter_of(
    state: TripState | None,
    vehicle_id: str | None,
    since: datetime | None,
    until: datetime | None,
    text: str | None,
) -> TripFilter:
    """What a list's parameters ask for."""
    return TripFilter(
        state,
        vehicle_id,
        None if since is None else to_ms(since),
        None if until is None else to_ms(until),
        text,
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
