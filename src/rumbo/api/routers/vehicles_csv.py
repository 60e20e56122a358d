"""/vehicles/export.csv and /vehicles/import."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message
from itertools import chain
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from rumbo.api import vehicles_csv
from rumbo.api.csv_file import Separator
from rumbo.api.models_vehicles import ImportOut
from rumbo.api.problems import problem
from rumbo.api.render import Json
from rumbo.api.routers.common import App, Token, answers, known_parameters, problems
from rumbo.api.routers.vehicles import Found, OfClass, OfFleet, WithTag, order_of
from rumbo.api.services import Services
from rumbo.api.vehicles_csv import CellError
from rumbo.errors import InvalidInput, RumboError
from rumbo.fleet.vehicle_orders import VehicleFilter

router = APIRouter(prefix="/vehicles", tags=["vehicles"])
CSV = "text/csv"
MAX_ERRORS = 100
EXAMPLE = "name,vehicle_class,fleet,tags,mass_kg\nVan 7,van,couriers,north;electric,2900\n"
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}, "example": EXAMPLE}}}
}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {CSV: {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


@router.get(
    "/export.csv",
    response_class=Response,
    dependencies=[Depends(known_parameters)],
    responses=_EXPORTED | problems(422, 503),
    summary="Vehicles as CSV, oldest first, as /vehicles/import reads them",
)
def export(
    app: App,
    fleet: OfFleet = None,
    tag: WithTag = None,
    vehicle_class: OfClass = None,
    q: Found = None,
    separator: Annotated[
        Separator, Query(description="semicolon: with decimal commas, as Excel reads it in Spain.")
    ] = Separator.COMMA,
) -> Response:
    pieces = app.vehicles.export(VehicleFilter(fleet, tag, vehicle_class, q))
    file = vehicles_csv.written(pieces, separator)
    first = next(file)  # what the database has against it is an answer of its own
    name = {"Content-Disposition": 'attachment; filename="vehicles.csv"'}
    return StreamingResponse(chain([first], file), media_type=CSV, headers=name)


@router.post(
    "/import",
    response_model=ImportOut,
    dependencies=[Depends(known_parameters)],
    responses=answers(200, {"rows": 2, "created": 1, "known": 1, "dry_run": False}) | problems(413, 422, 503),
    openapi_extra=_FILE,
    summary="Create the vehicles of a CSV file: all, or none and what is wrong with which line",
)
async def import_file(
    request: Request,
    app: App,
    token: Token,
    dry_run: Annotated[bool, Query(description="Only say what it would do.")] = False,
) -> Response:
    kind = Message()
    kind["Content-Type"] = request.headers.get("content-type", "")
    if kind.get_content_type() != CSV or "content-type" not in request.headers:
        raise InvalidInput("The body is not CSV by its Content-Type.", hint=f"Send {CSV}.")
    charset = str(kind.get_param("charset", ""))
    body = await request.body()
    return await anyio.to_thread.run_sync(_imported, app, body, charset, token, dry_run)


def _imported(app: Services, body: bytes, charset: str, token: str | None, dry_run: bool) -> Response:
    rows = vehicles_csv.read(body, charset)
    orders = [order_of(vehicle) for _, vehicle in rows.vehicles]
    dry = dry_run or bool(rows.errors)
    outcomes = app.vehicles.create_many(orders, token, all_or_none=True, dry=dry)
    errors, known = list(rows.errors), 0
    for (line, _), outcome in zip(rows.vehicles, outcomes, strict=True):
        if isinstance(outcome, RumboError):
            detail = f"{outcome.message} {outcome.hint}".strip()
            errors.append(CellError(line, outcome.field.removeprefix("spec/"), detail))
        else:
            known += outcome[1]
    if errors:
        return _refused(sorted(errors, key=lambda error: error.line))
    created = len(outcomes) - known
    return Json({"rows": len(outcomes), "created": created, "known": known, "dry_run": dry_run})


def _refused(errors: Sequence[CellError]) -> Response:
    lines = len({error.line for error in errors})
    first = _said(errors[0])
    more = f" {lines:,} lines are wrong." if lines > 1 else ""
    return problem(
        422,
        InvalidInput.code,
        f"Nothing was imported. {first}{more}",
        instance="/api/v1/vehicles/import",
        hint="Correct what `errors` names (line and column), and send the whole file again.",
        errors=[
            {"pointer": f"/{error.line}/{error.column}".rstrip("/"), "detail": _said(error)}
            for error in errors[:MAX_ERRORS]
        ],
    )


def _said(error: CellError) -> str:
    where = f"Line {error.line}, {error.column}" if error.column else f"Line {error.line}"
    return f"{where}: {error.detail}"
