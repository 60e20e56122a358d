"""Ready-made devices send the same bytes on every machine and in every release."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from rumbo.domain.device import Fault
from rumbo.domain.device_profiles import CHAOS, DEVICE_PROFILES
from rumbo.domain.plan import Hold, Plan, Profile
from rumbo.domain.route import Control, ControlKind, RoadClass, Route, Span
from rumbo.domain.trip import WaitReason
from rumbo.motion import Emission, Fleet
from rumbo.motion.wire import payloads
from support.trips import plan_of

ROUTE = Route(
    lat=(43.7, 43.71, 43.71, 43.73, 43.74),
    lon=(7.4, 7.4, 7.42, 7.42, 7.43),
    distance_m=(0.0, 1_111.951, 2_719.613, 4_943.514, 6_316.001),
    spans=(
        Span(0.0, 13.9, 13.9, 1, "Rue", RoadClass.RESIDENTIAL, sky_view=0.7),
        Span(900.0, 13.9, None, 2, "Quai", RoadClass.PRIMARY),
        Span(2_200.0, 13.9, 13.9, 3, "Tunnel", RoadClass.PRIMARY, tunnel=True, sky_view=0.0),
        Span(2_900.0, 13.9, 13.9, 4, "Gasse", RoadClass.SERVICE, sky_view=0.2),
        Span(4_000.0, 13.9, 13.9, 5, "", RoadClass.TERTIARY),
    ),
    controls=(Control(3_000.0, ControlKind.SIGNAL, 9),),
)
PROFILE = Profile(  # written out, so that these bytes do not change with the way in which speeds are solved
    t_s=(0.0, 10.0, 305.0, 315.0, 375.0, 385.0, 711.6001, 721.6001),
    s_m=(0.0, 50.0, 3_000.0, 3_050.0, 3_050.0, 3_100.0, 6_266.001, 6_316.001),
    v_mps=(0.0, 10.0, 10.0, 0.0, 0.0, 10.0, 10.0, 0.0),
    a_mps2=(1.0, 0.0, -1.0, 0.0, 1.0, 0.0, -1.0, 0.0),
    j_mps3=(0.0,) * 8,
    duration_s=721.6001,
    holds=(Hold(315.0, 375.0, 3_050.0, WaitReason.SIGNAL),),
)


def plan(name: str, seed: int) -> Plan:
    drawn = plan_of(ROUTE, seed, trip_id=f"trp_{seed}")
    return replace(drawn, device=DEVICE_PROFILES[name], profile=PROFILE)


def driven(name: str) -> Emission:
    plans = [plan(name, seed) for seed in (1, 2, 3)]
    plans[2] = replace(plans[2], amendments=()).amended("pause", plans[2].start_ms + 200_000)  # type: ignore[arg-type]
    return Fleet.of(plans).emit(0, plans[0].start_ms + 1_500_000)


def digest(emission: Emission) -> str:
    told = list(payloads(emission)["rumbo.positions"])
    for columns in (emission.positions, emission.dropped):
        told += [
            b"%d %d %d" % row
            for row in zip(*(columns[n].tolist() for n in ("emit_ms", "seq", "faults")), strict=True)
        ]
    return hashlib.sha256(b"\n".join(told)).hexdigest()[:16]


@pytest.mark.parametrize("name", DEVICE_PROFILES)
def test_a_profile_sends_the_bytes_that_it_always_sent(name: str) -> None:
    """A change of a digest changes what plans on Kafka mean: think twice, and say so in the changelog."""
    assert digest(driven(name)) == DIGESTS[name]


def test_chaos_does_everything_that_can_go_wrong() -> None:
    plans = [replace(plan("chaos", seed), trip_id=f"trp_{seed}") for seed in range(20)]
    emission = Fleet.of(plans).emit(0, 1 << 50)
    found = 0
    for columns in (emission.positions, emission.dropped):
        for bits in set(columns["faults"].tolist()):
            found |= bits
    assert Fault(found).labels == tuple(str(flag.name).lower() for flag in Fault)
    assert CHAOS.schema_version in {1, 2}


DIGESTS = {
    "ideal": "14a7883b75ded78a",
    "standard": "d8012ac544f791d4",
    "tracker": "525d12b3506b3dee",
    "phone": "a1ddaddd243cf007",
    "flaky": "c2814993941082dd",
    "legacy": "8263bd41a5a908b0",
    "chaos": "be13bf08bd63b4b9",
}
