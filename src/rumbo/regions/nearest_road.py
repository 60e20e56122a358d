"""The loop that finds each fix's road edge, compiled by numba. Imported where it is used: numba takes a second."""

from __future__ import annotations

from math import cos, floor, inf, isnan, radians, sin, sqrt
from typing import Any

from numpy import searchsorted

from rumbo.motion.kernels.jit import kernel
from rumbo.regions.roads import CELL_E7, COLUMNS_OF_CELLS, FIRST_COLUMN, FIRST_ROW

REACH_M = 30.0
"""A fix further from every road is on none."""
OTHER_WAY_M = 30.0
"""A road that the vehicle does not head along, within 60°, counts as so much further away,"""
OTHER_NAME_M = 15.0
"""one of another name than the device tells,"""
OTHER_KIND_M = 8.0
"""and one of another class."""
_M_A_E7 = 111_194.93e-7


@kernel
def nearest(fixes: Any, hints: Any, grid: Any, pieces: Any, edges: Any, found: Any) -> None:
    """Write to `found` twice the number of each fix's edge, and 1 more where it is driven against its drawing; or -1.

    `fixes`: lat, lon, heading in degrees (heading NaN: not known). `hints`: codes of name and class, -1: not known.
    `grid`: cells in order, and where their pieces start. `pieces`: lat, lon, lat, lon in 1e-7 degrees, edge.
    `edges`: direction, name, class.
    """
    lats, lons, headings = fixes
    names, kinds = hints
    cells, starts = grid
    for i in range(len(lats)):
        found[i] = -1
        if not (abs(lats[i]) <= 90.0 and abs(lons[i]) <= 180.0):
            continue
        lat, lon = lats[i] * 1e7, lons[i] * 1e7
        m_an_e7 = max(cos(radians(lats[i])), 1e-3) * _M_A_E7
        east, north = REACH_M / m_an_e7, REACH_M / _M_A_E7
        first = floor((lon - east) / CELL_E7) + FIRST_COLUMN
        last = floor((lon + east) / CELL_E7) + FIRST_COLUMN
        low, high = floor((lat - north) / CELL_E7), floor((lat + north) / CELL_E7)
        fix = (lat, lon, m_an_e7, headings[i], names[i], kinds[i])
        best = (inf, -1)
        for row in range(low + FIRST_ROW, high + FIRST_ROW + 1):
            at = searchsorted(cells, row * COLUMNS_OF_CELLS + first)
            while at < len(cells) and cells[at] <= row * COLUMNS_OF_CELLS + last:
                best = _nearest_of(fix, starts[at], starts[at + 1], pieces, edges, best)
                at += 1
        found[i] = best[1]


@kernel
def _nearest_of(fix: Any, begin: Any, end: Any, pieces: Any, edges: Any, best: Any) -> Any:
    """`best` (what it costs, code of the edge), or that of a piece from `begin` to `end` which costs less."""
    lat, lon, m_an_e7, heading_deg, name, kind = fix
    lat1, lon1, lat2, lon2, edge_of = pieces
    oneway, name_of, kind_of = edges
    knows = not isnan(heading_deg)
    along_x, along_y = sin(radians(heading_deg)), cos(radians(heading_deg))
    least, code = best
    for p in range(begin, end):
        x1, y1 = (lon1[p] - lon) * m_an_e7, (lat1[p] - lat) * _M_A_E7
        x, y = (lon2[p] - lon1[p]) * m_an_e7, (lat2[p] - lat1[p]) * _M_A_E7
        length = sqrt(x * x + y * y)
        share = min(1.0, max(0.0, -(x1 * x + y1 * y) / (length * length)))
        dx, dy = x1 + share * x, y1 + share * y
        cost = sqrt(dx * dx + dy * dy)
        if cost > REACH_M or cost >= least:
            continue
        edge = edge_of[p]
        against = oneway[edge] < 0
        if knows:
            ahead = (x * along_x + y * along_y) / length
            against = ahead < 0.0 if oneway[edge] == 0 else against
            cost += OTHER_WAY_M if (-ahead if against else ahead) < 0.5 else 0.0
        cost += OTHER_NAME_M if name >= 0 and name != name_of[edge] else 0.0
        cost += OTHER_KIND_M if kind >= 0 and kind != kind_of[edge] else 0.0
        if cost < least:
            least, code = cost, 2 * edge + (1 if against else 0)
    return least, code
