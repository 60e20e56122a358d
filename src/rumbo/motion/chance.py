"""Distributions by tables of quantiles, drawn with counter-based randomness: no logarithm, the same bits everywhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

from rumbo.domain.device import Quantiles
from rumbo.motion.arrays import Floats
from rumbo.motion.noise import two_chances

EXPONENTIAL: Quantiles = (
    (0.0, 0.0), (0.05, 0.0505), (0.1, 0.1038), (0.2, 0.2198), (0.3, 0.3513), (0.4, 0.5031), (0.5, 0.6827),
    (0.6, 0.9024), (0.7, 1.1858), (0.8, 1.5851), (0.9, 2.2677), (0.95, 2.9504), (0.98, 3.8528), (0.99, 4.5355),
    (0.999, 6.8032), (1.0, 8.8638),
)  # fmt: skip
"""-ln(1 - p), cut at p = 1 - e^-9 and scaled so that the mean of the lines between is 1."""
_SHARES = tuple(share for share, _ in EXPONENTIAL)


def drawn(table: Quantiles, chance: Floats) -> Floats:
    """The values at these shares (0 to 1), linear between the table's rows."""
    shares, values = np.array(table).T
    i = np.minimum(np.searchsorted(shares, chance, side="right"), len(shares) - 1)
    low, high = shares[i - 1], shares[i]
    return np.asarray(values[i - 1] + (values[i] - values[i - 1]) * ((chance - low) / (high - low)))


def exponential(chance: float) -> float:
    """A number of mean 1, exponentially distributed, from a uniform one in [0, 1)."""
    i = min(bisect_right(_SHARES, chance), len(EXPONENTIAL) - 1)
    (low, a), (high, b) = EXPONENTIAL[i - 1], EXPONENTIAL[i]
    return a + (b - a) * ((chance - low) / (high - low))


def episodes(seed: int, stream: int, per_hour: float, length_ms: int, until_ms: int) -> Iterator[int]:
    """Beginnings (ms of trip time, up to `until_ms`) of episodes of one length at random.

    `per_hour` is their mean number in an hour outside of them.
    """
    at_ms, number = 0, 0
    while per_hour > 0.0:
        at_ms += round(3_600_000.0 / per_hour * exponential(two_chances(seed, stream, number)[0]))
        if at_ms > until_ms:
            return
        yield at_ms
        at_ms, number = at_ms + length_ms, number + 1
