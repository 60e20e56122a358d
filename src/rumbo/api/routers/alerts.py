"""/alerts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from rumbo.api.fields import Id, Time, to_ms
from rumbo.api.models_alerts import AlertsOut
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Cursor, Limit, answers, known_parameters, problems
from rumbo.domain.alert_rules import AlertRule
from rumbo.events.examples import examples
from rumbo.events.fields import ALERT
from rumbo.lake.alerts import AlertFilter

router = APIRouter(prefix="/alerts", tags=["alerts"])
_EXAMPLE = next(one.value for one in examples() if one.event is ALERT and one.name == "typical")
Since = Annotated[
    Time | None,
    Query(
        description="World time: alerts that were certain then or later.", examples=["2026-03-05T07:30:00Z"]
    ),
]


@router.get(
    "",
    response_model=AlertsOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"items": [_EXAMPLE], "next_cursor": None}) | problems(422, 503),
    summary="List what the stream found in the reports, newest first",
)
def list_all(
    app: App,
    limit: Limit = 50,
    cursor: Cursor = None,
    vehicle_id: Annotated[Id | None, Query()] = None,
    trip_id: Annotated[Id | None, Query()] = None,
    rule: AlertRule | None = None,
    since: Since = None,
) -> Response:
    wanted = AlertFilter(vehicle_id, trip_id, rule, None if since is None else to_ms(since))
    page = app.alerts.newest(wanted, limit, cursor)
    return Json({"items": page.items, "next_cursor": page.next_cursor})
