"""In which order to visit stops between a fixed start and a fixed end, exactly."""

from __future__ import annotations

from collections.abc import Sequence

MOST_STOPS = 12
"""Start and end included. The work grows by 2 to the power of what lies between: at 12 a few milliseconds."""


def best_order(cost: Sequence[Sequence[float]]) -> list[int]:
    """The cheapest order of all places from the first to the last.

    `cost[a][b]` is the price of the way from a to b; infinity where there is none. The first found of equal ones
    stands, so the answer follows from the prices alone. After M. Held and R. M. Karp, "A dynamic programming approach
    to sequencing problems", J. SIAM 10 (1962).
    """
    last = len(cost) - 1
    between = range(1, last)
    if last < 3:  # two ends and one stop have one order
        return list(range(last + 1))
    # By the set of visited stops and the newest of them: the price so far, and the stop before.
    cheapest: dict[tuple[int, int], tuple[float, int]] = {(1 << at, at): (cost[0][at], 0) for at in between}
    for visited in range(2, 1 << last, 2):
        for at in between:
            if not visited >> at & 1 or (before := visited ^ 1 << at) == 0:
                continue
            ways = ((cheapest[before, via][0] + cost[via][at], via) for via in between if before >> via & 1)
            cheapest[visited, at] = min(ways)
    everything = sum(1 << at for at in between)
    _, at = min((cheapest[everything, at][0] + cost[at][last], at) for at in between)
    order, visited = [last], everything
    while at:
        order.append(at)
        visited, at = visited ^ 1 << at, cheapest[visited, at][1]
    return [0, *reversed(order)]
