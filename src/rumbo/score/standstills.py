"""When a vehicle stands: read off the pieces of its motion, exactly."""

from __future__ import annotations

from rumbo.domain.plan import Plan
from rumbo.motion import Motion
from rumbo.motion.braking import due_ms

type Stand = tuple[int, int]
"""Begin and end of a standstill, world time in ms."""


def standstills(plan: Plan, motion: Motion, until_ms: int) -> list[Stand]:
    """Standstills under way in order: after the start, before the trip's end, begun by `until_ms`.

    One that lasts beyond `until_ms` ends there. The standstill in which a trip ends is none: it parks.
    """
    over_ms = until_ms if motion.end_ms is None else min(motion.end_ms, until_ms)
    found: list[Stand] = []
    starts = [plan.start_ms + due_ms(t) for t in motion.t_s]
    ends = [*starts[1:], over_ms]
    still = [
        v == 0.0 and a == 0.0 and j == 0.0
        for v, a, j in zip(motion.v_mps, motion.a_mps2, motion.j_mps3, strict=True)
    ]
    for begin, begin_of_next, stands in zip(starts, ends, still, strict=True):
        end = min(begin_of_next, over_ms)
        if not stands or begin >= end:
            continue
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    parked = motion.end_ms is not None and found and found[-1][1] == motion.end_ms
    return found[:-1] if parked else found
