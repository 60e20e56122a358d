"""Closures and slow zones: areas of the map that nobody enters, or in which everybody is slower, for a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import cos, isfinite, pi, radians, sin

from rumbo.domain.route import EARTH_RADIUS_M, Ring
from rumbo.errors import InvalidInput

MIN_RADIUS_M, MAX_RADIUS_M = 1.0, 50_000.0
MAX_CORNERS = 200
MAX_EXTENT_DEG = 5.0
CIRCLE_CORNERS = 24
MIN_FACTOR = 0.05


class ClosureKind(StrEnum):
    CLOSED = "closed"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Closure:
    """An area that is closed, or slow by `speed_factor`, in [from_ms, until_ms) of world time (None: without end)."""

    id: str
    kind: ClosureKind
    ring: Ring
    speed_factor: float | None
    from_ms: int
    until_ms: int | None
    created_ms: int

    def __post_init__(self) -> None:
        _check_ring(self.ring)
        factor = self.speed_factor
        if self.kind is ClosureKind.CLOSED and factor is not None:
            raise InvalidInput("What is closed has no speed factor.", field="speed_factor")
        if self.kind is ClosureKind.SLOW and (factor is None or not MIN_FACTOR <= factor < 1):
            raise InvalidInput(
                f"A slow zone needs a speed factor from {MIN_FACTOR} to below 1.", field="speed_factor"
            )
        if self.until_ms is not None and self.until_ms <= self.from_ms:
            raise InvalidInput("It would end before it begins.", hint="Choose a later end.", field="until")

    def holds_in(self, from_ms: int, until_ms: int | None) -> bool:
        """Whether it holds at any time of [from, until]; None: for ever."""
        begins = until_ms is None or self.from_ms <= until_ms
        return begins and (self.until_ms is None or self.until_ms > from_ms)


def circle(lat: float, lon: float, radius_m: float) -> Ring:
    """The ring of a circle. Raises InvalidInput for a radius out of bounds."""
    if not (isfinite(radius_m) and MIN_RADIUS_M <= radius_m <= MAX_RADIUS_M):
        raise InvalidInput(
            f"A radius of {radius_m} m is not {MIN_RADIUS_M:g} to {MAX_RADIUS_M:g} m.",
            field="geometry/radius_m",
        )
    # Corners outside by so much that the sides touch the circle: no part of it is left out.
    reach = radius_m / cos(pi / CIRCLE_CORNERS) / EARTH_RADIUS_M * 180 / pi
    narrow = max(cos(radians(lat)), 0.01)
    turns = [2 * pi * i / CIRCLE_CORNERS for i in range(CIRCLE_CORNERS)]
    return tuple((round(lat + reach * cos(t), 7), round(lon + reach * sin(t) / narrow, 7)) for t in turns)


def _check_ring(ring: Ring) -> None:
    if not 3 <= len(ring) <= MAX_CORNERS or len(set(ring)) < 3:
        raise InvalidInput(f"An area needs 3 to {MAX_CORNERS} corners.", field="geometry")
    lats, lons = [lat for lat, _ in ring], [lon for _, lon in ring]
    if not (all(-90 <= lat <= 90 for lat in lats) and all(-180 <= lon <= 180 for lon in lons)):
        raise InvalidInput("A corner is not on Earth, or beyond the antimeridian.", field="geometry")
    if max(lats) - min(lats) > MAX_EXTENT_DEG or max(lons) - min(lons) > MAX_EXTENT_DEG:
        raise InvalidInput(
            f"The area is wider than {MAX_EXTENT_DEG:g} degrees.", hint="Close less.", field="geometry"
        )
