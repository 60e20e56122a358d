"""/jobs: long work, one of a lane at a time."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response, status

from rumbo.api.job_kinds import KINDS, JobKind
from rumbo.api.models_pipeline import JobIn, JobOut, JobsOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Cursor, Limit, Token, answers, known_parameters, problems
from rumbo.domain.days import day_of
from rumbo.errors import InvalidInput

router = APIRouter(prefix="/jobs", tags=["pipeline"])
JobId = Annotated[str, Path(max_length=100, examples=["job_4k2v9r8m1c7x0q5d3b6h"])]
_JOB: dict[str, Any] = {
    "id": "job_4k2v9r8m1c7x0q5d3b6h", "kind": "refine", "parameters": {"from": "2026-03-05", "to": "2026-03-05"},
    "state": "running", "outcome": "", "created_at": "2026-03-06T08:00:00.000Z",
    "begun_at": "2026-03-06T08:00:00.120Z", "ended_at": None, "exit_code": None,
    "output": ["2026-03-05 staging: built 5,120 rows of 4 tables"], "result": None,
}  # fmt: skip


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=JobOut,
    responses=answers(202, _JOB | {"state": "queued", "begun_at": None, "output": []})
    | problems(400, 409, 413, 422, 503),
    summary="Start a refinement of days, an audit or a scenario; it waits for those of its lane",
)
def start(order: JobIn, app: App, token: Token) -> Response:
    wanted = order.model_dump(mode="json", by_alias=True, exclude={"kind"}, exclude_none=True)
    given = {name: value if isinstance(value, str) else f"{value}" for name, value in wanted.items()}
    kind = KINDS[order.kind]
    for name in given:
        if name not in kind.options:
            raise InvalidInput(f"A job {kind.name} takes no {name}.", hint="Leave it out.", field=name)
    for name in kind.needs:
        if name not in given:
            raise InvalidInput(f"A job {kind.name} needs {name}.", hint="Give it.", field=name)
    _check_days(given)
    job = app.jobs.start(kind.name, given, token)
    return Json(job.as_dict(whole=True), status.HTTP_202_ACCEPTED, {"Location": f"/api/v1/jobs/{job.id}"})


def _check_days(given: dict[str, str]) -> None:
    days = {name: day_of(given[name], field=name) for name in ("from", "to") if name in given}
    if len(days) == 2 and days["to"] < days["from"]:
        raise InvalidInput("The last day is before the first.", hint="Change the two.", field="to")


@router.get(
    "",
    response_model=JobsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [_JOB], "next_cursor": None}) | problems(422),
    summary="List jobs, newest first; the last hundred that ended are kept",
)
def list_all(
    app: App,
    kind: Annotated[JobKind | None, Query(description="Jobs of this kind.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    page = app.jobs.page(None if kind is None else kind.value, limit, cursor)
    return Json({"items": [job.as_dict(whole=False) for job in page.items], "next_cursor": page.next_cursor})


@router.get(
    "/{job_id}",
    response_model=JobOut,
    responses=answers(200, _JOB) | problems(404),
    summary="One job with its output and result",
)
def get(job_id: JobId, app: App) -> Response:
    return Json(app.jobs.get(job_id).as_dict(whole=True))


@router.delete(
    "/{job_id}",
    response_model=JobOut,
    responses=answers(200, _JOB | {"state": "cancelled", "outcome": "cancelled"}) | problems(404, 409),
    summary="Cancel a job; a day that it had not published stays as it was",
)
def cancel(job_id: JobId, app: App) -> Response:
    return Json(app.jobs.cancel(job_id).as_dict(whole=True))
