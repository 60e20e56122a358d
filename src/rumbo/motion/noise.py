"""Random numbers as a pure function of (seed, stream, counter), and noise that varies smoothly.

Counter-based: no generator has a state, so any value can be asked for in any order on any machine.
The mixer is SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rumbo.motion.arrays import Floats, Ints

type Hashes = NDArray[np.uint64]

_MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
MUL1, MUL2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
ROOT3 = 1.7320508075688772


def mix(value: int) -> int:
    """SplitMix64's finaliser on a Python int; the same as `mix_array` on one element."""
    z = (value + GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * MUL1) & _MASK
    z = ((z ^ (z >> 27)) * MUL2) & _MASK
    return z ^ (z >> 31)


def two_chances(seed: int, *counters: int) -> tuple[float, float]:
    """Two uniform numbers in [0, 1), 32 bits each, decided by the seed and the counters."""
    z = mix(seed & _MASK)
    for counter in counters:
        z = mix(z ^ (counter & _MASK))
    return (z >> 32) * 2.0**-32, (z & 0xFFFF_FFFF) * 2.0**-32


def mix_array(value: Hashes) -> Hashes:
    """SplitMix64's finaliser, element by element."""
    z = value + np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(MUL1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(MUL2)
    return z ^ (z >> np.uint64(31))


def uniform(seed: Hashes, stream: int, counter: Ints) -> Floats:
    """Numbers in [0, 1), 53 bits each, decided by seed, stream and counter."""
    keyed = mix_array(seed ^ np.uint64(mix(stream)))
    z = mix_array(keyed ^ (counter.astype(np.uint64) * np.uint64(GOLDEN)))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
