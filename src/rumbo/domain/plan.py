"""The plan of a trip: everything from which its whole life follows.

A plan on the wire may leave its newest decision open: *when* it takes effect. The broker's append time
closes it (see `settled`): a plan or amendment takes effect no earlier than the broker had it. A drive
worker never emits past the moment at which it knows it has read all plans, so what it has emitted can
never be contradicted, and everybody who reads the record computes the same times (ADR 0003).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from rumbo.domain.clock import WorldClock
from rumbo.domain.device import DeviceSpec
from rumbo.domain.route import Route
from rumbo.domain.trip import WaitReason
from rumbo.domain.vehicle import Driver, VehicleClass, VehicleSpec


@dataclass(frozen=True, slots=True)
class Hold:
    """A standstill in a profile: from `start_s` to `end_s` of profile time, at `at_m`."""

    start_s: float
    end_s: float
    at_m: float
    reason: WaitReason


@dataclass(frozen=True, slots=True)
class Profile:
    """Motion along a route as pieces of constant jerk.

    Columns of equal length; piece i starts at `t_s[i]` with distance, speed and acceleration given and
    lasts until `t_s[i + 1]`, the last until `duration_s`. Within a piece, with u = t - t_s[i]:
    s = s_m + v u + a u²/2 + j u³/6. Distance is measured from the route's start.
    """

    t_s: tuple[float, ...]
    s_m: tuple[float, ...]
    v_mps: tuple[float, ...]
    a_mps2: tuple[float, ...]
    j_mps3: tuple[float, ...]
    duration_s: float
    holds: tuple[Hold, ...] = ()
    start_ms: int = 0
    """World time at profile time 0 that it was solved for: signals follow it."""


class AmendmentKind(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    REROUTE = "reroute"


@dataclass(frozen=True, slots=True)
class Amendment:
    kind: AmendmentKind
    at_ms: int
    """World time from which it holds."""
    route: Route | None = None
    """Of a reroute: the whole new route from the trip's beginning, equal to the old one up to where they part."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A trip's plan. Times are world time in ms since the Unix epoch; `revision` = len(amendments)."""

    trip_id: str
    vehicle_id: str
    vehicle_class: VehicleClass
    spec: VehicleSpec
    seed: int
    device: DeviceSpec
    created_ms: int
    start_ms: int
    route: Route
    profile: Profile
    odometer_start_m: float = 0.0
    energy_start: float = 1.0
    """Fuel or charge at the start, as a share of full."""
    driver: Driver = Driver.NORMAL
    amendments: tuple[Amendment, ...] = ()

    @property
    def revision(self) -> int:
        return len(self.amendments)

    def amended(self, kind: AmendmentKind, at_ms: int, route: Route | None = None) -> Plan:
        return replace(self, amendments=(*self.amendments, Amendment(kind, at_ms, route)))

    def settled(self, appended_wall_ms: int, clock: WorldClock) -> Plan:
        """The plan with its newest decision closed by the wall time at which the broker appended it.

        It takes effect after that moment of world time, not in it: in a world that stands still, or is slow, a
        worker may have driven up to that very millisecond already.
        """
        floor_ms = clock.world_ms(appended_wall_ms) + 1
        if not self.amendments:
            created_ms = max(self.created_ms, floor_ms)
            return replace(self, created_ms=created_ms, start_ms=max(self.start_ms, created_ms))
        *earlier, newest = self.amendments
        newest = replace(newest, at_ms=max(newest.at_ms, floor_ms, *(a.at_ms for a in earlier)))
        return replace(self, amendments=(*earlier, newest))
