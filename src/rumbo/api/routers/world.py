"""/world, /pipeline and /health."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from rumbo.api.models import HealthOut, PipelineOut, WorldOut
from rumbo.api.models_world import ClockIn, RateIn, ResumeIn, StepIn
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Token, answers, problems
from rumbo.api.routers.examples import HEALTH, PIPELINE, WORLD

router = APIRouter(tags=["world"])
_CHANGED = answers(200, WORLD) | problems(400, 409, 413, 422, 503)
_DEGRADED = HEALTH | {
    "status": "degraded",
    "parts": HEALTH["parts"] | {"stream": {"status": "degraded", "detail": "It has not reported for 41 s."}},
}


@router.get(
    "/world", response_model=WorldOut, responses=answers(200, WORLD) | problems(503), summary="World time"
)
def world(app: App) -> Response:
    return Json(app.status.world())


@router.post("/world/rate", response_model=WorldOut, responses=_CHANGED, summary="Run faster or slower")
def set_rate(body: RateIn, app: App, token: Token) -> Response:
    app.clock.set_rate(body.rate, token=token, revision=body.revision)
    return Json(app.status.world())


@router.post("/world/pause", response_model=WorldOut, responses=_CHANGED, summary="Let the world stand still")
def pause(app: App, token: Token, body: ClockIn | None = None) -> Response:
    app.clock.pause(token=token, revision=body.revision if body else None)
    return Json(app.status.world())


@router.post("/world/resume", response_model=WorldOut, responses=_CHANGED, summary="Let the world run on")
def resume(app: App, token: Token, body: ResumeIn | None = None) -> Response:
    given = body or ResumeIn()
    app.clock.resume(given.rate, token=token, revision=given.revision)
    return Json(app.status.world())


@router.post(
    "/world/step", response_model=WorldOut, responses=_CHANGED, summary="Move a paused world forward"
)
def step(body: StepIn, app: App, token: Token) -> Response:
    app.clock.step(round(body.seconds * 1000), token=token, revision=body.revision)
    return Json(app.status.world())


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
