"""Devices are checked on construction, parameter by parameter."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from rumbo.domain.device import DeviceSpec, Fault, Faults, Gnss, Link, Reporting
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.errors import InvalidInput
from rumbo.events.plain import from_plain, to_plain

NAN, INF = float("nan"), float("inf")
FALLING = ((0.0, 5.0), (0.5, 3.0), (1.0, 9.0))
SHARES_FALL = ((0.0, 1.0), (0.7, 3.0), (0.3, 4.0), (1.0, 9.0))
TABLES = [
    (), ((0.0, 1.0),), FALLING, SHARES_FALL, ((0.1, 1.0), (1.0, 2.0)), ((0.0, 1.0), (0.9, 2.0)),
    ((0.0, -1.0), (1.0, 2.0)), ((0.0, 1.0), (1.0, NAN)), ((0.0, 1.0), (1.0, INF)), ((0.0, 1.0), (1.0, 1e12)),
]  # fmt: skip

BAD: list[tuple[type, str, list[Any]]] = [
    (Reporting, "interval_ms", [0, 99, -1000, 86_400_001]),
    (Reporting, "standing_interval_ms", [0, 99, 86_400_001]),
    (Reporting, "distance_m", [0.0, -5.0, NAN, INF, 2e6]),
    (Reporting, "turn_deg", [0.0, 181.0, NAN]),
    (Reporting, "sample_ms", [0, 99, 60_001]),
    (Gnss, "open_sigma_m", [-1.0, NAN, 2_000.0]),
    (Gnss, "canyon_sigma_m", [-1.0, NAN, 1.0, 200.0]),
    (Gnss, "tunnel_sigma_m", [-1.0, NAN, INF]),
    (Gnss, "correlation_ms", [0, 999, 4_000_000]),
    (Gnss, "degraded_correlation_ms", [0, -1, 4_000_000]),
    (Gnss, "speed_sigma_mps", [-0.1, NAN, 21.0]),
    (Gnss, "heading_sigma_deg", [-0.1, NAN, 46.0]),
    (Link, "good_s", [0.0, -1.0, NAN, 1e9]),
    (Link, "weak_s", [0.5, -1.0, NAN, 1e9]),
    (Link, "lost_s", [0.5, -1.0, INF, 1e9]),
    (Link, "delay_ms", TABLES),
    (Link, "weak_delay_ms", TABLES),
    (Link, "buffer", [-1, 1_000_001]),
    (Link, "burst_ms", [-1, 10_001]),
    *((Faults, f"{kind}_share", [-0.01, 1.01, NAN])
      for kind in ("late", "doubled", "dropped", "malformed", "breaking")),
    (Faults, "late_ms", TABLES),
    (Faults, "doubled_ms", TABLES),
    (Faults, "clock_skew_ms", [10**12, -(10**12)]),
    (Faults, "clock_drift_ppm", [NAN, INF, 1e6]),
    (Faults, "frozen_per_hour", [-1.0, NAN, 1e4]),
    (Faults, "frozen_s", [0.0, NAN, 1e6]),
    (Faults, "teleport_per_hour", [-1.0, NAN, 1e4]),
    (Faults, "teleport_s", [0.0, INF, 1e6]),
    (Faults, "teleport_m", [0.0, NAN, 1e9]),
    (DeviceSpec, "name", ["", " ", "Ideal", "-x", "a" * 41, "a/b", "é"]),
    (DeviceSpec, "schema_version", [0, 3, -1]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "values"), BAD, ids=[f"{kind.__name__}.{name}" for kind, name, _ in BAD]
)
def test_a_value_that_cannot_be_meant_is_refused_by_name_with_what_to_do(
    kind: type, name: str, values: list[Any]
) -> None:
    for value in values:
        given = {name: value} if kind is not DeviceSpec else {"name": "d", name: value}
        with pytest.raises(InvalidInput) as refused:
            kind(**given)
        if name not in {"open_sigma_m", "canyon_sigma_m", "tunnel_sigma_m"}:
            assert refused.value.field == name
        assert refused.value.hint


def test_no_parameter_is_left_unchecked() -> None:
    checked = {(kind, name) for kind, name, _ in BAD}
    switches = {"on_ignition", "ideal", "lost_in_tunnels", "in_order"}
    parts = {"reporting", "gnss", "link", "faults"}
    for kind in (Reporting, Gnss, Link, Faults, DeviceSpec):
        for field in fields(kind):
            assert (kind, field.name) in checked or field.name in switches | parts, field.name


def test_every_ready_made_profile_is_sound_and_survives_its_plain_form() -> None:
    for name, spec in DEVICE_PROFILES.items():
        assert spec.name == name
        assert from_plain(DeviceSpec, to_plain(spec)) == spec


def test_only_the_simplest_devices_are_plain() -> None:
    assert {name for name, spec in DEVICE_PROFILES.items() if spec.is_plain} == {"ideal", "standard"}
    plain = DeviceSpec("d", reporting=Reporting(interval_ms=5_000))
    assert plain.is_plain
    for reporting in (Reporting(interval_ms=1_500), Reporting(turn_deg=20.0), Reporting(on_ignition=True)):
        assert not DeviceSpec("d", reporting=reporting).is_plain
    for link in (Link(lost_s=5.0), Link(lost_in_tunnels=True), Link(delay_ms=((0.0, 0.0), (1.0, 1.0)))):
        assert not DeviceSpec("d", link=link).is_plain
    assert not DeviceSpec("d", faults=Faults(clock_skew_ms=1)).is_plain
    assert DeviceSpec("d", link=Link(weak_delay_ms=((0.0, 0.0), (1.0, 1.0)))).is_plain


def test_a_wrong_value_in_a_plain_record_is_refused_too() -> None:
    with pytest.raises(InvalidInput, match="late_share"):
        from_plain(DeviceSpec, {"name": "d", "faults": {"late_share": 2.0}})


def test_labels_are_the_names_of_the_bits() -> None:
    assert Fault(1 | 4 | 512).labels == ("stored", "out_of_order", "breaking")
    assert Fault(0).labels == () and max(Fault) < 1 << 16
