"""/replay: a past span of the whole fleet, read from the lake."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from rumbo.api.fields import Time, to_ms, to_text
from rumbo.api.models_replay import MarksOut, ReplayOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, answers, known_parameters, problems
from rumbo.api.routers.examples import TRIP_ID, VEHICLE_ID
from rumbo.errors import InvalidInput
from rumbo.lake.replay import Span, activity, frames, marks

router = APIRouter(prefix="/replay", tags=["world"])
DAY_MS = 86_400_000
LONGEST_MS = 7 * DAY_MS
First = Annotated[Time, Query(alias="from", description="World time.", examples=["2026-03-05T07:00:00Z"])]
Last = Annotated[
    Time, Query(alias="to", description="World time, not included.", examples=["2026-03-05T08:00:00Z"])
]
_VEHICLE: dict[str, Any] = {
    "vehicle_id": VEHICLE_ID, "vehicle_class": "van", "time_ms": [1_772_694_000_000], "trip_id": [TRIP_ID],
    "state": ["driving"], "lat": [43.7402], "lon": [7.4286], "speed_mps": [8.2], "heading_deg": [271.0],
    "distance_m": [912.0], "remaining_m": [2210.0], "progress": [0.292],
}  # fmt: skip
_SPAN = {"first": "2026-03-05T07:00:00.000Z", "last": "2026-03-05T08:00:00.000Z"}
_MARK: dict[str, Any] = {
    "at": "2026-03-05T07:00:00.000Z", "kind": "state", "what": "arrived", "vehicle_id": VEHICLE_ID, "trip_id": TRIP_ID,
    "lat": 43.7402, "lon": 7.4286,
}  # fmt: skip


@router.get(
    "",
    response_model=ReplayOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, _SPAN | {"step_s": 5.0, "vehicles": [_VEHICLE]}) | problems(413, 422, 503),
    summary="What all devices reported in a span, the newest report of each step",
)
def replay(
    app: App,
    first: First,
    last: Last,
    step_s: Annotated[float, Query(ge=0.1, le=3_600, description="Seconds between two reports.")] = 5.0,
) -> Response:
    span = _span(to_ms(first), to_ms(last))
    with app.lake.turn() as turn:
        found = frames(
            turn.lake, span, round(step_s * 1000), memory_mb=turn.memory_mb, timeout_s=turn.timeout_s
        )
    return Json(_bounds(span) | {"step_s": step_s, "vehicles": list(_by_vehicle(found))})


@router.get(
    "/marks",
    response_model=MarksOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [_MARK], "truncated": False, "activity": [0, 3, 12]})
    | problems(413, 422, 503),
    summary="What to jump to in a span: trips that began or ended, alerts; and how busy it was",
)
def list_marks(app: App, first: First, last: Last) -> Response:
    span = _span(to_ms(first), to_ms(last))
    with app.lake.turn() as turn:
        found, more = marks(turn.lake, span, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s)
        busy = activity(turn.lake, span, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s)
    rows = zip(*found.values(), strict=True)
    items = [
        {"at": to_text(time_ms), **dict(zip(list(found)[1:], rest, strict=True))} for time_ms, *rest in rows
    ]
    return Json({"items": items, "truncated": more, "activity": busy})


def _span(first_ms: int, last_ms: int) -> Span:
    if not first_ms < last_ms <= first_ms + LONGEST_MS:
        raise InvalidInput(
            "The span must end after it begins, and be no longer than seven days.",
            hint="Give from and to: two world times.",
            field="to",
        )
    return Span(first_ms, last_ms)


def _bounds(span: Span) -> dict[str, str | None]:
    return {"first": to_text(span.first_ms), "last": to_text(span.last_ms)}


def _by_vehicle(found: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    columns = [name for name in found if name not in {"vehicle_id", "vehicle_class", "frame"}]
    for vehicle_id, places in groupby(range(len(found["frame"])), key=found["vehicle_id"].__getitem__):
        rows = list(places)
        yield {
            "vehicle_id": vehicle_id,
            "vehicle_class": found["vehicle_class"][rows[-1]],
            **{name: [found[name][row] for row in rows] for name in columns},
        }
