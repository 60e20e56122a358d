"""How far two samples lie apart."""

from __future__ import annotations

import numpy as np

from rumbo.motion.arrays import Floats


def ks_distance(ours: Floats, theirs: Floats) -> float:
    """Kolmogorov and Smirnov's: the greatest difference of the two empirical distribution functions, 0 to 1.

    Raises ValueError where a sample is empty.
    """
    if not (ours.size and theirs.size):
        raise ValueError("A distance needs two samples that are not empty.")
    mine, others = np.sort(ours), np.sort(theirs)
    at = np.concatenate((mine, others))
    below_mine = np.searchsorted(mine, at, side="right") / mine.size
    below_others = np.searchsorted(others, at, side="right") / others.size
    return float(np.abs(below_mine - below_others).max())
