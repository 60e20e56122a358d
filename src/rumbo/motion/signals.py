"""Signals by world time: the same phase for every vehicle at the same node, and the queues before them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rumbo.domain.trip import WaitReason
from rumbo.motion.noise import two_chances

CYCLE_S = (50.0, 120.0)
"""From a small crossing to a large one (German guidelines RiLSA; Highway Capacity Manual: 60 to 120 s)."""
GREEN_SHARE = (0.4, 0.68)
"""Of the cycle, the amber after it included."""
AMBER_S = 3.0
"""The last part of what counts as green: who can no longer stop still passes."""
HEADWAY_S = 2.0
"""Seconds from one vehicle of a queue to the next over the stop line (saturation flow of 1,800 an hour)."""
START_S = 1.0
"""Until the first vehicle of a queue moves."""
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

    @classmethod
    def of(cls, at_m: float, key: int, number: int, seed: int) -> Light:
        """`number`: how often the route has passed the node before."""
        return cls(at_m, key, FLOW_PER_S * two_chances(seed, _QUEUE, key, number)[0])


@dataclass(frozen=True, slots=True)
class Programme:
    """Red from `offset_ms` for `red_ms`, then green, every `cycle_ms` of world time."""

    cycle_ms: int
    red_ms: int
    offset_ms: int

    @staticmethod
    @lru_cache(maxsize=100_000)
    def of(key: int) -> Programme:
        """The programme of a node, decided by nothing else."""
        length, share = two_chances(key, _PROGRAMME)
        cycle_ms = round((CYCLE_S[0] + (CYCLE_S[1] - CYCLE_S[0]) * length) * _MS)
        green = GREEN_SHARE[0] + (GREEN_SHARE[1] - GREEN_SHARE[0]) * share
        offset = two_chances(key, _PROGRAMME, 1)[0]
        return Programme(cycle_ms, round(cycle_ms * (1.0 - green)), int(cycle_ms * offset))

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
    programme = Programme.of(light.key)
    since = programme.since_red_s(start_ms, at_s)
    red = programme.red_ms / _MS
    clear = red + START_S + HEADWAY_S * float(int(light.flow_per_s * since))
    if since < red:
        return clear - since, WaitReason.SIGNAL
    if clear - since > ROLLING_S:
        return clear - since, WaitReason.QUEUE
    return 0.0, None
