"""/dashboards: figures over the tables of common."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AfterValidator, BeforeValidator

from rumbo.api.csv_file import Separator
from rumbo.api.dashboards import Asked
from rumbo.api.fields import Id
from rumbo.api.models_dashboards import FigureOut, FiguresOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, answers, known_parameters, problems
from rumbo.api.routers.examples import VEHICLE_ID
from rumbo.api.routers.vehicles import OfClass, OfFleet
from rumbo.domain.days import day_of
from rumbo.errors import InvalidInput

router = APIRouter(prefix="/dashboards", tags=["dashboards"])
CSV = "text/csv"


class FigureFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


def _day(value: object) -> object:
    """A day as people write it; pydantic would also take numbers of seconds."""
    try:
        return day_of(value) if isinstance(value, str) else value
    except InvalidInput as exc:
        raise ValueError(f"{exc.message} {exc.hint}") from exc


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("a time zone is named as IANA names it, such as Europe/Madrid")
    return name


def _year(day: date) -> date:
    if not 1970 <= day.year <= 2999:
        raise ValueError("the year must be 1970 to 2999")
    return day


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_year)]
_HEAD: dict[str, Any] = {
    "name": "trips", "title": "Kilometres and trips by day", "grain": "one day (UTC)",
    "columns": [
        {"name": "day", "type": "date", "unit": "", "nullable": False, "description": "The day."},
        {"name": "distance_m", "type": "double", "unit": "m", "nullable": False, "description": "Driven on it."},
    ],
    "shapes": [],
}  # fmt: skip
_ROWS: dict[str, Any] = {
    "figure": _HEAD, "from": "2026-03-05", "to": "2026-03-05", "versions": {"common.vehicle_days": 7},
    "items": [{"day": "2026-03-05", "distance_m": 48211.5}], "truncated": False, "shapes": {}, "attribution": "",
}  # fmt: skip
_FOUND: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"example": _ROWS},
            CSV: {"schema": {"type": "string"}, "example": "day,distance_m\r\n2026-03-05,48211.5\r\n"},
        }
    }
}


@router.get(
    "",
    response_model=FiguresOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"days": ["2026-03-04", "2026-03-05"], "items": [_HEAD]}) | problems(422, 503),
    summary="List the figures with their columns, and the days that are refined",
)
def list_all(app: App) -> Response:
    return Json(app.dashboards.listed())


@router.get(
    "/{figure}",
    response_model=FigureOut,
    dependencies=[Depends(known_parameters)],
    responses=_FOUND | problems(404, 413, 422, 503),
    summary="A figure over some days, of all vehicles or of some, as JSON or as CSV",
)
def rows(
    figure: Annotated[str, Path(max_length=40, examples=["trips"])],
    app: App,
    first_day: Annotated[
        Day | None,
        Query(
            alias="from",
            description="First day (UTC). Without it: a week of what is refined.",
            examples=["2026-03-05"],
        ),
    ] = None,
    last_day: Annotated[
        Day | None,
        Query(
            alias="to",
            description="Last day, taken whole. Without it: the last refined.",
            examples=["2026-03-05"],
        ),
    ] = None,
    fleet: OfFleet = None,
    vehicle_class: OfClass = None,
    vehicle_id: Annotated[Id | None, Query(examples=[VEHICLE_ID])] = None,
    time_zone: Annotated[
        str,
        AfterValidator(_zone),
        Query(max_length=64, description="Where hours of the day are told.", examples=["Europe/Madrid"]),
    ] = "UTC",
    resolution: Annotated[int, Query(ge=5, le=9, description="H3 resolution of cells.")] = 9,
    form: Annotated[FigureFormat, Query(alias="format")] = FigureFormat.JSON,
    separator: Annotated[
        Separator, Query(description="Of CSV; semicolon: with decimal commas, as Excel reads it in Spain.")
    ] = Separator.COMMA,
) -> Response:
    kind = None if vehicle_class is None else vehicle_class.value
    wanted = Asked(first_day, last_day, fleet, kind, vehicle_id, time_zone, resolution)
    if form is FigureFormat.JSON:
        return Json(app.dashboards.rows(figure, wanted))
    name, text = app.dashboards.csv(figure, wanted, separator)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=CSV, headers=headers)
