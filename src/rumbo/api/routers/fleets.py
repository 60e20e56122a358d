"""/fleets: the groups that vehicles name."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from rumbo.api.models_vehicles import FleetsOut
from rumbo.api.render import Json, fleet_json
from rumbo.api.routers.common import App, Cursor, Limit, answers, known_parameters, problems
from rumbo.api.routers.examples import FLEET

router = APIRouter(prefix="/fleets", tags=["vehicles"])


@router.get(
    "",
    response_model=FleetsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [FLEET], "next_cursor": None}) | problems(422, 503),
    summary="List fleets, that with the oldest vehicle first",
)
def list_all(app: App, limit: Limit = 50, cursor: Cursor = None) -> Response:
    page = app.vehicles.fleets(limit, cursor)
    return Json({"items": [fleet_json(view) for view in page.items], "next_cursor": page.next_cursor})
