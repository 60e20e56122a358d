"""/vehicles."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Response, status

from rumbo.api.bulk import ResultsOut, results_json
from rumbo.api.fields import Name
from rumbo.api.models_vehicles import Tag, VehicleChange, VehicleIn, VehicleOut, VehiclesIn, VehiclesOut
from rumbo.api.render import Json, vehicle_json
from rumbo.api.routers.common import App, Cursor, Limit, Token, VehicleId, answers, known_parameters, problems
from rumbo.api.routers.examples import VEHICLE, VEHICLE_ID
from rumbo.domain.vehicle import VehicleClass
from rumbo.fleet.vehicle_orders import VehicleChanges, VehicleFilter, VehicleOrder

router = APIRouter(prefix="/vehicles", tags=["vehicles"])
RESULTS: dict[str, Any] = {"results": [{"id": VEHICLE_ID, "known": False, "error": None}]}

OfFleet = Annotated[Name | None, Query(description="Vehicles of this fleet only.")]
WithTag = Annotated[Tag | None, Query(description="Vehicles that have this tag only.")]
OfClass = Annotated[VehicleClass | None, Query(description="Vehicles of this class only.")]
Found = Annotated[
    str | None,
    Query(
        alias="q", min_length=1, max_length=80,
        description="Vehicles whose name or id has this in it, whatever the case and the accents.",
    ),
]  # fmt: skip


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=VehicleOut,
    responses=answers(201, VEHICLE)
    | {200: {"description": "The same order had created it before.", "model": VehicleOut}}
    | problems(400, 409, 413, 422, 503),
    summary="Create a vehicle",
)
def create(body: VehicleIn, app: App, token: Token) -> Response:
    view, known = app.vehicles.create(order_of(body), token)
    location = {"Location": f"/api/v1/vehicles/{view.vehicle.id}"}
    return Json(vehicle_json(view), status.HTTP_200_OK if known else status.HTTP_201_CREATED, location)


@router.post(
    "/bulk",
    response_model=ResultsOut,
    responses=answers(200, RESULTS) | problems(400, 413, 422, 503),
    summary="Create up to 1,000 vehicles; each stands or falls by itself",
)
def create_many(body: VehiclesIn, app: App, token: Token) -> Response:
    def make(vehicles: list[VehicleIn]) -> Any:
        return app.vehicles.create_many([order_of(vehicle) for vehicle in vehicles], token)

    return Json(
        results_json(VehicleIn, body.vehicles, make, instance="/api/v1/vehicles/bulk", name="vehicles")
    )


@router.get(
    "",
    response_model=VehiclesOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [VEHICLE], "next_cursor": None}) | problems(422, 503),
    summary="List vehicles, oldest first",
)
def list_all(
    app: App,
    limit: Limit = 50,
    cursor: Cursor = None,
    fleet: OfFleet = None,
    tag: WithTag = None,
    vehicle_class: OfClass = None,
    q: Found = None,
) -> Response:
    page = app.vehicles.list_all(limit, cursor, VehicleFilter(fleet, tag, vehicle_class, q))
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
    summary="Change a vehicle; its class, spec and energy_level only while no trip is planned",
)
def change(vehicle_id: VehicleId, body: VehicleChange, app: App) -> Response:
    view = app.vehicles.change(vehicle_id, changes_of(body))
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


def order_of(body: VehicleIn) -> VehicleOrder:
    return VehicleOrder(
        name=body.name,
        vehicle_class=body.vehicle_class,
        id=body.id,
        fleet=body.fleet,
        tags=tuple(body.tags),
        overrides=body.spec,
        driver=body.driver,
        device_profile=body.device_profile,
        energy_level=body.energy_level,
    )


def changes_of(body: VehicleChange) -> VehicleChanges:
    """What is given, but for nulls; a null fleet is none."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if "spec" in changes:
        changes["overrides"] = changes.pop("spec")
    if "tags" in changes:
        changes["tags"] = tuple(changes["tags"])
    if "fleet" in given:
        changes["fleet"] = given["fleet"]
    return cast(VehicleChanges, changes)
