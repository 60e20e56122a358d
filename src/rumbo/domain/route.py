"""A route: where a trip goes, on which roads, past which controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import asin, cos, isfinite, radians, sin, sqrt
from operator import lt

from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput

EARTH_RADIUS_M = 6_371_008.8
"""IUGG mean radius R1 (Moritz 2000)."""

Ring = tuple[tuple[float, float], ...]
"""The corners of an area, (lat, lon) in degrees, without the first again at the end."""

MAX_WAYPOINTS = 50
MAX_DWELL_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A point a person asked for, degrees WGS 84. `dwell_s` is how long the vehicle stands there."""

    lat: float
    lon: float
    dwell_s: float = 0.0

    def __post_init__(self) -> None:
        if not (isfinite(self.lat) and -90 <= self.lat <= 90):
            raise InvalidInput(f"Latitude {self.lat} is not a number from -90 to 90.", field="lat")
        if not (isfinite(self.lon) and -180 <= self.lon <= 180):
            raise InvalidInput(f"Longitude {self.lon} is not a number from -180 to 180.", field="lon")
        if not (isfinite(self.dwell_s) and 0 <= self.dwell_s <= MAX_DWELL_S):
            raise InvalidInput(f"A dwell of {self.dwell_s} s is not between 0 and 7 days.", field="dwell_s")


class RoadClass(StrEnum):
    """OpenStreetMap's highway values, folded to those that change how people drive."""

    MOTORWAY = "motorway"
    TRUNK = "trunk"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"
    UNCLASSIFIED = "unclassified"
    RESIDENTIAL = "residential"
    SERVICE = "service"
    UNKNOWN = "unknown"


class ControlKind(StrEnum):
    SIGNAL = "signal"
    STOP_SIGN = "stop_sign"
    GIVE_WAY = "give_way"
    CROSSING = "crossing"
    LEVEL_CROSSING = "level_crossing"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of road with one set of attributes: from `start_m` to the next span's start."""

    start_m: float
    speed_mps: float
    """Free-flow speed at which a car drives here, at most the limit where there is one."""
    limit_mps: float | None = None
    """Posted or legal limit; None where the map does not say."""
    way_id: int | None = None
    name: str = ""
    road_class: RoadClass = RoadClass.UNKNOWN
    tunnel: bool = False
    roundabout: bool = False
    sky_view: float = 1.0
    """Share of the sky that a vehicle sees here: 1 in the open, near 0.2 between tall houses, 0 in a tunnel."""


@dataclass(frozen=True, slots=True)
class Control:
    at_m: float
    kind: ControlKind
    node_id: int | None = None


@dataclass(frozen=True, slots=True)
class Dwell:
    """A via waypoint: the vehicle stands `dwell_s` at `at_m` (0 passes without stopping)."""

    at_m: float
    dwell_s: float


@dataclass(frozen=True, slots=True)
class Route:
    """Vertices in degrees (6 decimals), cumulative distance in m (3 decimals), and what lies along it.

    Invariants, checked on construction: at least two vertices; `distance_m` starts at 0 and strictly
    increases; spans start at 0 and increase; controls and dwells lie strictly inside the route, in order.
    """

    lat: tuple[float, ...]
    lon: tuple[float, ...]
    distance_m: tuple[float, ...]
    spans: tuple[Span, ...]
    controls: tuple[Control, ...] = ()
    dwells: tuple[Dwell, ...] = ()
    provider: str = ""

    def __post_init__(self) -> None:
        n = len(self.lat)
        if n < 2 or len(self.lon) != n or len(self.distance_m) != n:
            raise InvalidInput("A route needs at least two different points.")
        if self.distance_m[0] != 0 or not _increasing(self.distance_m):
            raise InvalidInput("A route's distances must start at 0 and increase.")
        if not self.spans or self.spans[0].start_m != 0:
            raise InvalidInput("A route's first span must start at 0.")
        if not _increasing([span.start_m for span in self.spans]):
            raise InvalidInput("A route's spans must be in order.")
        for at_m in [c.at_m for c in self.controls] + [d.at_m for d in self.dwells]:
            if not 0 < at_m < self.length_m:
                raise InvalidInput(f"{at_m} m is not inside the route of {self.length_m} m.")

    @property
    def length_m(self) -> float:
        return self.distance_m[-1]

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return min(self.lon), min(self.lat), max(self.lon), max(self.lat)


def _increasing(values: Sequence[float]) -> bool:
    return all(map(lt, values, values[1:]))


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """What a routing provider is asked for. `alternatives` counts further routes beside the best."""

    waypoints: tuple[Waypoint, ...]
    vehicle_class: VehicleClass = VehicleClass.CAR
    alternatives: int = 0
    avoid: tuple[Ring, ...] = ()
    """Areas that no road of the route may enter, where the provider `can_avoid`."""
    heading_deg: float | None = None
    """Course at the first waypoint of a vehicle that is under way, for providers that heed it."""

    def __post_init__(self) -> None:
        if not 2 <= len(self.waypoints) <= MAX_WAYPOINTS:
            raise InvalidInput(
                f"A route takes 2 to {MAX_WAYPOINTS} waypoints, not {len(self.waypoints)}.",
                field="waypoints",
            )
        if not 0 <= self.alternatives <= 3:
            raise InvalidInput("Ask for 0 to 3 alternatives.", field="alternatives")


@dataclass(slots=True)
class Polyline:
    """Collects vertices and drops those that repeat; `build()` gives the columns a Route wants."""

    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    distance_m: list[float] = field(default_factory=list)

    def add(self, lat: float, lon: float) -> int:
        """Append a vertex unless it is the last one again (under 1 mm); return its index."""
        lat, lon = round(lat, 6), round(lon, 6)
        if not self.lat:
            self._push(lat, lon, 0.0)
        else:
            step = haversine_m(self.lat[-1], self.lon[-1], lat, lon)
            at_m = round(self.distance_m[-1] + step, 3)
            if at_m > self.distance_m[-1]:
                self._push(lat, lon, at_m)
        return len(self.lat) - 1

    def _push(self, lat: float, lon: float, at_m: float) -> None:
        self.lat.append(lat)
        self.lon.append(lon)
        self.distance_m.append(at_m)


def haversine_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in m between two points in degrees."""
    dlat, dlon = radians(lat2 - lat1), radians(lon2 - lon1)
    h = sin(dlat / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(dlon / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))
