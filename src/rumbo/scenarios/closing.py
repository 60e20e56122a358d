"""Where and when a scenario closes roads or slows them down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from rumbo.domain.vehicle import VehicleClass
from rumbo.scenarios.fleets import slug
from rumbo.scenarios.stage import Stage
from rumbo.scenarios.values import time_ms


@dataclass(frozen=True, slots=True)
class Closing:
    """A circle that is closed, or slow by a factor, from one world time until another."""

    id: str
    kind: str
    lat: float
    lon: float
    radius_m: float
    speed_factor: float | None
    from_ms: int
    until_ms: int


def closings_of(stage: Stage, since_ms: int) -> Iterator[Closing]:
    """All closures of a scenario that began at `since_ms`."""
    first = stage.calendar.day_of(since_ms)
    for i, closure in enumerate(stage.scenario.closures):
        if closure.at is not None:
            lat, lon = closure.at.lat, closure.at.lon
        else:
            lat, lon = stage.dice.at("closure", i).one_of(
                stage.pool(("anywhere",), VehicleClass.CAR, 1 << 30, "closure")
            )
        day = first + timedelta(days=closure.day)
        yield Closing(
            id=f"clo_{slug(stage.scenario)}_{i}",
            kind=closure.kind,
            lat=lat,
            lon=lon,
            radius_m=closure.radius_m,
            speed_factor=closure.speed_factor,
            from_ms=stage.calendar.ms(day, time_ms(closure.since)),
            until_ms=stage.calendar.ms(day, time_ms(closure.until)),
        )
