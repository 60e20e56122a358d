"""Makes the app of its services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from rumbo.api import live_socket, static
from rumbo.api.guards import LastNet, SecurityHeaders, Visitors
from rumbo.api.idempotency import HEADER, Idempotency
from rumbo.api.limits import BodyLimit
from rumbo.api.metrics import CONTENT_TYPE, Metrics
from rumbo.api.problems import add_handlers
from rumbo.api.render import Json
from rumbo.api.routers import (
    alerts,
    closures,
    dashboards,
    device_profiles,
    fleets,
    geofences,
    history,
    jobs,
    lake,
    lake_days,
    places,
    rejected,
    replay,
    routes,
    scenarios,
    topics,
    trip_records,
    trips,
    trips_csv,
    vehicles,
    vehicles_csv,
    world,
)
from rumbo.api.services import Services

PREFIX = "/api/v1"
DESCRIPTION = """Create vehicles, plan trips, watch them drive.

Times are RFC 3339 in UTC and world time. Every error is `application/problem+json` (RFC 9457) with a `hint`.
A POST with an `Idempotency-Key` header may be repeated for 24 hours: it takes effect once and gives the same answer.
"""


def create_app(services: Services | None) -> FastAPI:
    """The app. Without services it can only describe itself."""
    app = FastAPI(
        title="Rumbo",
        version=version("rumbo"),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.metrics = _metrics(services) if services else None
    api = APIRouter(prefix=PREFIX)
    for noun in (
        vehicles_csv,
        vehicles,
        fleets,
        device_profiles,
        routes,
        trips_csv,
        trips,
        trip_records,
        places,
        closures,
        geofences,
        history,
        replay,
        scenarios,
        lake_days,
        lake,
        dashboards,
        alerts,
        topics,
        rejected,
        jobs,
        world,
        live_socket,
    ):
        api.include_router(noun.router)
    app.include_router(api)
    add_handlers(app)
    _add_pages(app)
    # The last added is the outermost.
    app.add_middleware(Idempotency, answers=services.answers if services else None)
    app.add_middleware(BodyLimit)
    app.add_middleware(
        Visitors,
        host=services.host if services else "127.0.0.1",
        names=services.host_names if services else frozenset(),
    )
    app.add_middleware(LastNet)
    app.add_middleware(SecurityHeaders)
    app.router.default = static.WebApp(services.web_dist if services else Path("web/dist"))
    return app


def openapi_document() -> dict[str, Any]:
    """The REST interface as an OpenAPI document."""
    return described(create_app(None))


def described(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI document, with the Idempotency-Key header on every POST."""
    document = app.openapi()
    key = {
        "name": HEADER,
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": "Same key and same request: one effect, same answer.",
    }
    for operations in document["paths"].values():
        if "post" in operations:
            parameters = operations["post"].setdefault("parameters", [])
            if not any(parameter["name"] == HEADER for parameter in parameters):
                parameters.append(key)
    return document


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    await services.live.start()
    try:
        yield
    finally:
        app.state.metrics.close()
        await services.live.stop()


def _metrics(services: Services) -> Metrics:
    return Metrics(
        services.status,
        services.world,
        services.days,
        services.jobs,
        services.outbox.waiting,
        lambda: services.live.clients,
    )


def _add_pages(app: FastAPI) -> None:
    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    def openapi_json() -> Response:
        return Json(described(app))

    @app.get(f"{PREFIX}/docs", include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(static.docs_page(described(app)))

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(app.state.metrics.text(), media_type=CONTENT_TYPE)

    @app.api_route("/tiles/{name}.pmtiles", methods=["GET", "HEAD"], include_in_schema=False)
    def tiles(name: str, request: Request) -> Response:
        services: Services = app.state.services
        return static.tiles_response(services.regions, name, request)
