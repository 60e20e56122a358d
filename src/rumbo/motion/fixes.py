"""Each device's view of where it is and what time it is, device faults included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rumbo.domain.device import Fault, Gnss
from rumbo.motion.arrays import M_PER_DEG, Floats, Ints, cos_deg, wrapped
from rumbo.motion.device import Fix, Sight, observed
from rumbo.motion.noise import gauss, mix, mix_array
from rumbo.motion.sendings import Sendings
from rumbo.motion.sky import levels
from rumbo.motion.states import States

if TYPE_CHECKING:
    from rumbo.motion.fleet import Fleet

_JUMP_STREAM = np.uint64(mix(40))


def fixes(fleet: Fleet, sent: Sendings, truth: States) -> Fix:
    """The fix in each report, `truth` being the state at its `true_ms`."""
    fix = _observed(fleet, sent.index, sent.true_ms, truth)
    if not fleet.scripted.size:
        return fix
    frozen = np.flatnonzero(sent.fix_back_ms)
    if frozen.size:
        index, times = sent.index[frozen], (sent.true_ms - sent.fix_back_ms)[frozen]
        old = _observed(fleet, index, times, fleet.states(index, times))
        fix = _with(fix, frozen, {name: getattr(old, name) for name in Fix.__dataclass_fields__})
    away = np.flatnonzero(sent.jump)
    return _with(fix, away, _thrown(fleet, sent[away], fix.lat[away], fix.lon[away])) if away.size else fix


def clock_ms(fleet: Fleet, sent: Sendings) -> Ints:
    """The times of the records by the devices' clocks: skewed by a constant, and more with every hour of the trip."""
    off = np.flatnonzero(sent.faults & int(Fault.CLOCK))
    if not off.size:
        return sent.true_ms
    faults = [device.faults for device in fleet.store.shared.devices.values]
    code, true_ms = fleet.trips["device"][sent.index[off]], sent.true_ms[off]
    times = sent.true_ms.copy()
    times[off] += off_clock_ms(
        true_ms - fleet.trips["start_ms"][sent.index[off]],
        np.array([fault.clock_skew_ms for fault in faults], dtype=np.int64)[code],
        np.array([fault.clock_drift_ppm for fault in faults], dtype=np.float64)[code],
    )
    return times


def off_clock_ms(since_ms: Ints, skew_ms: Ints | int, drift_ppm: Floats | float) -> Ints:
    """How far a clock is off `since_ms` after the trip's start."""
    return skew_ms + np.rint(since_ms * drift_ppm / 1e6).astype(np.int64)


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
    keyed = mix_array(fleet.trips["seed"][sent.index] ^ _JUMP_STREAM)
    north, east = gauss(keyed, 2 * sent.jump), gauss(keyed, 2 * sent.jump + 1)
    far = np.array([device.faults.teleport_m for device in fleet.store.shared.devices.values])
    length = np.sqrt(north * north + east * east)
    share = far[fleet.trips["device"][sent.index]] / np.maximum(length, 1e-9)
    there = np.minimum(np.maximum(lat + north * share / M_PER_DEG, -90.0), 90.0)
    # Whole turns around the earth are taken off: far away, and near a pole, that may be many.
    lon = lon + east * share / (M_PER_DEG * cos_deg(lat))
    return {"lat": there, "lon": wrapped(lon - 360.0 * np.floor((lon + 180.0) / 360.0))}


def _with(fix: Fix, rows: Ints, news: dict[str, Any]) -> Fix:
    columns = {name: getattr(fix, name).copy() for name in news}
    for name, values in news.items():
        columns[name][rows] = values
    return Fix(**{name: getattr(fix, name) for name in Fix.__dataclass_fields__} | columns)
