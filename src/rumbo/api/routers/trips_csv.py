"""/trips/export.csv."""

from __future__ import annotations

from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from rumbo.api.csv_file import Separator, file_of
from rumbo.api.fields import to_text
from rumbo.api.routers.common import App, known_parameters, problems
from rumbo.api.routers.trips import OfState, OfVehicle, Since, SortBy, Until, WithText, filter_of
from rumbo.fleet.orders import TripView
from rumbo.fleet.trip_lists import TripSort

router = APIRouter(prefix="/trips", tags=["trips"])
CSV = "text/csv"
COLUMNS = (
    "id", "vehicle_id", "state", "created_at", "start_at", "ended_at", "eta", "progress", "distance_m", "duration_s",
    "device_profile", "seed", "energy_start", "energy_end", "from_lat", "from_lon", "to_lat", "to_lon",
)  # fmt: skip
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}, "example": ",".join(COLUMNS) + "\n"}}}
}


@router.get(
    "/export.csv",
    response_class=Response,
    dependencies=[Depends(known_parameters)],
    responses=_EXPORTED | problems(422, 503),
    summary="The trips of a list as CSV",
)
def export(
    app: App,
    state: OfState = None,
    vehicle_id: OfVehicle = None,
    since: Since = None,
    until: Until = None,
    q: WithText = None,
    sort: SortBy = TripSort.NEWEST,
    separator: Annotated[
        Separator, Query(description="semicolon: with decimal commas, as Excel reads it in Spain.")
    ] = Separator.COMMA,
) -> Response:
    views = app.fleet.export_trips(filter_of(state, vehicle_id, since, until, q), sort)
    file = file_of(COLUMNS, ([_cells(view, separator.point) for view in piece] for piece in views), separator)
    first = next(file)  # what the database has against it is an answer of its own
    name = {"Content-Disposition": 'attachment; filename="trips.csv"'}
    return StreamingResponse(chain([first], file), media_type=CSV, headers=name)


def _cells(view: TripView, point: str) -> list[Any]:
    return [repr(value).replace(".", point) if isinstance(value, float) else value for value in _row(view)]


def _row(view: TripView) -> tuple[Any, ...]:
    row = view.row
    first, last = row.waypoints[0], row.waypoints[-1]
    return (
        row.id, row.vehicle_id, view.state.value, to_text(row.created_ms), to_text(row.start_ms),
        to_text(view.ended_ms), to_text(view.eta_ms), round(view.progress, 4), round(row.distance_m, 1),
        round(row.duration_s, 1), row.device_profile, row.seed, round(row.energy_start, 4),
        round(row.outlook.energy_end, 4), first.lat, first.lon, last.lat, last.lon,
    )  # fmt: skip
