"""How much of the sky a road sees between houses: horizon angles from footprints and heights.

The sky view factor of a point is the mean, over all directions, of cos² of the angle at which the horizon stands there
(Johnson and Watson 1984). In the middle of an endless street of width W between walls of height H that is
cos(atan(2H / W)) (Oke 1981; *Boundary Layer Climates*, 2nd ed. 1987, ch. 8), but directions also see gaps between
houses, crossings and courts.
"""

from __future__ import annotations

from math import pi

import numpy as np
import shapely
from numpy.typing import NDArray

from rumbo.regions.extract import Tags

type Floats = NDArray[np.float64]

REACH_M = 60.0
"""How far a wall counts. A house of 20 m farther away takes less than a tenth of its direction."""
DIRECTIONS = 16
EYE_M = 1.5
"""Height of an aerial over the road."""
NEAREST_M = 2.0
"""No wall is nearer to the middle of a lane than this; maps draw some that are."""
STOREY_M = 3.2
DECK_M = 5.0
"""How far a bridge lies above what it crosses, for each layer."""
PAIRS_AT_ONCE = 20_000

_KIND_M = {
    "garage": 3.0, "garages": 3.0, "shed": 3.0, "hut": 3.0, "kiosk": 3.0, "greenhouse": 3.0, "service": 3.0,
    "bungalow": 4.5, "house": 7.0, "detached": 7.0, "semidetached_house": 7.0, "terrace": 7.0, "farm": 7.0,
    "apartments": 15.0, "residential": 10.0, "dormitory": 12.0, "hotel": 18.0, "office": 16.0, "commercial": 12.0,
    "retail": 6.0, "supermarket": 6.0, "industrial": 8.0, "warehouse": 8.0, "school": 9.0, "hospital": 16.0,
    "university": 14.0, "public": 12.0, "civic": 12.0, "church": 15.0, "cathedral": 30.0, "hangar": 10.0,
}  # fmt: skip
_FOOTPRINT_M = ((50.0, 3.0), (200.0, 8.0), (400.0, 13.0))
_LARGE_M = 16.0
"""Heights where the map gives none: by kind, else by footprint up to so many m². Rules of thumb."""
_OVERHEAD = frozenset({"roof", "carport", "canopy", "no"})


def building_height_m(tags: Tags, footprint_m2: float) -> float | None:
    """Height of a building or part of one over the street; None where it hides no sky from it."""
    kind = tags.get("building") or tags.get("building:part") or "no"
    if kind in _OVERHEAD or tags.get("location") == "underground" or _number(tags.get("layer")) < 0:
        return None
    if _number(tags.get("min_height")) > 0 or _number(tags.get("building:min_level")) > 0:
        return None  # it hangs over something; what stands below it is drawn by itself
    for key, unit_m in (("height", 1.0), ("building:levels", STOREY_M)):
        value_m = _number(tags.get(key)) * unit_m
        if 0 < value_m < 1000:
            return value_m
    usual = next((m for limit, m in _FOOTPRINT_M if footprint_m2 <= limit), _LARGE_M)
    return _KIND_M.get(kind, usual)


def roof_over(tags: Tags) -> float | None:
    """The sky that a covered road sees, whatever stands around it; None for one under the open sky."""
    if tags.get("tunnel", "no") not in ("no", "culvert"):
        return 0.0
    covered = tags.get("covered", "no")
    if covered == "no":
        return None
    return 0.4 if covered in ("arcade", "colonnade") else 0.1


def deck_m(tags: Tags) -> float:
    """How far a road lies above the ground that houses stand on."""
    if tags.get("bridge", "no") == "no":
        return 0.0
    return DECK_M * max(_number(tags.get("layer")), 1.0)


def _number(text: str | None) -> float:
    """A tag's number, metres or plain; 0 where it holds none."""
    try:
        return float((text or "").removesuffix("m").strip())
    except ValueError:
        return 0.0


def sky_views(points: Floats, above_m: Floats, walls: Floats) -> Floats:
    """Share of the sky seen from each of `points` (shape (n, 2), metres east and north) at `above_m` over the ground.

    `walls` are footprints' edges: x1, y1, x2, y2, height in m, shape (m, 5).
    """
    views = np.ones(len(points))
    if not len(walls) or not len(points):
        return views
    tree = shapely.STRtree(shapely.linestrings(walls[:, :4].reshape(-1, 2, 2)))
    # The tree answers for some points at a time: between tall blocks each has hundreds of walls near it.
    for begin in range(0, len(points), 512):
        part = slice(begin, begin + 512)
        at, wall = tree.query(shapely.points(points[part]), predicate="dwithin", distance=REACH_M)
        steepest = np.zeros((len(points[part]), DIRECTIONS))
        for first in range(0, len(at), PAIRS_AT_ONCE):
            some = slice(first, first + PAIRS_AT_ONCE)
            _raise_horizon(steepest, points[part], above_m[part], at[some], walls[wall[some]])
        views[part] = (1.0 / (1.0 + steepest**2)).mean(axis=1)
    return views


_ANGLES = (np.arange(DIRECTIONS) + 0.5) * (2 * pi / DIRECTIONS)
_DX, _DY = np.sin(_ANGLES), np.cos(_ANGLES)


def _raise_horizon(
    steepest: Floats, points: Floats, above_m: Floats, at: NDArray[np.int64], walls: Floats
) -> None:
    """Let each wall stand before its point: `steepest` holds the tangent of the horizon in each direction.

    With cross products [ , ]: a ray p + t d meets the wall a + u e where t = [a - p, e] / [d, e] > 0 and
    u = [a - p, d] / [d, e] is from 0 to 1.
    """
    ex, ey = walls[:, 2] - walls[:, 0], walls[:, 3] - walls[:, 1]
    wx, wy = walls[:, 0] - points[at, 0], walls[:, 1] - points[at, 1]
    across = _DX * ey[:, None] - _DY * ex[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (wx * ey - wy * ex)[:, None] / across
        u = (wx[:, None] * _DY - wy[:, None] * _DX) / across
    hit = (u >= -1e-9) & (u <= 1 + 1e-9) & (t > 0) & (t <= REACH_M)
    rise = np.maximum(walls[:, 4] - above_m[at] - EYE_M, 0.0)
    row, direction = np.nonzero(hit)
    tangents = rise[row] / np.maximum(t[row, direction], NEAREST_M)
    np.maximum.at(steepest, (at[row], direction), tangents)
