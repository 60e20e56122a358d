"""/world, /pipeline and /health."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from rumbo.api.models import HealthOut, PipelineOut, WorldOut
from rumbo.api.render import Json, world_json
from rumbo.api.routers.common import App, answers, problems
from rumbo.api.routers.examples import HEALTH, PIPELINE, WORLD

router = APIRouter(tags=["world"])
_DEGRADED = HEALTH | {
    "status": "degraded",
    "parts": HEALTH["parts"] | {"stream": {"status": "degraded", "detail": "It has not reported for 41 s."}},
}


@router.get(
    "/world", response_model=WorldOut, responses=answers(200, WORLD) | problems(503), summary="World time"
)
def world(app: App) -> Response:
    return Json(world_json(app.world))


@router.get(
    "/pipeline",
    response_model=PipelineOut,
    responses=answers(200, PIPELINE) | problems(503),
    summary="How far events have come on their way to the lake",
)
def pipeline(app: App) -> Response:
    return Json(app.status.pipeline())


@router.get(
    "/health",
    response_model=HealthOut,
    responses=answers(200, HEALTH)
    | {503: {"model": HealthOut, "description": "A part does not work.", **answers(503, _DEGRADED)[503]}},
    summary="Whether broker, stream, worker and database work",
)
def health(app: App) -> Response:
    found = app.status.health()
    well = found["status"] == "ok"
    return Json(found, status.HTTP_200_OK if well else status.HTTP_503_SERVICE_UNAVAILABLE)
