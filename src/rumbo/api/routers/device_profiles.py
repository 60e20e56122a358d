"""/device-profiles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, status

from rumbo.api.models_devices import PROFILE_NAME, DeviceIn, ProfileOut, ProfilesOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, answers, problems
from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.errors import InvalidInput
from rumbo.events.plain import from_plain, to_plain
from rumbo.fleet.device_profiles import ProfileView

INLINE = "inline"
"""What a device goes by that has no name."""
router = APIRouter(prefix="/device-profiles", tags=["devices"])
NameInPath = Annotated[str, Path(max_length=40, pattern=PROFILE_NAME, examples=["tracker"])]
PROFILE: dict[str, Any] = {
    "name": "tracker", "ready_made": True, "vehicles": 12, "device": to_plain(DEVICE_PROFILES["tracker"]),
}  # fmt: skip


@router.get(
    "",
    response_model=ProfilesOut,
    responses=answers(200, {"items": [PROFILE], "next_cursor": None}) | problems(503),
    summary="List all device profiles: the ready-made ones, then your own by name",
)
def list_all(app: App) -> Response:
    return Json({"items": [profile_json(view) for view in app.devices.list()], "next_cursor": None})


@router.get(
    "/{name}",
    response_model=ProfileOut,
    responses=answers(200, PROFILE) | problems(404, 422, 503),
    summary="One device profile, every field written out",
)
def get(name: NameInPath, app: App) -> Response:
    return Json(profile_json(app.devices.get(name)))


@router.put(
    "/{name}",
    response_model=ProfileOut,
    responses=answers(200, PROFILE) | answers(201, PROFILE) | problems(400, 409, 413, 422, 503),
    summary="Create or change a profile of your own; trips that are planned already keep their device",
)
def put(name: NameInPath, body: DeviceIn, app: App) -> Response:
    device = from_plain(DeviceSpec, {"name": name, **body})
    if device.name != name:
        raise InvalidInput(f"The device is called {device.name}, the profile {name}.", field="name")
    view, new = app.devices.put(name, device)
    return Json(profile_json(view), status.HTTP_201_CREATED if new else status.HTTP_200_OK)


@router.delete(
    "/{name}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(404, 409, 422, 503),
    summary="Delete a profile of your own that no vehicle has",
)
def delete(name: NameInPath, app: App) -> Response:
    app.devices.delete(name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def inline_device(plain: dict[str, Any], at: str) -> DeviceSpec:
    """The device that an order brings along; it need not have a name. Raises InvalidInput naming what is wrong."""
    return from_plain(DeviceSpec, {"name": INLINE, **plain}, at)


def profile_json(view: ProfileView) -> dict[str, Any]:
    return {
        "name": view.device.name,
        "ready_made": view.ready_made,
        "vehicles": view.vehicles,
        "device": to_plain(view.device),
    }
