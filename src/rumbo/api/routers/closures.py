"""/closures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response, status

from rumbo.api.fields import to_ms, to_text
from rumbo.api.models_closures import ClosureIn, ClosureOut, ClosuresOut, ring_of
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Cursor, Limit, Token, answers, known_parameters, problems
from rumbo.fleet.closure_service import ClosureOrder, ClosureView
from rumbo.fleet.closures import Outcome

router = APIRouter(prefix="/closures", tags=["closures"])
ClosureId = Annotated[str, Path(max_length=100, examples=["clo_7q3x0q5d3b6h4k2v9r8m"])]
EXAMPLE: dict[str, Any] = {
    "id": "clo_7q3x0q5d3b6h4k2v9r8m",
    "kind": "closed",
    "geometry": {"lat": 43.7381, "lon": 7.4251, "radius_m": 40.0},
    "ring": [[7.4251, 43.7385], [7.4255, 43.7381], [7.4251, 43.7377], [7.4251, 43.7385]],
    "speed_factor": None,
    "from": "2026-03-05T07:30:41.250Z",
    "until": None,
    "created_at": "2026-03-05T07:30:41.250Z",
    "effect": {
        "done": True, "waiting": 0, "rerouted": 12, "unaffected": 340, "no_other_way": 1,
        "trips_without_other_way": [{"trip_id": "trp_8m1c7x0q5d3b6h4k2v9r", "reason": "It is nearly there."}],
    },
}  # fmt: skip


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=ClosureOut,
    responses=answers(201, EXAMPLE) | problems(400, 413, 422, 503),
    summary="Close an area, or let all be slower there",
)
def create(body: ClosureIn, app: App, token: Token) -> Response:
    order = ClosureOrder(
        body.kind,
        body.geometry.model_dump(),
        ring_of(body.geometry),
        body.speed_factor,
        None if body.from_ is None else to_ms(body.from_),
        None if body.until is None else to_ms(body.until),
    )
    view = app.closures.create(order, token)
    location = {"Location": f"/api/v1/closures/{view.row.closure.id}"}
    return Json(closure_json(view), status.HTTP_201_CREATED, location)


@router.get(
    "",
    response_model=ClosuresOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [EXAMPLE], "next_cursor": None}) | problems(422, 503),
    summary="List closures, oldest first",
)
def list_all(app: App, limit: Limit = 50, cursor: Cursor = None) -> Response:
    page = app.closures.list_all(limit, cursor)
    return Json({"items": [closure_json(view) for view in page.items], "next_cursor": page.next_cursor})


@router.get(
    "/{closure_id}",
    response_model=ClosureOut,
    responses=answers(200, EXAMPLE) | problems(404, 422, 503),
    summary="One closure, and what it has done to trips so far",
)
def get(closure_id: ClosureId, app: App) -> Response:
    return Json(closure_json(app.closures.get(closure_id)))


@router.delete(
    "/{closure_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(404, 422, 503),
    summary="Open it again for new routes; rerouted trips stay on their way",
)
def delete(closure_id: ClosureId, app: App) -> Response:
    app.closures.delete(closure_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def closure_json(view: ClosureView) -> dict[str, Any]:
    closure, counts = view.row.closure, view.outcomes
    return {
        "id": closure.id,
        "kind": closure.kind,
        "geometry": view.row.geometry,
        "ring": [(lon, lat) for lat, lon in (*closure.ring, closure.ring[0])],
        "speed_factor": closure.speed_factor,
        "from": to_text(closure.from_ms),
        "until": to_text(closure.until_ms),
        "created_at": to_text(closure.created_ms),
        "effect": {
            "done": not counts[Outcome.WAITING],
            **{outcome.value: counts[outcome] for outcome in Outcome},
            "trips_without_other_way": [
                {"trip_id": trip_id, "reason": reason} for trip_id, reason in view.without_other_way
            ],
        },
    }
