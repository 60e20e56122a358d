"""/rejected: records that broke the contract."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from rumbo.api.models_pipeline import Day, MendedOut, MendIn, RejectedOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Cursor, Limit, answers, known_parameters, problems
from rumbo.domain.days import day_of
from rumbo.lake.mend import Place

router = APIRouter(prefix="/rejected", tags=["pipeline"])
_RECORD: dict[str, Any] = {
    "kafka_topic": "rumbo.positions", "kafka_partition": 2, "kafka_offset": 17,
    "broker_time": "2026-03-05T07:30:42+00:00", "rule": "wrong_type", "field": "speed_mps",
    "reason": "speed_mps is a string, not a number.", "is_mended": False, "mended_at": None, "mended_day": None,
    "note": None, "payload": '{"speed_mps":"fast"}', "size": 20,
}  # fmt: skip
_EXAMPLE: dict[str, Any] = {
    "items": [_RECORD],
    "next_cursor": None,
    "reasons": [{"topic": "rumbo.positions", "rule": "wrong_type", "records": 1, "mended": 0}],
    "days": [{"day": "2026-03-05", "records": 1}],
}
_MENDED = {"event": "position", "day": "2026-03-05", "payload": '{"speed_mps":3.5}'}


@router.get(
    "",
    response_model=RejectedOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, _EXAMPLE) | problems(413, 422, 503),
    summary="List records that broke the contract with the reason, newest first",
)
def list_all(
    app: App,
    day: Annotated[Day | None, Query(description="The day that the broker took them, UTC.")] = None,
    rule: Annotated[str | None, Query(max_length=40, description="Those that broke this rule first.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    if day is not None:
        day_of(day, field="day")
    return Json(app.rejected.page(day, rule, limit, cursor))


@router.post(
    "/mend",
    response_model=MendedOut,
    responses=answers(200, _MENDED) | problems(400, 404, 409, 413, 422, 503),
    summary="Say what a rejected record ought to have been; refining its day takes it in",
)
def mend(order: MendIn, app: App) -> Response:
    place = Place(order.topic, order.partition, order.offset)
    return Json(app.rejected.mend(place, order.payload, order.changes, order.note))
