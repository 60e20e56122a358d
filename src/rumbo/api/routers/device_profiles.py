"""/device-profiles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, status

from rumbo.api.models_devices import PROFILE_NAME, DeviceIn, PreviewIn, PreviewOut, ProfileOut, ProfilesOut
from rumbo.api.render import Json
from rumbo.api.render_trial import trial_json
from rumbo.api.routers.common import App, answers, problems
from rumbo.api.routers.routes import waypoints_of
from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput
from rumbo.events.plain import from_plain, to_plain
from rumbo.fleet.device_profiles import ProfileView
from rumbo.fleet.device_trial import Sample

INLINE = "inline"
"""What a device goes by that has no name."""
router = APIRouter(prefix="/device-profiles", tags=["devices"])
NameInPath = Annotated[str, Path(max_length=40, pattern=PROFILE_NAME, examples=["tracker"])]
PROFILE: dict[str, Any] = {
    "name": "tracker", "ready_made": True, "vehicles": 12, "device": to_plain(DEVICE_PROFILES["tracker"]),
}  # fmt: skip
PREVIEW: dict[str, Any] = {
    "device": PROFILE["device"],
    "sample": {
        "kind": "built-in", "trip_id": None, "start_at": "2026-03-05T07:30:00.000Z", "distance_m": 2600.0,
        "duration_s": 318.4, "seed": 1, "cut": False,
    },
    "counts": {
        "recorded": 62, "sent": 62, "dropped": 0, "rejected": 0, "by_trigger": {"start": 1, "time": 60, "end": 1},
        "by_fault": {"stored": 9},
    },
    "delay_ms": {
        "p50": 310.0, "p90": 480.0, "p95": 21000.0, "p99": 26000.0, "max": 26400.0,
        "histogram": [{"up_to_ms": 500, "count": 53}, {"up_to_ms": None, "count": 9}],
    },
    "error_m": {"p50": 3.9, "p90": 9.2, "p95": 14.0, "p99": 31.0, "max": 33.5, "within_accuracy": 0.68},
    "track": {"type": "LineString", "coordinates": [[7.4213, 43.7346], [7.4286, 43.7402]]},
    "fixes": {
        "seq": [0], "sent_after_ms": [210], "delay_ms": [210], "lat": [43.73462], "lon": [7.42133],
        "true_lat": [43.7346], "true_lon": [7.4213], "accuracy_m": [4.5], "faults": [0],
    },
    "fault_labels": ["stored", "late"],
    "payloads": [{"seq": 0, "sent_after_ms": 210, "faults": [], "text": '{"trip_id":"trp_sample", …}'}],
}  # fmt: skip


@router.get(
    "",
    response_model=ProfilesOut,
    responses=answers(200, {"items": [PROFILE], "next_cursor": None}) | problems(503),
    summary="List all device profiles: the ready-made ones, then your own by name",
)
def list_all(app: App) -> Response:
    return Json({"items": [profile_json(view) for view in app.devices.list()], "next_cursor": None})


@router.post(
    "/preview",
    response_model=PreviewOut,
    responses=answers(200, PREVIEW) | problems(400, 404, 413, 422, 503),
    summary="Try a device on a trip: what it would send, and how far that is from the truth",
)
def preview(body: PreviewIn, app: App) -> Response:
    if (body.device is None) == (body.name is None):
        raise InvalidInput("Give either a device or the name of a profile.", field="device")
    device = app.trials.named(body.name) if body.name is not None else inline_device(body.device, "device")
    sample = Sample(
        body.sample.trip_id,
        waypoints_of(body.sample.waypoints),
        body.sample.vehicle_class or VehicleClass.CAR,
    )
    kind = "trip" if sample.trip_id is not None else "route" if sample.waypoints else "built-in"
    center = app.regions[0].center if app.regions else (0.0, 0.0)
    return Json(trial_json(app.trials.run(device, sample, body.seed, center), kind, body.payloads))


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
    responses=answers(200, PROFILE) | answers(201, PROFILE) | problems(400, 404, 409, 413, 422, 503),
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


def inline_device(plain: dict[str, Any] | None, at: str) -> DeviceSpec:
    """The device that an order brings along; it need not have a name. Raises InvalidInput naming what is wrong."""
    return from_plain(DeviceSpec, {"name": INLINE, **(plain or {})}, at)


def profile_json(view: ProfileView) -> dict[str, Any]:
    return {
        "name": view.device.name,
        "ready_made": view.ready_made,
        "vehicles": view.vehicles,
        "device": to_plain(view.device),
    }
