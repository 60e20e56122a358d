"""Devices of every kind, drawn."""

from __future__ import annotations

from hypothesis import strategies as st

from rumbo.domain.device import DeviceSpec, Faults, Gnss, Link, Quantiles, Reporting
from rumbo.domain.device_profiles import DEVICE_PROFILES


@st.composite
def quantiles(draw: st.DrawFn, most_ms: float = 20_000.0) -> Quantiles:
    values = sorted(draw(st.lists(st.floats(0.0, most_ms), min_size=2, max_size=4)))
    return tuple((i / (len(values) - 1), value) for i, value in enumerate(values))


def share(most: float = 0.3) -> st.SearchStrategy[float]:
    return st.just(0.0) | st.floats(0.0, most)


@st.composite
def devices(draw: st.DrawFn) -> DeviceSpec:
    """A ready-made one, or any mixture of rules, links and faults that happen often enough for short trips."""
    if draw(st.booleans()):
        return DEVICE_PROFILES[draw(st.sampled_from(sorted(DEVICE_PROFILES)))]
    means = st.just(0.0) | st.floats(1.0, 60.0)
    return DeviceSpec(
        "drawn",
        Reporting(
            interval_ms=draw(st.sampled_from((400, 1_000, 1_500, 10_000))),
            standing_interval_ms=draw(st.sampled_from((None, 1_000, 30_000))),
            distance_m=draw(st.sampled_from((None, 5.0, 150.0))),
            turn_deg=draw(st.sampled_from((None, 20.0))),
            on_ignition=draw(st.booleans()),
            sample_ms=draw(st.sampled_from((500, 1_000, 2_000))),
        ),
        Gnss(),
        Link(
            good_s=draw(st.floats(1.0, 60.0)),
            weak_s=draw(means),
            lost_s=draw(means),
            lost_in_tunnels=draw(st.booleans()),
            delay_ms=draw(quantiles()),
            weak_delay_ms=draw(quantiles()),
            buffer=draw(st.sampled_from((0, 1, 5, 1_000))),
            burst_ms=draw(st.sampled_from((0, 20, 3_000))),
            in_order=draw(st.booleans()),
        ),
        Faults(
            late_share=draw(share()),
            doubled_share=draw(share()),
            dropped_share=draw(share()),
            malformed_share=draw(share()),
            breaking_share=draw(share()),
            clock_skew_ms=draw(st.sampled_from((0, -60_000))),
            clock_drift_ppm=draw(st.sampled_from((0.0, 900.0))),
            frozen_per_hour=draw(st.sampled_from((0.0, 60.0))),
            teleport_per_hour=draw(st.sampled_from((0.0, 60.0))),
        ),
    )
