"""Draws decided by a seed and by what is drawn for, never by what was drawn before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rumbo.motion.noise import mix

_MASK = (1 << 64) - 1
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Dice:
    """A place in the tree of all draws: `dice.at("home", 17).share()` is the same whenever it is asked for."""

    state: int

    def at(self, *keys: int | str) -> Dice:
        state = self.state
        for key in keys:
            state = mix(state ^ (_word(key) if isinstance(key, str) else key & _MASK))
        return Dice(state)

    def share(self) -> float:
        """In [0, 1), 53 bits."""
        return (mix(self.state) >> 11) * 2.0**-53

    def whole(self, below: int) -> int:
        """A whole number from 0, less than `below`."""
        return mix(self.state) * below >> 64

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        return least + self.whole(most - least + 1)

    def one_of[T](self, choices: Sequence[T]) -> T:
        return choices[self.whole(len(choices))]

    def shuffled[T](self, items: Sequence[T]) -> list[T]:
        order = sorted(range(len(items)), key=lambda i: (mix(self.state ^ mix(i)), i))
        return [items[i] for i in order]


def spread[T](weights: Mapping[T, float], number: int, offset: float) -> T:
    """What falls to thing `number` where all share `weights`: evenly, so that any few have about the right mix."""
    at = (offset + number * _GOLDEN) % 1.0 * sum(weights.values())
    for name, weight in weights.items():
        at -= weight
        if at < 0:
            return name
    return list(weights)[-1]


@cache
def _word(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
