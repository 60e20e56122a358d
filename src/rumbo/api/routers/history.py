"""/history."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from rumbo.api.fields import Time, to_ms, to_text
from rumbo.api.models_history import HistoryOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, answers, known_parameters, problems
from rumbo.api.routers.examples import TRIP_ID, VEHICLE_ID
from rumbo.errors import InvalidInput
from rumbo.fleet.trips import BBox

router = APIRouter(tags=["world"])
MAX_VEHICLES = 20_000
EXAMPLE: dict[str, Any] = {
    "at": "2026-03-05T07:31:00.000Z",
    "vehicles": [
        {
            "vehicle_id": VEHICLE_ID, "name": "Van 7", "vehicle_class": "van", "trip_id": TRIP_ID, "state": "driving",
            "lat": 43.737, "lon": 7.4241, "speed_mps": 11.9, "heading_deg": 47.3, "distance_m": 312.1,
            "remaining_m": 600.3, "progress": 0.342,
        }
    ],
    "truncated": False,
}  # fmt: skip
At = Annotated[Time, Query(description="World time.", examples=["2026-03-05T07:31:00Z"])]
Box = Annotated[
    str | None,
    Query(
        max_length=100, description="west,south,east,north in degrees.", examples=["7.40,43.72,7.45,43.76"]
    ),
]


@router.get(
    "/history",
    response_model=HistoryOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, EXAMPLE) | problems(422, 503),
    summary="Where all vehicles were at a world time, or will be as planned now",
)
def history(
    app: App, at: At, bbox: Box = None, limit: Annotated[int, Query(ge=1, le=MAX_VEHICLES)] = 1_000
) -> Response:
    at_ms = to_ms(at)
    states, truncated = app.history.at(at_ms, None if bbox is None else _box(bbox), limit)
    return Json(
        {"at": to_text(at_ms), "vehicles": [asdict(state) for state in states], "truncated": truncated}
    )


def _box(text: str) -> BBox:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidInput(
            "The box is not west,south,east,north in degrees.",
            hint="Write 7.40,43.72,7.45,43.76.",
            field="bbox",
        )
    return west, south, east, north
