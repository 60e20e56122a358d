"""/places and /regions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from rumbo.api.models import PlacesOut, RegionsOut
from rumbo.api.render import Json, region_json
from rumbo.api.routers.common import App, answers, known_parameters, problems
from rumbo.api.routers.examples import PLACE, REGION

router = APIRouter(tags=["map"])


@router.get(
    "/places",
    response_model=PlacesOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [PLACE]}) | problems(422),
    summary="Search places by name",
)
def search(
    app: App,
    q: Annotated[str, Query(max_length=200, description="Words, each as a prefix.", examples=["casi"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    return Json({"items": [asdict(place) for place in app.search(q.replace("\0", " "), limit)]})


@router.get(
    "/regions",
    response_model=RegionsOut,
    responses=answers(200, {"items": [REGION]}),
    summary="Regions, the current one first",
)
def regions(app: App) -> Response:
    return Json({"items": [region_json(region) for region in app.regions]})
