"""Checks that every provider makes, so that every provider says the same thing."""

from __future__ import annotations

from rumbo.domain.route import RouteRequest, Waypoint, haversine_m
from rumbo.errors import InvalidInput, NotOnRoad, OutsideRegion
from rumbo.routing.port import BBox

SNAP_LIMIT_M = 200.0
"""Farthest a waypoint may lie from the road it is moved to. A block's width and a car park's depth fit
in; a point on the sea, a mountain or in the wrong place does not."""

SAME_PLACE_M = 1.0
"""Two waypoints nearer than this are one place."""


def check_request(request: RouteRequest, bbox: BBox | None, region_name: str = "") -> None:
    """Raise InvalidInput for neighbours at one place, OutsideRegion for a waypoint outside `bbox`."""
    for index, point in enumerate(request.waypoints):
        if bbox is not None:
            _check_inside(index, point, bbox, region_name)
    for index, (a, b) in enumerate(zip(request.waypoints, request.waypoints[1:], strict=False), start=1):
        if haversine_m(a.lat, a.lon, b.lat, b.lon) < SAME_PLACE_M:
            raise InvalidInput(
                f"Waypoints {index} and {index + 1} are the same place.",
                hint="Move one of them or leave it out.",
                field=f"waypoints/{index}",
            )


def check_snapped(index: int, asked: Waypoint, lat: float, lon: float) -> None:
    """Raise NotOnRoad where the road found for waypoint `index` is farther than `SNAP_LIMIT_M`."""
    away_m = haversine_m(asked.lat, asked.lon, lat, lon)
    if away_m > SNAP_LIMIT_M:
        raise not_on_road(index, asked, f"the nearest is {away_m:.0f} m away")


def not_on_road(index: int, asked: Waypoint, why: str) -> NotOnRoad:
    """The error for waypoint `index`, which has no road near it; `why` ends the sentence."""
    return NotOnRoad(
        f"Waypoint {index + 1} ({asked.lat:.6f}, {asked.lon:.6f}) has no road for this vehicle within "
        f"{SNAP_LIMIT_M:.0f} m: {why}.",
        hint="Move it onto a road.",
        field=f"waypoints/{index}",
    )


def _check_inside(index: int, point: Waypoint, bbox: BBox, region_name: str) -> None:
    west, south, east, north = bbox
    if west <= point.lon <= east and south <= point.lat <= north:
        return
    region = f"region {region_name!r}" if region_name else "the region"
    raise OutsideRegion(
        f"Waypoint {index + 1} ({point.lat:.6f}, {point.lon:.6f}) lies outside {region}, which reaches from "
        f"{south:.4f}, {west:.4f} to {north:.4f}, {east:.4f} (latitude, longitude).",
        hint="Choose a point inside, or build a region that holds it: `rumbo region add`.",
        field=f"waypoints/{index}",
    )
