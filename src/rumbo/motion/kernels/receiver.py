"""What a receiver makes of the truth, one report at a time; models and figures are told in `motion.device`."""

from __future__ import annotations

import math

import numpy as np

from rumbo.motion.arrays import COSINE, M_PER_DEG, RADIANS_A_DEG
from rumbo.motion.device import (
    ACCURACY_PER_SIGMA,
    FAST_MS,
    FAST_SIGMA_M,
    METRES_PER_HDOP,
    MULTIPATH_MM,
    STANDING_MPS,
)
from rumbo.motion.kernels.jit import lean
from rumbo.motion.kernels.noise import value_noise
from rumbo.motion.kernels.truth import wrapped
from rumbo.motion.noise import mix
from rumbo.motion.sky import EASE_M, LOST_M

_WEATHER, _SPEED, _COURSE, _SEEN = (np.uint64(mix(stream)) for stream in (10, 17, 18, 19))
_NORTH = tuple(np.uint64(mix(stream)) for stream in (11, 12, 13, 21, 22))
_EAST = tuple(np.uint64(mix(stream)) for stream in (14, 15, 16, 24, 25))
"""Streams of an axis: slow, fast, adrift in a tunnel, between houses by time and by place."""


@lean
def cos_deg(deg):
    """As `arrays.cos_deg`."""
    x2 = (deg * RADIANS_A_DEG) * (deg * RADIANS_A_DEG)
    value = COSINE[6]
    for k in range(5, -1, -1):
        value = value * x2 + COSINE[k]
    return max(value, 1e-3)


@lean
def shade_at(span, into_m):
    """How lost in a tunnel and how deep in a street canyon; as `sky.levels`."""
    into_m = max(into_m, 0.001)  # a tunnel counts from its very mouth
    dark = 1.0 if span.dark else 0.0
    lost = span.lost_in + (dark - span.lost_in) * min(into_m / (LOST_M if span.dark else EASE_M), 1.0)
    return lost, span.canyon_in + (span.canyon - span.canyon_in) * min(into_m / EASE_M, 1.0)


@lean
def axis_error(gnss, seed, streams, at_ms, whole_mm, sigma, extra_m, lost):
    """The error of one axis in metres. Between houses 0.8² + 0.6² = 1 shares the variance out."""
    error = sigma * value_noise(seed, streams[0], at_ms, gnss.correlation_ms)
    error += FAST_SIGMA_M * value_noise(seed, streams[1], at_ms, FAST_MS)
    if extra_m > 0.0:
        echo = value_noise(seed, streams[4], whole_mm, MULTIPATH_MM)
        street = value_noise(seed, streams[3], at_ms, gnss.degraded_correlation_ms)
        error = error + extra_m * (0.8 * street + 0.6 * echo)
    if lost > 0.0:
        adrift = gnss.tunnel_sigma_m * value_noise(seed, streams[2], at_ms, gnss.degraded_correlation_ms)
        error = error + (adrift - error) * lost
    return error


@lean
def fix_at(gnss, seed, at_ms, truth, dark, lost, canyon):
    """Latitude, longitude, speed, heading, accuracy, HDOP and satellites, unrounded.

    `truth` is distance, latitude, longitude, speed and heading at trip time `at_ms`.
    """
    distance_m, lat, lon, speed_mps, heading = truth
    if gnss.ideal:
        return lat, lon, speed_mps, heading, 1.0, 0.5, 24.0
    weather = 1.0 + 0.22 * value_noise(seed, _WEATHER, at_ms, 2 * gnss.correlation_ms)
    level = max(weather, 0.5)
    whole_mm = np.int64(np.rint(distance_m * 1000.0))
    speed = gnss.speed_sigma_mps * value_noise(seed, _SPEED, at_ms, 3_000)
    # Over distance, not time: the course stands still when the vehicle does.
    course = gnss.heading_sigma_deg * value_noise(seed, _COURSE, whole_mm, 40_000)
    seen = 13.0 - 6.0 * (weather - 1.0) + 1.2 * value_noise(seed, _SEEN, at_ms, gnss.correlation_ms // 2)
    satellites = min(max(np.rint(seen), 5.0), 22.0)
    open_m = gnss.open_sigma_m * level
    sigma, extra_m = open_m, 0.0
    if dark or lost > 0.0 or canyon > 0.0:
        street = open_m + (gnss.canyon_sigma_m * level - open_m) * canyon
        extra_m = math.sqrt(max(street * street - open_m * open_m, 0.0))
        sigma = street + (gnss.tunnel_sigma_m - street) * lost
        speed *= 1.0 + 3.0 * canyon
        course *= 1.0 + 2.0 * canyon
        satellites = 0.0 if dark else min(max(np.rint(seen - 7.0 * canyon), 4.0), satellites)
    north = axis_error(gnss, seed, _NORTH, at_ms, whole_mm, open_m, extra_m, lost)
    east = axis_error(gnss, seed, _EAST, at_ms, whole_mm, open_m, extra_m, lost)
    speed_mps = 0.0 if speed_mps < STANDING_MPS else max(speed_mps + speed, 0.0)
    heading = heading + course
    if heading < 0.0:
        heading += 360.0
    elif heading >= 360.0:
        heading -= 360.0
    return (
        min(max(lat + north / M_PER_DEG, -90.0), 90.0),
        wrapped(lon + east / (M_PER_DEG * cos_deg(lat))),
        speed_mps, heading, sigma * ACCURACY_PER_SIGMA, sigma / METRES_PER_HDOP, satellites,
    )  # fmt: skip
