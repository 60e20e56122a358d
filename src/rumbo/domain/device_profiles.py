"""The ready-made device profiles, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rumbo.domain.device import DeviceSpec, Gnss
from rumbo.errors import InvalidInput

IDEAL = DeviceSpec("ideal", gnss=Gnss(ideal=True))
STANDARD = DeviceSpec("standard")
DEVICE_PROFILES: Mapping[str, DeviceSpec] = MappingProxyType({spec.name: spec for spec in (IDEAL, STANDARD)})


def device_profile(name: str) -> DeviceSpec:
    """The ready-made profile of that name; InvalidInput lists those there are."""
    found = DEVICE_PROFILES.get(name)
    if found is None:
        raise InvalidInput(
            f"There is no device profile {name!r}.",
            hint=f"Use one of: {', '.join(DEVICE_PROFILES)}.",
            field="device_profile",
        )
    return found
