"""Signals by world time: the same phase for every vehicle at the same node, and the queues before them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rumbo.domain.trip import WaitReason
from rumbo.motion.noise import two_chances

CYCLE_S = (70.0, 140.0)
"""From a small crossing to a large one (FHWA Signal Timing Manual 2008; German guidelines RiLSA: at most 120 s)."""
FIRST_SHARE = (0.4, 0.6)
"""Of the time in which it is green somewhere, how much goes to those who come from north and south."""
CLEARANCE_S = 2.0
"""Everybody has red for so long between one direction's green and the other's."""
HEADWAY_S = 2.0
"""Seconds from one vehicle of a queue to the next over the stop line (saturation flow of 1,800 an hour)."""
START_S = 2.0
"""Until the first vehicle of a queue moves (Highway Capacity Manual: start-up lost time)."""
FLOW_PER_S = 0.14
"""Most vehicles a second that come to a lane and queue; each passage draws its share."""
ROLLING_S = 3.0
"""A queue that is gone within this time is not worth a stop."""
LEAST_STOP_S = 1.0

_PROGRAMME, _QUEUE = 0x51, 0x52
_MS = 1000


@dataclass(frozen=True, slots=True)
class Light:
    """A signal on a route: its stop line at `at_m`; `key` is its map node, or its place where there is none."""

    at_m: float
    key: int
    flow_per_s: float
    """Vehicles that join the queue before this passage of the light."""
    axis: int = 0
    """0 for who comes from north or south, 1 from east or west."""
    known: bool = True
    """Whether it stands on the map; before one that does not, vehicles wait in a queue."""

    @property
    def programme(self) -> Programme:
        return Programme.of(self.key, self.axis)

    @classmethod
    def of(cls, at_m: float, key: int, number: int, seed: int, axis: int = 0, *, known: bool = True) -> Light:
        """`number`: how often the route has passed the node before."""
        return cls(at_m, key, FLOW_PER_S * two_chances(seed, _QUEUE, key, number)[0], axis, known)


@dataclass(frozen=True, slots=True)
class Programme:
    """Red from `offset_ms` for `red_ms`, then green, every `cycle_ms` of world time; amber counts as green."""

    cycle_ms: int
    red_ms: int
    offset_ms: int

    @staticmethod
    @lru_cache(maxsize=100_000)
    def of(key: int, axis: int = 0) -> Programme:
        """The programme of a node for one axis, decided by nothing else: one is green while the other is red."""
        length, share = two_chances(key, _PROGRAMME)
        cycle_ms = round((CYCLE_S[0] + (CYCLE_S[1] - CYCLE_S[0]) * length) * _MS)
        clearance_ms = round(CLEARANCE_S * _MS)
        green_ms = cycle_ms - 2 * clearance_ms
        first_ms = round(green_ms * (FIRST_SHARE[0] + (FIRST_SHARE[1] - FIRST_SHARE[0]) * share))
        offset_ms = int(cycle_ms * two_chances(key, _PROGRAMME, 1)[0])
        if axis == 0:
            return Programme(cycle_ms, cycle_ms - first_ms, offset_ms)
        red_from_ms = offset_ms + cycle_ms - first_ms - clearance_ms
        return Programme(cycle_ms, first_ms + 2 * clearance_ms, red_from_ms % cycle_ms)

    def since_red_s(self, start_ms: int, at_s: float) -> float:
        """Seconds since red last began, `at_s` after world time `start_ms`."""
        return (((start_ms - self.offset_ms) % self.cycle_ms) / _MS + at_s) % (self.cycle_ms / _MS)

    def red_left_s(self, start_ms: int, at_s: float) -> float:
        """Seconds until it is green, 0 where it is."""
        return max(self.red_ms / _MS - self.since_red_s(start_ms, at_s), 0.0)


def clear_after_s(light: Light, start_ms: int, at_s: float) -> tuple[float, WaitReason | None]:
    """How long a vehicle that comes to the light has to wait, and why; 0 and None where it may pass.

    The queue before it has gathered since red began; it leaves one vehicle every HEADWAY_S.
    """
    programme = light.programme
    since = programme.since_red_s(start_ms, at_s)
    red = programme.red_ms / _MS
    clear = red + START_S + HEADWAY_S * float(int(light.flow_per_s * since))
    if since < red:
        return clear - since, WaitReason.SIGNAL if light.known else WaitReason.QUEUE
    if clear - since > ROLLING_S:
        return clear - since, WaitReason.QUEUE
    return 0.0, None
