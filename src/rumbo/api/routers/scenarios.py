"""/scenarios: look at them, write one's own. They are run as jobs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response, status

from rumbo.api.models_scenarios import ScenarioIn, ScenarioOut, ScenariosOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, answers, known_parameters, problems
from rumbo.api.scenarios import Entry
from rumbo.scenarios.load import load

router = APIRouter(prefix="/scenarios", tags=["scenarios"])
Name = Annotated[str, Path(max_length=100, examples=["deliveries"])]
_SCENARIO: dict[str, Any] = {
    "name": "deliveries", "is_ready_made": True, "title": "Vans and trucks bring things from two depots to many doors",
    "title_es": "Furgones y camiones reparten desde dos almacenes", "vehicles": 30,
    "problem": "", "text": "version: 1\n…",
}  # fmt: skip


@router.get(
    "",
    response_model=ScenariosOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [_SCENARIO | {"text": None}]}) | problems(422),
    summary="List scenarios: those that come with Rumbo, then a person's own",
)
def list_all(app: App) -> Response:
    return Json({"items": [_json(entry) for entry in app.scenarios.all()]})


@router.post(
    "/check",
    response_model=ScenarioOut,
    responses=answers(200, _SCENARIO | {"is_ready_made": False}) | problems(400, 413, 422),
    summary="Say what is wrong with a scenario, line by line, without keeping it",
)
def check(body: ScenarioIn) -> Response:
    scenario = load(body.text)
    return Json(_json(Entry(scenario.name, False, body.text, scenario), whole=True))


@router.get(
    "/{name}",
    response_model=ScenarioOut,
    responses=answers(200, _SCENARIO) | problems(404, 422),
    summary="One scenario with its text",
)
def get(name: Name, app: App) -> Response:
    return Json(_json(app.scenarios.get(name), whole=True))


@router.put(
    "/{name}",
    response_model=ScenarioOut,
    responses=answers(200, _SCENARIO | {"is_ready_made": False}) | problems(400, 404, 409, 413, 422, 503),
    summary="Keep a scenario of one's own; one that is wrong is not kept, and it is told why",
)
def save(name: Name, body: ScenarioIn, app: App) -> Response:
    return Json(_json(app.scenarios.save(name, body.text), whole=True))


@router.delete(
    "/{name}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(404, 409, 422),
    summary="Delete a scenario of one's own; what it has driven stays",
)
def delete(name: Name, app: App) -> Response:
    app.scenarios.delete(name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _json(entry: Entry, *, whole: bool = False) -> dict[str, Any]:
    known = entry.scenario
    return {
        "name": entry.name,
        "is_ready_made": entry.is_ready_made,
        "title": known.title if known else entry.name,
        "title_es": (known.title_es or known.title) if known else entry.name,
        "vehicles": known.vehicle_count if known else None,
        "problem": entry.problem,
        "text": entry.text if whole else None,
    }
