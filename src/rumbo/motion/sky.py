"""What a receiver sees of the sky along a route: how deep in a street canyon, how lost in a tunnel.

Both are levels from 0 to 1 that change along the road from where a span begins, never ahead of it: a reroute may
still change what lies ahead, and reports sent must stay true.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.route import Span

CANYON_SKY = 0.2
"""With this share of the sky a canyon is as deep as it gets."""
LOST_M = 150.0
"""In a tunnel the last good fix is lost to dead reckoning within this distance."""
EASE_M = 30.0
"""Within this distance a fix recovers after a tunnel, and follows the height of the houses."""


def shade(rows: NDArray[Any], spans: Sequence[Span]) -> None:
    """Fill the shade columns of span rows, given the spans of routes one after the other."""
    sky = np.array([span.sky_view for span in spans], dtype=np.float64)
    rows["dark"] = [span.tunnel for span in spans]
    rows["canyon"] = np.minimum(np.maximum((1.0 - sky) / (1.0 - CANYON_SKY), 0.0), 1.0)
    if rows["canyon"].any():
        rows["lost_in"], rows["canyon_in"] = _entries(spans, rows["canyon"].tolist())
    rows["shaded"] = rows["dark"] | (rows["canyon"] > 0) | (rows["canyon_in"] > 0) | (rows["lost_in"] > 0)


def _entries(spans: Sequence[Span], canyons: Sequence[float]) -> tuple[list[float], list[float]]:
    """The levels with which a vehicle comes into each span: those at the end of the span before."""
    lost_in, canyon_in = [0.0] * len(spans), [0.0] * len(spans)
    lost = canyon = 0.0
    for i in range(1, len(spans)):
        before, begin_m = spans[i - 1], spans[i].start_m
        length_m = begin_m - before.start_m
        if length_m <= 0.0:  # another route
            lost = canyon = 0.0
            continue
        canyon += (canyons[i - 1] - canyon) * min(length_m / EASE_M, 1.0)
        if before.tunnel and before.sky_view > 0.0:  # a tunnel of a map without sky ends at once
            lost = 0.0
        elif before.tunnel:
            lost += (1.0 - lost) * min(length_m / LOST_M, 1.0)
        elif lost:
            lost -= lost * min(length_m / EASE_M, 1.0)
        lost_in[i], canyon_in[i] = lost, canyon
    return lost_in, canyon_in
