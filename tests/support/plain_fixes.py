"""The receiver's view of the truth by whole columns of numpy: what the kernels must equal to the bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rumbo.domain.device import Fault, Gnss
from rumbo.motion import Fleet, States
from rumbo.motion.arrays import M_PER_DEG, Bools, Floats, Ints, cos_deg, wrapped
from rumbo.motion.device import (
    ACCURACY_PER_SIGMA,
    FAST_MS,
    FAST_SIGMA_M,
    METRES_PER_HDOP,
    MULTIPATH_MM,
    STANDING_MPS,
)
from rumbo.motion.faults import off_clock_ms
from rumbo.motion.noise import GOLDEN, ROOT3, Hashes, mix, mix_array
from rumbo.motion.sendings import Sendings
from rumbo.motion.sky import EASE_M, LOST_M

_JUMP_STREAM = np.uint64(mix(40))


def fixes(fleet: Fleet, sent: Sendings, truth: States) -> Fix:
    """The fix in each report, `truth` being the state at its `true_ms`."""
    fix = _observed(fleet, sent.trip, sent.true_ms, truth)
    if not fleet.scripted.size:
        return fix
    frozen = np.flatnonzero(sent.fix_back_ms)
    if frozen.size:
        index, times = sent.trip[frozen], (sent.true_ms - sent.fix_back_ms)[frozen]
        old = _observed(fleet, index, times, fleet.states(index, times))
        fix = _with(fix, frozen, {name: getattr(old, name) for name in Fix.__dataclass_fields__})
    away = np.flatnonzero(sent.jump)
    return _with(fix, away, _thrown(fleet, sent.of(away), fix.lat[away], fix.lon[away])) if away.size else fix


def clock_ms(fleet: Fleet, sent: Sendings) -> Ints:
    """The times of the records by the devices' clocks: skewed by a constant, and more with every hour of the trip."""
    off = np.flatnonzero(sent.faults & int(Fault.CLOCK))
    if not off.size:
        return sent.true_ms
    faults = [device.faults for device in fleet.store.shared.devices.values]
    code, true_ms = fleet.trips["device"][sent.trip[off]], sent.true_ms[off]
    times = sent.true_ms.copy()
    times[off] += off_clock_ms(
        true_ms - fleet.trips["start_ms"][sent.trip[off]],
        np.array([fault.clock_skew_ms for fault in faults], dtype=np.int64)[code],
        np.array([fault.clock_drift_ppm for fault in faults], dtype=np.float64)[code],
    )
    return times


def _observed(fleet: Fleet, index: Ints, times: Ints, truth: States) -> Fix:
    """The receivers' view without faults; devices of one profile at once."""
    trips, tables, devices = fleet.trips, fleet.store.tables, fleet.store.shared.devices.values
    none = np.broadcast_to(np.float64(0.0), len(index))
    dark, lost, canyon = none > 0.0, none, none
    spans = tables.span[truth.span]
    shaded = np.flatnonzero(spans["shaded"])
    if shaded.size:
        dark, lost, canyon = spans["dark"], np.zeros(len(index)), np.zeros(len(index))
        into_m = truth.distance_m[shaded] - tables.span_mm[truth.span[shaded]] / 1000.0
        lost[shaded], canyon[shaded] = levels(spans[shaded], into_m)
    sight = Sight(
        seed=trips["seed"][index], time_ms=times - trips["start_ms"][index], distance_m=truth.distance_m,
        lat=truth.lat, lon=truth.lon, speed_mps=truth.speed_mps, heading_deg=truth.heading_deg,
        dark=dark, lost=lost, canyon=canyon,
    )  # fmt: skip
    code = trips["device"][index]
    kinds = np.unique(code).tolist()
    if len(kinds) <= 1:
        return observed(devices[int(kinds[0])].gnss if kinds else Gnss(), sight)
    order = np.argsort(code, kind="stable")
    back = np.argsort(order, kind="stable")
    found = []
    for kind in kinds:
        rows = np.flatnonzero(code == kind)
        part = Sight(**{name: getattr(sight, name)[rows] for name in Sight.__dataclass_fields__})
        found.append(observed(devices[int(kind)].gnss, part))
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(fix, name) for fix in found])[back] for name in Fix.__dataclass_fields__
    }
    return Fix(**columns)


def _thrown(fleet: Fleet, sent: Sendings, lat: Floats, lon: Floats) -> dict[str, Any]:
    """Places `teleport_m` away, in a direction that each teleport draws for itself."""
    keyed = mix_array(fleet.trips["seed"][sent.trip] ^ _JUMP_STREAM)
    north, east = gauss(keyed, 2 * sent.jump), gauss(keyed, 2 * sent.jump + 1)
    far = np.array([device.faults.teleport_m for device in fleet.store.shared.devices.values])
    length = np.sqrt(north * north + east * east)
    share = far[fleet.trips["device"][sent.trip]] / np.maximum(length, 1e-9)
    there = np.minimum(np.maximum(lat + north * share / M_PER_DEG, -90.0), 90.0)
    # Whole turns around the earth are taken off: far away, and near a pole, that may be many.
    lon = lon + east * share / (M_PER_DEG * cos_deg(lat))
    return {"lat": there, "lon": wrapped(lon - 360.0 * np.floor((lon + 180.0) / 360.0))}


def _with(fix: Fix, rows: Ints, news: dict[str, Any]) -> Fix:
    columns = {name: getattr(fix, name).copy() for name in news}
    for name, values in news.items():
        columns[name][rows] = values
    return Fix(**{name: getattr(fix, name) for name in Fix.__dataclass_fields__} | columns)


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
    """A single-frequency receiver."""

    gnss: Gnss
    fast_ms: int = FAST_MS
    fast_sigma_m: float = FAST_SIGMA_M

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


def gauss(stream: Hashes, counter: Ints) -> Floats:
    """Nearly normal numbers, mean 0, variance 1, within ±3.47: four 16-bit uniforms of one hash (Irwin-Hall)."""
    z = mix_array(stream ^ (counter.astype(np.uint64) * np.uint64(GOLDEN)))
    low = np.uint64(0xFFFF)
    total = (z & low) + ((z >> np.uint64(16)) & low) + ((z >> np.uint64(32)) & low) + (z >> np.uint64(48))
    return np.asarray((total.astype(np.int64) - 131_070) * (ROOT3 / 65_536.0))


def value_noise(seed: Hashes, stream: int, at: Ints, spacing: int) -> Floats:
    """Smooth noise of mean 0 and variance 1 everywhere, decorrelated after about `spacing`.

    `at` and `spacing` are in the same whole units (ms, mm). Between lattice points two normal numbers
    are blended with smoothstep weights, divided by the root of their squares' sum to keep the variance.
    """
    keyed = mix_array(seed ^ np.uint64(mix(stream)))
    cell = at // spacing
    f = (at - cell * spacing) / float(spacing)
    w = f * f * (3.0 - 2.0 * f)
    rest = 1.0 - w
    return (gauss(keyed, cell) * rest + gauss(keyed, cell + 1) * w) / np.sqrt(w * w + rest * rest)


def levels(spans: Any, into_m: Floats) -> tuple[Floats, Floats]:
    """How lost and how deep in a canyon a vehicle is `into_m` behind the beginnings of these spans."""
    into_m = np.maximum(into_m, 0.001)  # a tunnel counts from its very mouth
    dark, lost_in, canyon_in = spans["dark"], spans["lost_in"], spans["canyon_in"]
    lost = lost_in + (dark - lost_in) * np.minimum(into_m / np.where(dark, LOST_M, EASE_M), 1.0)
    return lost, canyon_in + (spans["canyon"] - canyon_in) * np.minimum(into_m / EASE_M, 1.0)
