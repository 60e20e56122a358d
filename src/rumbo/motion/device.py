"""What a vehicle's device reports of the truth: GNSS error, accuracy and satellites, by named profile.

Errors are pure functions of (seed, trip time, distance), see noise. The figures are those of docs/motion.md:
open sky 3 to 5 m per axis, correlated over about two minutes; in a tunnel 25 m over 30 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.domain.device import Gnss
from rumbo.motion.arrays import M_PER_DEG, Floats, Ints, cos_deg, wrapped
from rumbo.motion.noise import Hashes, value_noise

STANDING_MPS = 0.3
"""Below this a receiver's speed and course carry nothing; it reports 0 and keeps its course."""
ACCURACY_PER_SIGMA = 1.51
"""Radius with 68 % of a round normal error: sqrt(-2 ln 0.32) of its sigma."""
METRES_PER_HDOP = 3.5
"""User equivalent range error of a single-frequency receiver: sigma = HDOP · this."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The truth at the moment of each report. `time_ms` counts from the trip's start."""

    seed: Hashes
    time_ms: Ints
    distance_m: Floats
    lat: Floats
    lon: Floats
    speed_mps: Floats
    heading_deg: Floats
    tunnel_m: Floats
    """How far into a tunnel, 0 outside."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What the device makes of it, unrounded."""

    lat: Floats
    lon: Floats
    speed_mps: Floats
    heading_deg: Floats
    accuracy_m: Floats
    hdop: Floats
    satellites: Ints


def observed(gnss: Gnss, sight: Sight) -> Fix:
    """What a receiver of that quality makes of the truth."""
    if gnss.ideal:
        n = len(sight.lat)
        return Fix(
            sight.lat, sight.lon, sight.speed_mps, sight.heading_deg,
            np.full(n, 1.0), np.full(n, 0.5), np.full(n, 24, dtype=np.int64),
        )  # fmt: skip
    return Receiver(
        sigma_m=gnss.open_sigma_m,
        slow_ms=gnss.correlation_ms,
        tunnel_sigma_m=gnss.tunnel_sigma_m,
        tunnel_ms=gnss.degraded_correlation_ms,
        speed_sigma_mps=gnss.speed_sigma_mps,
        heading_sigma_deg=gnss.heading_sigma_deg,
    ).observe(sight)


@dataclass(frozen=True, slots=True)
class Receiver:
    """A single-frequency receiver under open sky, degraded in tunnels."""

    sigma_m: float = 3.0
    slow_ms: int = 120_000
    fast_ms: int = 6_000
    fast_sigma_m: float = 0.4
    tunnel_sigma_m: float = 25.0
    tunnel_ms: int = 30_000
    tunnel_m: float = 150.0
    """Within this distance the last good fix is lost to dead reckoning; after the exit it is back at once."""
    speed_sigma_mps: float = 0.12
    heading_sigma_deg: float = 1.5

    def observe(self, sight: Sight) -> Fix:
        seed, t = sight.seed, sight.time_ms
        level = 1.0 + 0.22 * value_noise(seed, 10, t, 2 * self.slow_ms)
        lost = np.minimum(sight.tunnel_m / self.tunnel_m, 1.0)
        sigma = self.sigma_m * np.maximum(level, 0.5)
        north = self._error(sight, 11, sigma, lost)
        east = self._error(sight, 14, sigma, lost)
        sigma = sigma + (self.tunnel_sigma_m - sigma) * lost
        lat = np.minimum(np.maximum(sight.lat + north / M_PER_DEG, -90.0), 90.0)
        lon = wrapped(sight.lon + east / (M_PER_DEG * cos_deg(sight.lat)))
        standing = sight.speed_mps < STANDING_MPS
        speed = sight.speed_mps + self.speed_sigma_mps * value_noise(seed, 17, t, 3_000)
        course = self.heading_sigma_deg * self._course_error(sight)
        heading = sight.heading_deg + course
        heading = np.where(
            heading < 0.0, heading + 360.0, np.where(heading >= 360.0, heading - 360.0, heading)
        )
        seen = np.rint(13.0 - 6.0 * (level - 1.0) + 1.2 * value_noise(seed, 19, t, self.slow_ms // 2))
        satellites = np.where(lost > 0.0, 0.0, np.minimum(np.maximum(seen, 5.0), 22.0))
        return Fix(
            lat, lon, np.where(standing, 0.0, np.maximum(speed, 0.0)), heading,
            sigma * ACCURACY_PER_SIGMA, sigma / METRES_PER_HDOP, satellites.astype(np.int64),
        )  # fmt: skip

    def _error(self, sight: Sight, stream: int, sigma: Floats, lost: Floats) -> Floats:
        seed, t = sight.seed, sight.time_ms
        error = sigma * value_noise(seed, stream, t, self.slow_ms)
        error += self.fast_sigma_m * value_noise(seed, stream + 1, t, self.fast_ms)
        if (lost > 0.0).any():
            adrift = self.tunnel_sigma_m * value_noise(seed, stream + 2, t, self.tunnel_ms)
            error += (adrift - error) * lost
        return error

    def _course_error(self, sight: Sight) -> Floats:
        """Over distance, not time: it stands still when the vehicle does."""
        millimetres = np.rint(sight.distance_m * 1000.0).astype(np.int64)
        return value_noise(sight.seed, 18, millimetres, 40_000)
