"""OSRM over HTTP: for regions too large for one machine's own graph, or a router that already runs.

Its answers hold node ids, speeds and names, but no limits and no way ids. API: OSRM v5 and later,
service `route`, version `v1` (project-osrm.org/docs, "HTTP API").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx

from rumbo.domain.route import Route, RouteRequest
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, NoRoute, RumboError, TooLarge, Unavailable
from rumbo.routing.assemble import assemble
from rumbo.routing.checks import check_request, not_on_road
from rumbo.routing.osrm_reply import read_leg
from rumbo.routing.port import BBox, ControlIndex, NoControls

MAX_REPLY_BYTES = 64_000_000


class OsrmProvider:
    """Implements `RoutingProvider`.

    `base_url` as in `http://router:5000`. An OSRM server knows one profile, fixed when its data was prepared;
    bicycles ask for `cycling`, all others for `driving`, which matters only behind a proxy that tells them
    apart. `bbox` and `controls` are those of the region, where there is one.
    """

    name = "osrm"
    can_avoid = False

    def __init__(
        self,
        base_url: str,
        *,
        bbox: BBox | None = None,
        controls: ControlIndex | None = None,
        region_name: str = "",
        timeout_s: float = 10.0,
    ) -> None:
        self._bbox, self._region_name = bbox, region_name
        self._controls = controls or NoControls()
        self._timeout_s = timeout_s
        self._client = httpx.Client(base_url=_checked_url(base_url), timeout=timeout_s, trust_env=False)

    def routes(self, request: RouteRequest) -> list[Route]:
        """See `RoutingProvider`. Alternatives come only between two waypoints."""
        check_request(request, self._bbox, self._region_name)
        reply = self._ask(request)
        code = reply.get("code")
        if code != "Ok":
            raise _error(str(code), str(reply.get("message", "")), request)
        try:
            found = [[read_leg(leg) for leg in route["legs"]] for route in reply["routes"]]
        except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError) as exc:
            raise _not_osrm() from exc
        if not found or any(len(legs) != len(request.waypoints) - 1 for legs in found):
            raise _not_osrm()
        return [assemble(legs, request, self._controls, self.name) for legs in found]

    def close(self) -> None:
        self._client.close()

    def _ask(self, request: RouteRequest) -> Mapping[str, Any]:
        points = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in request.waypoints)
        profile = "cycling" if request.vehicle_class is VehicleClass.BICYCLE else "driving"
        options = {
            "steps": "true",
            "annotations": "true",
            "overview": "full",
            "geometries": "geojson",
            "continue_straight": "false",  # a vehicle may turn round where it was sent to
            "generate_hints": "false",
        }
        if request.alternatives and len(request.waypoints) == 2:
            options["alternatives"] = str(request.alternatives)
        try:
            reply = self._client.get(f"/route/v1/{profile}/{points}", params=options)
            body = reply.json() if len(reply.content) <= MAX_REPLY_BYTES else None
        except httpx.TimeoutException as exc:
            raise Unavailable(
                f"The OSRM server did not answer within {self._timeout_s:g} s.", hint="Check that it runs."
            ) from exc
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as exc:
            raise Unavailable(
                "The OSRM server cannot be reached.", hint="Check osrm_url and that the server runs."
            ) from exc
        except (ValueError, RecursionError) as exc:
            raise _not_osrm() from exc
        if not isinstance(body, dict) or "code" not in body:
            raise _not_osrm()
        return body


def _checked_url(text: str) -> httpx.URL:
    hint = "Set osrm_url to http://HOST:PORT."
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as exc:
        raise InvalidInput("The OSRM address is not a URL.", hint=hint) from exc
    if url.scheme not in ("http", "https") or not url.host:
        raise InvalidInput("The OSRM address is not a URL of a web server.", hint=hint)
    return url


def _error(code: str, text: str, request: RouteRequest) -> RumboError:
    """OSRM's error codes as ours."""
    if code == "NoSegment":
        number = re.search(r"\d+", text)
        index = int(number.group()) if number else 0
        index = min(index, len(request.waypoints) - 1)
        return not_on_road(index, request.waypoints[index], "the OSRM server finds none")
    if code == "NoRoute":
        return NoRoute("No road joins these waypoints.", hint="Move a waypoint.", field="waypoints")
    if code == "TooBig":
        return TooLarge(
            "The OSRM server takes fewer waypoints.",
            hint="Leave some out, or split the trip.",
            field="waypoints",
        )
    if code in ("InvalidValue", "InvalidQuery", "InvalidOptions"):
        return InvalidInput("The OSRM server refuses these waypoints.", hint="Check them.", field="waypoints")
    return Unavailable(f"The OSRM server failed with {code[:40]!r}.", hint="See its log.")


def _not_osrm() -> Unavailable:
    return Unavailable(
        "What answered at osrm_url does not speak OSRM's route service, version v1.",
        hint="Check osrm_url: scheme, host, port, and no path unless a proxy wants one.",
    )
