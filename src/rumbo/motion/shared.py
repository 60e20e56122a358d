"""What many trips have in common, by number, and as tables for the kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.device import DeviceSpec
from rumbo.domain.vehicle import VehicleSpec
from rumbo.events.codec import json_strings
from rumbo.motion.arrays import Floats
from rumbo.motion.energy import Engine
from rumbo.motion.rows import CHOICES, Texts, joined

_WHOLE = ("correlation_ms", "degraded_correlation_ms", "schema_version", "clock_skew_ms")
_REAL = (
    "open_sigma_m", "canyon_sigma_m", "tunnel_sigma_m", "speed_sigma_mps", "heading_sigma_deg",
    "clock_drift_ppm", "teleport_m",
)  # fmt: skip
DEVICE = np.dtype([("ideal", np.bool_), *((n, np.int64) for n in _WHOLE), *((n, np.float64) for n in _REAL)])
"""What decides a device's view of the truth: fields of its Gnss, Faults and itself."""


class Numbered[T]:
    """Values by number, shared by all trips."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self._numbers: dict[T, int] = {}

    def number(self, value: T) -> int:
        found = self._numbers.get(value)
        if found is None:
            found = self._numbers[value] = len(self.values)
            self.values.append(value)
        return found


class Shared:
    """Texts, devices and engines that many trips share. All only ever grow."""

    def __init__(self) -> None:
        self.names: Numbered[str] = Numbered()
        self.devices: Numbered[DeviceSpec] = Numbered()
        self.specs: Numbered[VehicleSpec] = Numbered()
        self._engines = np.zeros((0, len(Engine._fields)))
        self._receivers = np.zeros(0, dtype=DEVICE)
        self._strings = [text for choices in CHOICES.values() for text in json_strings(choices)]
        self._fixed = len(self._strings)
        self._texts = joined(self._strings)

    @property
    def engines(self) -> Floats:
        """The `Engine` of each of `specs`, a row each."""
        fresh = self.specs.values[len(self._engines) :]
        if fresh:
            self._engines = np.concatenate((self._engines, np.array([Engine.of(spec) for spec in fresh])))
        return self._engines

    @property
    def receivers(self) -> NDArray[Any]:
        """The DEVICE row of each of `devices`."""
        fresh = self.devices.values[len(self._receivers) :]
        if fresh:
            rows = np.array([_receiver(device) for device in fresh], dtype=DEVICE)
            self._receivers = np.concatenate((self._receivers, rows))
        return self._receivers

    @property
    def texts(self) -> Texts:
        """The CHOICES, and after them the names, as JSON strings."""
        fresh = self.names.values[len(self._strings) - self._fixed :]
        if fresh:
            self._strings += json_strings(fresh)
            self._texts = joined(self._strings)
        return self._texts


def _receiver(device: DeviceSpec) -> tuple[Any, ...]:
    parts = (device.gnss, device.faults, device)
    return tuple(next(getattr(p, name) for p in parts if hasattr(p, name)) for name in DEVICE.names or ())
