"""/vehicles."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response, status

from rumbo.api.models import VehicleChange, VehicleIn, VehicleOut, VehiclesOut
from rumbo.api.render import Json, vehicle_json
from rumbo.api.routers.common import App, Cursor, Limit, Token, VehicleId, answers, known_parameters, problems
from rumbo.api.routers.examples import VEHICLE
from rumbo.fleet.vehicle_orders import VehicleChanges, VehicleOrder

router = APIRouter(prefix="/vehicles", tags=["vehicles"])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=VehicleOut,
    responses=answers(201, VEHICLE) | problems(400, 413, 422, 503),
    summary="Create a vehicle",
)
def create(body: VehicleIn, app: App, token: Token) -> Response:
    view, _ = app.vehicles.create(VehicleOrder(body.name, body.vehicle_class), token)
    location = {"Location": f"/api/v1/vehicles/{view.vehicle.id}"}
    return Json(vehicle_json(view), status.HTTP_201_CREATED, location)


@router.get(
    "",
    response_model=VehiclesOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [VEHICLE], "next_cursor": None}) | problems(422, 503),
    summary="List vehicles, oldest first",
)
def list_all(app: App, limit: Limit = 50, cursor: Cursor = None) -> Response:
    page = app.vehicles.list_all(limit, cursor)
    return Json({"items": [vehicle_json(view) for view in page.items], "next_cursor": page.next_cursor})


@router.get(
    "/{vehicle_id}",
    response_model=VehicleOut,
    responses=answers(200, VEHICLE) | problems(404, 422, 503),
    summary="One vehicle",
)
def get(vehicle_id: VehicleId, app: App) -> Response:
    return Json(vehicle_json(app.vehicles.get(vehicle_id)))


@router.patch(
    "/{vehicle_id}",
    response_model=VehicleOut,
    responses=answers(200, VEHICLE) | problems(400, 404, 409, 413, 422, 503),
    summary="Rename a vehicle, or change its class while no trip is planned",
)
def change(vehicle_id: VehicleId, body: VehicleChange, app: App) -> Response:
    changes: VehicleChanges = {}
    if body.name is not None:
        changes["name"] = body.name
    if body.vehicle_class is not None:
        changes["vehicle_class"] = body.vehicle_class
    view = app.vehicles.change(vehicle_id, changes)
    app.live.state.rename(vehicle_id, view.vehicle.name, view.vehicle.vehicle_class.value)
    return Json(vehicle_json(view))


@router.delete(
    "/{vehicle_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(404, 409, 422, 503),
    summary="Delete a vehicle that drives no trip; its past trips stay",
)
def delete(vehicle_id: VehicleId, app: App) -> Response:
    app.vehicles.delete(vehicle_id)
    app.live.state.remove(vehicle_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
