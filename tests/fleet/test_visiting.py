"""The quickest order of stops, held against trying every order."""

from __future__ import annotations

from itertools import pairwise, permutations
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from rumbo.fleet.visiting import best_order

PRICES = st.integers(2, 7).flatmap(
    lambda n: st.lists(st.lists(st.integers(1, 50), min_size=n, max_size=n), min_size=n, max_size=n)
)


def price(cost: list[list[float]], order: list[int]) -> float:
    return sum(cost[a][b] for a, b in pairwise(order))


@given(PRICES)
def test_no_order_is_cheaper(cost: list[list[float]]) -> None:
    last = len(cost) - 1
    found = best_order(cost)
    assert sorted(found) == list(range(last + 1)) and (found[0], found[-1]) == (0, last)
    assert price(cost, found) == min(
        price(cost, [0, *middle, last]) for middle in permutations(range(1, last))
    )


def test_a_way_that_does_not_exist_is_not_taken() -> None:
    cost: list[list[float]] = [[0, 1, 5, 9], [9, 0, inf, 1], [9, 1, 0, 1], [9, 9, 9, 0]]
    assert best_order(cost) == [0, 2, 1, 3]
