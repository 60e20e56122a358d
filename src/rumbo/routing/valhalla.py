"""Valhalla, embedded: routes from a region's own graph, offline, in a pool of child processes."""

from __future__ import annotations

from pathlib import Path

from rumbo.domain.route import Route, RouteRequest
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import NoRoute, TooLarge, Unavailable
from rumbo.routing.assemble import OPEN_SKY, assemble
from rumbo.routing.checks import check_request, not_on_road
from rumbo.routing.pool import Pool
from rumbo.routing.port import BBox, ControlIndex, SkyIndex
from rumbo.routing.valhalla_messages import SEARCH_M, Ask, Found, Refused, Unusable

COSTING = {
    VehicleClass.CAR: "auto",
    VehicleClass.VAN: "auto",
    VehicleClass.TRUCK: "truck",
    VehicleClass.BUS: "bus",
    VehicleClass.MOTORCYCLE: "motorcycle",
    VehicleClass.BICYCLE: "bicycle",
}
"""Valhalla's cost model for each class; it decides where the class may drive."""

TOO_LONG = {154}
"""Valhalla: "Path distance exceeds the max distance limit"."""

NO_PATH = {170, 171, 442}
"""Valhalla: "Locations are in unconnected regions", "No suitable edges near location", "No path could be
found for input"."""


class ValhallaProvider:
    """Implements `RoutingProvider`.

    `config_path` is the region's Valhalla configuration, `bbox` its box, `controls` what stands along its
    roads, `sky` how much of the sky they see. At most `processes` requests run at once; each may take `timeout_s`.
    """

    name = "valhalla"
    can_avoid = True

    def __init__(
        self,
        config_path: Path,
        bbox: BBox,
        controls: ControlIndex,
        *,
        sky: SkyIndex = OPEN_SKY,
        region_name: str = "",
        processes: int = 2,
        timeout_s: float = 30.0,
    ) -> None:
        self._bbox, self._region_name, self._controls, self._sky = bbox, region_name, controls, sky
        arguments = [str(config_path.absolute())]
        self.pool = Pool("rumbo.routing.valhalla_worker", arguments, size=processes, timeout_s=timeout_s)

    def routes(self, request: RouteRequest) -> list[Route]:
        """See `RoutingProvider`. Alternatives come only between two waypoints."""
        check_request(request, self._bbox, self._region_name)
        points = tuple((point.lat, point.lon) for point in request.waypoints)
        reply = self.pool.call(
            Ask(
                points,
                COSTING[request.vehicle_class],
                request.alternatives,
                request.avoid,
                request.heading_deg,
            )
        )
        match reply:
            case Found(routes):
                return [assemble(legs, request, self._controls, self.name, self._sky) for legs in routes]
            case Refused():
                raise _error(reply, request)
            case Unusable(text):
                raise Unavailable(
                    f"The region's road graph cannot be read: {text}", hint="Build the region again."
                )
        raise Unavailable("The router gave an answer that nobody knows.", hint="Report this.")

    def close(self) -> None:
        self.pool.close()


def _error(reply: Refused, request: RouteRequest) -> Exception:
    if reply.far:
        index = reply.far[0]
        return not_on_road(index, request.waypoints[index], f"there is none within {SEARCH_M} m")
    if reply.code in NO_PATH:
        return NoRoute(
            f"No road that a {request.vehicle_class} may use joins these waypoints"
            f"{' past what is closed' if request.avoid else ''}.",
            hint="Move a waypoint, or choose another class of vehicle.",
            field="waypoints",
        )
    if reply.code in TOO_LONG:
        return TooLarge(
            "The route is longer than the router allows.", hint="Split the trip.", field="waypoints"
        )
    return Unavailable(f"The router failed: {reply.text} ({reply.code}).", hint="Try other waypoints.")
