"""Where a scenario takes place: a map's points, and the roads between them. Nothing here knows a particular town."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, radians
from typing import Protocol

from rumbo.domain.plan import Plan
from rumbo.domain.route import Route, Waypoint
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, NoRoute
from rumbo.scenarios.dice import Dice
from rumbo.scenarios.orders import Order
from rumbo.scenarios.plane import KM_PER_DEGREE, Point, apart_squared

_SETTLEMENTS = frozenset(
    (
        "country", "state", "province", "region", "county", "city", "town", "village", "hamlet", "municipality",
        "borough", "suburb", "quarter", "neighbourhood", "locality", "island", "square", "peak", "bay", "address",
        "street",
    )
)  # fmt: skip
_DWELLINGS = frozenset(("residential", "apartments", "house", "detached", "terrace"))
_SHOPS = frozenset(("supermarket", "convenience", "mall", "department_store", "clothes", "bakery", "shop"))
_LEISURE = frozenset(
    (
        "restaurant", "bar", "cafe", "pub", "cinema", "theatre", "hotel", "museum", "attraction", "stadium",
        "sports_centre", "nightclub", "park", "beach", "viewpoint",
    )
)  # fmt: skip
_STATIONS = frozenset(("station", "halt", "bus_station", "ferry_terminal", "aerodrome", "terminal"))
_STOPS = frozenset(("stop_position", "platform", "bus_stop"))
GROUPS: Mapping[str, Callable[[str], bool]] = {
    "anywhere": lambda kind: kind == "street",
    "home": lambda kind: kind in _DWELLINGS or kind in {"address", "street"},
    "work": lambda kind: kind not in _SETTLEMENTS | _DWELLINGS | _STOPS | {"toilets", "beach"},
    "shop": _SHOPS.__contains__,
    "leisure": _LEISURE.__contains__,
    "station": _STATIONS.__contains__,
    "stop": (_STOPS | {"station"}).__contains__,
}
"""Names for groups of OpenStreetMap's values; any other word in a file is such a value itself."""
_FEW = 5
_TRIES = 3
_HUBS = 12


class Planning(Protocol):
    """How trips are routed and how long they take. Pure: the same question, the same answer."""

    def route(self, vehicle_class: VehicleClass, waypoints: Sequence[Waypoint]) -> Route:
        """Raises NoRoute, NotOnRoad, OutsideRegion, InvalidInput as routing providers do."""
        ...

    def plan(self, order: Order) -> Plan:
        """The order's plan, its odometer at 0 and its tank full. Raises as `route`."""
        ...


@dataclass(frozen=True)
class World:
    """A region as scenarios see it. `places` are points by kind, OpenStreetMap's value, in a fixed order."""

    region: str
    time_zone: str
    center: Point
    bbox: tuple[float, float, float, float]
    places: Mapping[str, Sequence[Point]]
    planning: Planning
    _pools: dict[tuple[object, ...], tuple[Point, ...]] = field(default_factory=dict)
    _hubs: dict[VehicleClass, Point] = field(default_factory=dict)

    def within(self, center: Point, radius_km: float) -> World:
        """The part of it around a point."""
        reach = radius_km / KM_PER_DEGREE
        narrow = max(0.01, cos(radians(center[0])))
        west, south, east, north = self.bbox
        box = (max(west, center[1] - reach / narrow), max(south, center[0] - reach),
               min(east, center[1] + reach / narrow), min(north, center[0] + reach))  # fmt: skip
        places = {
            kind: [point for point in points if apart_squared(point, center) <= reach * reach]
            for kind, points in self.places.items()
        }
        return World(self.region, self.time_zone, center, box, places, self.planning)

    def pool(
        self, kinds: tuple[str, ...], vehicle_class: VehicleClass, size: int, dice: Dice
    ) -> tuple[Point, ...]:
        """About `size` points on the road, of these kinds, that can be reached from each other by that class.

        Where the map has too few of the kinds, points of any road fill up. Raises NoRoute where hardly any are joined.
        """
        key = (kinds, vehicle_class, size, dice)
        if key not in self._pools:
            self._pools[key] = self._drawn(kinds, vehicle_class, size, dice)
        return self._pools[key]

    def _drawn(
        self, kinds: tuple[str, ...], vehicle_class: VehicleClass, size: int, dice: Dice
    ) -> tuple[Point, ...]:
        wanted = [point for kind in kinds for point in self._of(kind)]
        given = dice.shuffled(wanted) + dice.at("fill").shuffled(self._of("anywhere"))
        given += self._anywhere(dice, _TRIES * size)
        hub = self._hub(vehicle_class)
        found: dict[Point, None] = {}
        for point in list(dict.fromkeys(given))[: _TRIES * max(size, _FEW)]:
            if len(found) >= size:
                break
            if (joined := self._joined(point, hub, vehicle_class)) is not None:
                found[joined] = None
        if len(found) < 2:
            raise NoRoute(
                f"Region {self.region} has no roads for a {vehicle_class.value} between places of these kinds: "
                f"{', '.join(kinds)}.",
                hint="Use other kinds, another vehicle class, or a larger region.",
            )
        return tuple(found)

    def _hub(self, vehicle_class: VehicleClass) -> Point:
        """A point near the centre that most others can reach and leave."""
        if vehicle_class not in self._hubs:
            dice = Dice(0).at("hub", vehicle_class.value)
            streets = self._of("anywhere") or self._anywhere(dice, 50)
            others = dice.shuffled(streets)[:_FEW]
            best = -1, self.center
            for hub in sorted(streets, key=lambda point: apart_squared(point, self.center))[:_HUBS]:
                joined = sum(self._joined(point, hub, vehicle_class) is not None for point in others)
                best = max(best, (joined, hub))
                if joined >= len(others) - 1:  # one of them may be cut off itself
                    break
            self._hubs[vehicle_class] = best[1]
        return self._hubs[vehicle_class]

    def _joined(self, point: Point, hub: Point, vehicle_class: VehicleClass) -> Point | None:
        """The place on the road nearest to a point, where the hub can be reached from it and it from the hub."""
        try:
            away = self.planning.route(vehicle_class, (Waypoint(*point), Waypoint(*hub)))
            here = away.lat[0], away.lon[0]
            self.planning.route(vehicle_class, (Waypoint(*hub), Waypoint(*here)))
        except InvalidInput:
            return None
        return here

    def _of(self, kind: str) -> Sequence[Point]:
        if kind not in GROUPS:
            return self.places.get(kind, ())
        fits = GROUPS[kind]
        return [point for name, points in self.places.items() if fits(name) for point in points]

    def _anywhere(self, dice: Dice, count: int) -> list[Point]:
        """Points drawn over the region's box; a router moves those near a road onto it."""
        west, south, east, north = self.bbox
        drawn = (dice.at("box", i) for i in range(count))
        return [
            (
                round(south + (north - south) * d.at(0).share(), 6),
                round(west + (east - west) * d.at(1).share(), 6),
            )
            for d in drawn
        ]
