"""/lake/days: what was refined of each day, and how its rules fared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from rumbo.api.models_pipeline import Day, DayQualityOut, LakeDaysOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, answers, known_parameters, problems
from rumbo.domain.days import day_of

router = APIRouter(prefix="/lake/days", tags=["pipeline"])
_LAYER = {
    "rows": 5120, "tables": {"positions": 5000, "trip_states": 120}, "state": "ok",
    "run": "2026-03-05_20260306T020411_4f2a", "refined_at": "2026-03-06T02:04:31.250000Z", "stale": False,
    "failed_rules": 0, "warned_rules": 0,
}  # fmt: skip
_DAY: dict[str, Any] = {
    "day": "2026-03-05",
    "landing": {"rows": 5120, "tables": {"positions": 5000, "trip_states": 120}, "rejected": 2},
    "staging": _LAYER,
    "common": _LAYER | {"state": "none", "rows": 0, "tables": {}, "run": None, "refined_at": None},
}
_RULE = {
    "table": "positions", "rule": "grain", "severity": "error", "description": "(trip_id, seq) is unique.",
    "passed": True, "rows_checked": 5000, "rows_broken": 0, "sample": [],
}  # fmt: skip
_RUN: dict[str, Any] = {
    "layer": "staging", "run": _LAYER["run"], "checked_at": "2026-03-06T02:04:30.100000Z", "published": True,
    "rules": [_RULE],
}  # fmt: skip


@router.get(
    "",
    response_model=LakeDaysOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [_DAY]}) | problems(422, 503),
    summary="Days by layers: rows, when they were refined, whether rules held, what has landed since",
)
def grid(
    app: App,
    since: Annotated[Day | None, Query(alias="from", description="The first day.")] = None,
    until: Annotated[Day | None, Query(alias="to", description="The last day, included.")] = None,
) -> Response:
    for name, day in (("from", since), ("to", until)):
        if day is not None:
            day_of(day, field=name)
    return Json({"items": app.days.grid(since, until)})


@router.get(
    "/{day}/quality",
    response_model=DayQualityOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"day": "2026-03-05", "grid": _DAY, "runs": [_RUN]}) | problems(404, 422, 503),
    summary="The rules of a day: severity, rows checked and broken, some of the broken ones, run by run",
)
def quality(day: Annotated[Day, Path()], app: App) -> Response:
    return Json(app.days.quality(str(day_of(day, field="day"))))
