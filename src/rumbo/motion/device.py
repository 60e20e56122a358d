"""What a vehicle's receiver makes of the truth: GNSS error, accuracy and satellites, by place.

Errors are pure functions of (seed, trip time, distance), see noise. Open sky: 3 to 5 m per axis, correlated over about
two minutes. In a street canyon an error of shorter memory comes on top, half of it multipath that belongs to the place;
in a tunnel the fix drifts away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.domain.device import Gnss
from rumbo.motion.arrays import M_PER_DEG, Bools, Floats, Ints, cos_deg, wrapped
from rumbo.motion.noise import Hashes, value_noise

STANDING_MPS = 0.3
"""Below this a receiver's speed and course carry nothing; it reports 0 and keeps its course."""
ACCURACY_PER_SIGMA = 1.51
"""Radius with 68 % of a round normal error: sqrt(-2 ln 0.32) of its sigma."""
MULTIPATH_MM = 60_000
"""Along the road the echo of the houses changes over this distance."""
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
    dark: Bools
    """In a tunnel."""
    lost: Floats
    """How far the last good fix is lost, 0 to 1."""
    canyon: Floats
    """How deep in a street canyon, 0 to 1."""


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
    return _Receiver(gnss).observe(sight)


@dataclass(frozen=True, slots=True)
class _Receiver:
    """A single-frequency receiver; `fast` is its jitter, on top of the slow error of clocks and atmosphere."""

    gnss: Gnss
    fast_ms: int = 6_000
    fast_sigma_m: float = 0.4

    def observe(self, sight: Sight) -> Fix:
        gnss, seed, t = self.gnss, sight.seed, sight.time_ms
        weather = 1.0 + 0.22 * value_noise(seed, 10, t, 2 * gnss.correlation_ms)
        level = np.maximum(weather, 0.5)
        sigma = gnss.open_sigma_m * level
        north, east = self._open_error(sight, 11, sigma), self._open_error(sight, 14, sigma)
        speed = gnss.speed_sigma_mps * value_noise(seed, 17, t, 3_000)
        course = gnss.heading_sigma_deg * self._course_error(sight)
        seen = 13.0 - 6.0 * (weather - 1.0) + 1.2 * value_noise(seed, 19, t, gnss.correlation_ms // 2)
        satellites = np.minimum(np.maximum(np.rint(seen), 5.0), 22.0)
        rows = np.flatnonzero(sight.dark | (sight.lost > 0.0) | (sight.canyon > 0.0))
        if rows.size:
            part = Sight(**{name: getattr(sight, name)[rows] for name in Sight.__dataclass_fields__})
            worse = self._degraded(part, level[rows])
            north[rows], east[rows] = worse.error(north[rows], 13, 21), worse.error(east[rows], 16, 24)
            sigma[rows] = worse.sigma_m
            speed[rows] *= 1.0 + 3.0 * part.canyon
            course[rows] *= 1.0 + 2.0 * part.canyon
            few = np.minimum(np.maximum(np.rint(seen[rows] - 7.0 * part.canyon), 4.0), satellites[rows])
            satellites[rows] = np.where(part.dark, 0.0, few)
        lat = np.minimum(np.maximum(sight.lat + north / M_PER_DEG, -90.0), 90.0)
        lon = wrapped(sight.lon + east / (M_PER_DEG * cos_deg(sight.lat)))
        standing = sight.speed_mps < STANDING_MPS
        heading = sight.heading_deg + course
        heading = np.where(
            heading < 0.0, heading + 360.0, np.where(heading >= 360.0, heading - 360.0, heading)
        )
        return Fix(
            lat, lon, np.where(standing, 0.0, np.maximum(sight.speed_mps + speed, 0.0)), heading,
            sigma * ACCURACY_PER_SIGMA, sigma / METRES_PER_HDOP, satellites.astype(np.int64),
        )  # fmt: skip

    def _open_error(self, sight: Sight, stream: int, sigma: Floats) -> Floats:
        error = sigma * value_noise(sight.seed, stream, sight.time_ms, self.gnss.correlation_ms)
        error += self.fast_sigma_m * value_noise(sight.seed, stream + 1, sight.time_ms, self.fast_ms)
        return error

    def _degraded(self, sight: Sight, level: Floats) -> _Degraded:
        gnss = self.gnss
        sigma = gnss.open_sigma_m * level
        street = sigma + (gnss.canyon_sigma_m * level - sigma) * sight.canyon
        extra = np.sqrt(np.maximum(street * street - sigma * sigma, 0.0))
        return _Degraded(gnss, sight, extra, street + (gnss.tunnel_sigma_m - street) * sight.lost)

    def _course_error(self, sight: Sight) -> Floats:
        """Over distance, not time: it stands still when the vehicle does."""
        return value_noise(sight.seed, 18, _millimetres(sight), 40_000)


@dataclass(frozen=True, slots=True)
class _Degraded:
    """Where less than the whole sky is seen. `extra_m` is the sigma that houses add, `sigma_m` that of all."""

    gnss: Gnss
    sight: Sight
    extra_m: Floats
    sigma_m: Floats

    def error(self, error: Floats, adrift_stream: int, street_stream: int) -> Floats:
        """The error of one axis, given that of open sky: 0.8² + 0.6² = 1 shares the variance out."""
        seed, t, ms = self.sight.seed, self.sight.time_ms, self.gnss.degraded_correlation_ms
        if self.extra_m.any():
            echo = value_noise(seed, street_stream + 1, _millimetres(self.sight), MULTIPATH_MM)
            error = error + self.extra_m * (0.8 * value_noise(seed, street_stream, t, ms) + 0.6 * echo)
        if self.sight.lost.any():
            adrift = self.gnss.tunnel_sigma_m * value_noise(seed, adrift_stream, t, ms)
            error = error + (adrift - error) * self.sight.lost
        return error


def _millimetres(sight: Sight) -> Ints:
    return np.rint(sight.distance_m * 1000.0).astype(np.int64)
