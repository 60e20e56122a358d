"""/topics: what Kafka holds, and a tail of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from rumbo.api.models_pipeline import KafkaTopicsOut, RecordsOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Limit, answers, known_parameters, problems
from rumbo.api.routers.examples import VEHICLE_ID
from rumbo.api.topics import Question

router = APIRouter(prefix="/topics", tags=["pipeline"])
TopicName = Annotated[str, Path(max_length=249, examples=["rumbo.positions"])]
_PARTITION = {"partition": 0, "first": 0, "next": 5120, "at": 5120}
_TOPIC: dict[str, Any] = {
    "name": "rumbo.positions", "key": "vehicle_id", "description": "One report of a device.", "cleanup": "delete",
    "records": 5120, "partitions": [_PARTITION],
}  # fmt: skip
_RECORDS: dict[str, Any] = {
    "topic": "rumbo.positions",
    "items": [
        {
            "partition": 0, "offset": 5118, "timestamp": "2026-03-05T07:30:41.250Z", "key": VEHICLE_ID,
            "payload": '{"schema_version":2,"lat":43.7346}', "size": 34, "cut": False,
        }
    ],
    "partitions": [_PARTITION], "searched": 120, "behind": 0, "next_cursor": "cnVtYm8ucG9zaXRpb25zOjA6NTEyMA",
}  # fmt: skip


@router.get(
    "",
    response_model=KafkaTopicsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [_TOPIC]}) | problems(422, 503),
    summary="List Rumbo's topics with the offsets that they hold",
)
def list_all(app: App) -> Response:
    return Json({"items": app.topics.all()})


@router.get(
    "/{topic}/records",
    response_model=RecordsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, _RECORDS) | problems(404, 422, 503),
    summary="Records of a topic: the newest, those from an offset on, or those since the page before",
)
def records(
    topic: TopicName,
    app: App,
    partition: Annotated[int | None, Query(ge=0, le=999_999, description="Of all where left out.")] = None,
    start: Annotated[
        str,
        Query(
            alias="from", max_length=18, pattern=r"^(end|[0-9]{1,18})$",
            description="`end`: the newest. An offset: from there on, of one partition.",
        ),
    ] = "end",
    limit: Limit = 50,
    q: Annotated[
        str, Query(max_length=200, description="Text that the key or the payload holds, whatever the case.")
    ] = "",
    cursor: Annotated[
        str | None,
        Query(min_length=1, max_length=3_000, description="`next_cursor` of the page before: what came since."),
    ] = None,
) -> Response:  # fmt: skip
    question = Question(partition, None if start == "end" else int(start), q, limit)
    return Json(app.topics.records(topic, question, cursor))
