"""The ready-made device profiles, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rumbo.domain.device import DeviceSpec, Faults, Gnss, Link, Reporting
from rumbo.errors import InvalidInput

IDEAL = DeviceSpec("ideal", gnss=Gnss(ideal=True))
"""The truth, each second: to compare a pipeline's results with."""
STANDARD = DeviceSpec("standard")
"""A built-in unit: each second, an ordinary receiver, nothing lost."""
TRACKER = DeviceSpec(
    "tracker",
    reporting=Reporting(
        interval_ms=10_000, standing_interval_ms=60_000, distance_m=200.0, turn_deg=30.0, on_ignition=True
    ),
    link=Link(
        good_s=900.0, weak_s=60.0, lost_s=45.0, lost_in_tunnels=True, burst_ms=50,
        delay_ms=((0.0, 150.0), (0.9, 500.0), (1.0, 2_000.0)),
        weak_delay_ms=((0.0, 500.0), (0.9, 4_000.0), (1.0, 15_000.0)),
    ),
)  # fmt: skip
"""A fleet tracker that saves airtime: by time, distance and turn, with a heartbeat while standing; it stores and
forwards, in order."""
PHONE = DeviceSpec(
    "phone",
    reporting=Reporting(interval_ms=3_000, standing_interval_ms=15_000, distance_m=50.0),
    gnss=Gnss(open_sigma_m=4.0, canyon_sigma_m=25.0, tunnel_sigma_m=60.0, correlation_ms=60_000,
              degraded_correlation_ms=15_000, speed_sigma_mps=0.3, heading_sigma_deg=4.0),
    link=Link(
        good_s=300.0, weak_s=90.0, lost_s=15.0, lost_in_tunnels=True, buffer=200, in_order=False,
        delay_ms=((0.0, 40.0), (0.5, 120.0), (0.9, 900.0), (0.99, 5_000.0), (1.0, 20_000.0)),
        weak_delay_ms=((0.0, 300.0), (0.5, 2_000.0), (0.9, 12_000.0), (1.0, 60_000.0)),
    ),
)  # fmt: skip
"""An app on a telephone: irregular delays, some out of order, lost between tall houses."""
FLAKY = DeviceSpec(
    "flaky",
    link=Link(
        good_s=120.0, weak_s=40.0, lost_s=40.0, lost_in_tunnels=True, buffer=600, burst_ms=10, in_order=False,
        delay_ms=((0.0, 50.0), (0.9, 400.0), (1.0, 4_000.0)),
        weak_delay_ms=((0.0, 500.0), (0.9, 8_000.0), (1.0, 30_000.0)),
    ),
    faults=Faults(late_share=0.02, doubled_share=0.005),
)  # fmt: skip
"""A unit with a bad aerial: frequent outages with bursts, late and out of order, now and then twice."""
LEGACY = DeviceSpec(
    "legacy",
    reporting=Reporting(interval_ms=5_000),
    faults=Faults(clock_skew_ms=-37_000, clock_drift_ppm=400.0),
    schema_version=1,
)
"""An old unit: the first schema version, and a clock that is slow and drifts."""
CHAOS = DeviceSpec(
    "chaos",
    reporting=Reporting(interval_ms=2_000, standing_interval_ms=10_000, turn_deg=25.0, on_ignition=True),
    gnss=Gnss(canyon_sigma_m=20.0),
    link=Link(
        good_s=90.0, weak_s=45.0, lost_s=45.0, lost_in_tunnels=True, buffer=20, burst_ms=15, in_order=False,
        delay_ms=((0.0, 50.0), (0.9, 500.0), (1.0, 6_000.0)),
        weak_delay_ms=((0.0, 500.0), (0.9, 9_000.0), (1.0, 45_000.0)),
    ),
    faults=Faults(
        late_share=0.03, doubled_share=0.03, dropped_share=0.02, malformed_share=0.02, breaking_share=0.02,
        clock_skew_ms=4_000, clock_drift_ppm=-150.0, frozen_per_hour=6.0, teleport_per_hour=12.0, teleport_s=6.0,
    ),
)  # fmt: skip
"""Everything that can go wrong, at once."""

DEVICE_PROFILES: Mapping[str, DeviceSpec] = MappingProxyType(
    {spec.name: spec for spec in (IDEAL, STANDARD, TRACKER, PHONE, FLAKY, LEGACY, CHAOS)}
)


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
