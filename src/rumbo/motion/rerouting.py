"""Another route under way: what it must share with the old one, from where it may part, and how it is put together.

A reroute carries a whole new route. It holds where the vehicle's motion so far would have been the same on it, to
the bit; the motion ahead may then be replaced without a jump (`amend`). How early a motion foretells a change of the
road ahead is bounded by `reroute_window`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from rumbo.domain.plan import Profile
from rumbo.domain.route import Route, Span, haversine_m
from rumbo.domain.vehicle import Limits
from rumbo.errors import InvalidInput
from rumbo.motion.effort import BRAKING_SHARE, MANNERS
from rumbo.motion.envelope import BUMP_S, CHORDS_M

STEADY_MS = 1_000
"""A new profile replaces the running one only where they stay the same for this long still: then no sample that
was taken lies so near the end of a piece that it touches the next."""
_WEAKEST = min(manner.effort[0] for manner in MANNERS.values()) * min(BRAKING_SHARE)
"""The least share of the class's braking that anybody uses."""
_BREAKS = 1e-3
"""Distances are kept in whole millimetres."""


def parted_s(old: Profile, new: Profile) -> float:
    """The profile time up to which both are the same motion, to the bit; inf where they are one."""
    columns = ("t_s", "s_m", "v_mps", "a_mps2", "j_mps3")
    ours, theirs = (zip(*(getattr(p, name) for name in columns), strict=True) for p in (old, new))
    for mine, other in zip(ours, theirs, strict=False):
        if mine != other:
            return float(min(mine[0], other[0]))
    n = min(len(old.t_s), len(new.t_s))
    if len(old.t_s) == len(new.t_s) and old.duration_s == new.duration_s:
        return inf
    return min(p.t_s[n] if len(p.t_s) > n else p.duration_s for p in (old, new))


def shares(old: Route, new: Route, to_m: float) -> bool:
    """Whether all that is told of a vehicle on its way to `to_m` is the same on both routes.

    They must part at a vertex of both that lies beyond: the segment on which the vehicle is belongs to both.
    """
    beyond = bisect_right(old.distance_m, to_m + _BREAKS) + 1
    spans = bisect_right(old.spans, to_m, key=_start)
    return (
        beyond <= len(old.distance_m)
        and new.distance_m[:beyond] == old.distance_m[:beyond]
        and new.lat[:beyond] == old.lat[:beyond]
        and new.lon[:beyond] == old.lon[:beyond]
        and new.spans[:spans] == old.spans[:spans]
        and bisect_right(new.spans, to_m, key=_start) == spans
    )


def rejoined(route: Route, at_m: float, tail: Route) -> Route:
    """The route up to its first vertex at or beyond `at_m`, and the tail from there to a destination.

    What lies along the part that stays is untouched. Where the tail does not start at that very vertex, the first
    segment leads from the vertex to it. Raises InvalidInput where `at_m` is not on the route before its end.
    """
    cut = bisect_left(route.distance_m, at_m)
    if not at_m >= 0.0 or cut + 1 >= len(route.lat):
        raise InvalidInput(f"{at_m} m is not on the route of {route.length_m} m.", field="at_m")
    at_m = route.distance_m[cut]
    skip = int((tail.lat[0], tail.lon[0]) == (route.lat[cut], route.lon[cut]))
    gap_m = (
        0.0 if skip else max(haversine_m(route.lat[cut], route.lon[cut], tail.lat[0], tail.lon[0]), _BREAKS)
    )
    from_m = round(at_m + gap_m, 3)

    def moved(distance_m: float) -> float:
        return round(from_m + distance_m, 3)

    first = replace(tail.spans[0], start_m=at_m)
    return Route(
        route.lat[: cut + 1] + tail.lat[skip:],
        route.lon[: cut + 1] + tail.lon[skip:],
        route.distance_m[: cut + 1] + tuple(moved(d) for d in tail.distance_m[skip:]),
        (
            *(span for span in route.spans if span.start_m < at_m),
            first,
            *(replace(span, start_m=moved(span.start_m)) for span in tail.spans[1:]),
        ),
        (
            *(control for control in route.controls if control.at_m <= at_m),
            *(replace(control, at_m=moved(control.at_m)) for control in tail.controls),
        ),
        (
            *(dwell for dwell in route.dwells if dwell.at_m <= at_m),
            *(replace(dwell, at_m=moved(dwell.at_m)) for dwell in tail.dwells),
        ),
        route.provider,
    )


@dataclass(frozen=True, slots=True)
class Zone:
    """From `start_m` to `end_m` of a route traffic flows at `factor` of its usual speed."""

    start_m: float
    end_m: float
    factor: float


def slowed(route: Route, from_m: float, zones: Sequence[Zone]) -> Route:
    """The same route with other free-flow speeds in the zones, as far as they lie beyond `from_m`.

    Where zones overlap the slowest counts. Raises InvalidInput for a factor that is not above 0.
    """
    wrong = next((zone for zone in zones if not (isfinite(zone.factor) and zone.factor > 0.0)), None)
    if wrong is not None:
        raise InvalidInput(f"A speed factor of {wrong.factor} is not above 0.", field="speed_factor")
    clipped = [replace(z, start_m=round(max(z.start_m, from_m), 3), end_m=round(z.end_m, 3)) for z in zones]
    clipped = [zone for zone in clipped if zone.start_m < zone.end_m]
    edges = {edge for zone in clipped for edge in (zone.start_m, zone.end_m) if 0.0 < edge < route.length_m}
    starts = sorted(edges | {span.start_m for span in route.spans})
    spans: list[Span] = []
    for start_m in starts:
        span = route.spans[bisect_right(route.spans, start_m, key=_start) - 1]
        factor = min((z.factor for z in clipped if z.start_m <= start_m < z.end_m), default=1.0)
        if factor == 1.0 and span.start_m == start_m:
            spans.append(span)
        else:
            spans.append(replace(span, start_m=start_m, speed_mps=span.speed_mps * factor))
    return replace(route, spans=tuple(spans))


def foresight_m(limits: Limits, speed_mps: float) -> float:
    """How far before the place where routes part a motion at `speed_mps` may differ, at most.

    The calmest driver's braking distance to a standstill; the filter's window; the chords on which a curve is
    measured and the half of its arc; and the stretches that are too short to speed up for.
    """
    reach_s = limits.smoothing_s + BUMP_S
    braking_m = speed_mps * speed_mps / (2.0 * _WEAKEST * limits.braking_mps2)
    return braking_m + speed_mps * reach_s + 1.5 * CHORDS_M[-1]


def _start(span: Span) -> float:
    return span.start_m
