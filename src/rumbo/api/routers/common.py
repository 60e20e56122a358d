"""What all routers share: dependencies and the documentation of errors."""

from __future__ import annotations

from typing import Annotated, Any, get_origin

from fastapi import Depends, Path, Query, Request

from rumbo.api.idempotency import request_token
from rumbo.api.models import ProblemOut
from rumbo.api.problems import MEDIA_TYPE
from rumbo.api.services import Services, services_of
from rumbo.errors import InvalidInput
from rumbo.fleet.pages import MAX_LIMIT

App = Annotated[Services, Depends(services_of)]
Token = Annotated[str | None, Depends(request_token)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most items in a page.")]
Cursor = Annotated[
    str | None, Query(min_length=1, max_length=100, description="`next_cursor` of the page before.")
]
VehicleId = Annotated[str, Path(max_length=100, examples=["veh_4k2v9r8m1c7x0q5d3b6h"])]
TripId = Annotated[str, Path(max_length=100, examples=["trp_8m1c7x0q5d3b6h4k2v9r"])]

_PROBLEMS = {
    400: ("The body is not JSON.", "invalid-json", "The body is not JSON. At character 9: …", "Check its syntax."),
    404: ("There is no such thing.", "not-found", "There is no such vehicle.", "GET /api/v1/vehicles lists them."),
    409: ("The state of the world forbids it.", "conflict", "The trip is paused already.", "Resume or cancel it."),
    413: ("More than a limit allows.", "too-large", "The body is longer than 2000000 bytes.", "Send fewer points."),
    422: (
        "What was asked cannot be meant.", "not-on-road", "There is no road within 200 m of waypoint 1.",
        "Move the point onto a road.",
    ),
    503: ("A part that must answer does not.", "unavailable", "The database does not answer.", "Try again."),
}  # fmt: skip


def known_parameters(request: Request) -> None:
    """Refuses a query with a parameter that the operation does not have, or one twice.

    A filter misspelt would filter nothing, and of two only one would hold.
    """
    parameters = request.scope["route"].dependant.query_params
    known = [parameter.alias for parameter in parameters]
    lists = {one.alias for one in parameters if get_origin(one.field_info.annotation) is list}
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name in known and name not in lists and names.count(name) > 1:
            raise InvalidInput(f"The parameter {name} is there twice.", hint="Give it once.", field=name)
        if name not in known:
            raise InvalidInput(
                f"There is no parameter {name[:40]!r} here.",
                hint=f"Use: {', '.join(known)}.",
                field=name[:40],
            )


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of an operation's errors."""
    return {status: _documented(status) for status in statuses}


def _documented(status: int) -> dict[str, Any]:
    description, code, detail, hint = _PROBLEMS[status]
    example = {
        "type": f"urn:rumbo:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "instance": "/api/v1/…",
        "hint": hint,
        "errors": [],
    }
    return {
        "description": description,
        "model": ProblemOut,
        "content": {MEDIA_TYPE: {"example": example}},
    }


def answers(status: int, example: Any) -> dict[int | str, dict[str, Any]]:
    """The documentation of an operation's success."""
    return {status: {"content": {"application/json": {"example": example}}}}
