"""The random numbers of `motion.noise`, one at a time."""

from __future__ import annotations

import math

import numpy as np

from rumbo.motion.kernels.jit import lean
from rumbo.motion.noise import GOLDEN, MUL1, MUL2, ROOT3

_GOLDEN, _MUL1, _MUL2 = np.uint64(GOLDEN), np.uint64(MUL1), np.uint64(MUL2)
_16, _27, _30, _31, _32, _48 = (np.uint64(bits) for bits in (16, 27, 30, 31, 32, 48))
_LOW = np.uint64(0xFFFF)
_SCALE = ROOT3 / 65_536.0


@lean
def mixed(value):
    """SplitMix64's finaliser of a uint64."""
    z = value + _GOLDEN
    z = (z ^ (z >> _30)) * _MUL1
    z = (z ^ (z >> _27)) * _MUL2
    return z ^ (z >> _31)


@lean
def gauss(stream, counter):
    z = mixed(stream ^ (np.uint64(counter) * _GOLDEN))
    total = (z & _LOW) + ((z >> _16) & _LOW) + ((z >> _32) & _LOW) + (z >> _48)
    return (np.int64(total) - 131_070) * _SCALE


@lean
def value_noise(seed, stream, at, spacing):
    """As `motion.noise.value_noise`; `stream` is mixed already, `at` is not negative."""
    keyed = mixed(seed ^ stream)
    cell = np.int64(np.uint64(at) // np.uint64(spacing))
    f = (at - cell * spacing) / float(spacing)
    w = f * f * (3.0 - 2.0 * f)
    rest = 1.0 - w
    return (gauss(keyed, cell) * rest + gauss(keyed, cell + 1) * w) / math.sqrt(w * w + rest * rest)
