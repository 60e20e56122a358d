"""Devices: what a vehicle's telematics unit reports, how well it knows where it is, and what goes wrong.

A device is part of every plan, so all that it does, faults included, follows from the plan. Every fault has a bit in
`Fault`: the truth labels events with them, and the audit accounts for each kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag

from rumbo.errors import InvalidInput

type Quantiles = tuple[tuple[float, float], ...]
"""A distribution by its quantiles: ((0, least), (share, value) …, (1, most)), linear between. Values in ms."""

NO_DELAY: Quantiles = ((0.0, 0.0), (1.0, 0.0))


class Fault(IntFlag):
    """What was done to one event, as bits. Names in lower case are the labels in truth and audit."""

    STORED = 1
    """Kept during an outage and sent in a burst afterwards."""
    LATE = 2
    """Held back by an additional delay."""
    OUT_OF_ORDER = 4
    """Sent after an event of the same trip that was recorded later."""
    DOUBLED = 8
    """Sent twice."""
    DROPPED = 16
    """Recorded, numbered, and never sent."""
    CLOCK = 32
    """Its event time is off by the device's skew or drift."""
    FROZEN = 64
    """The fix of an earlier moment, sent as new."""
    TELEPORT = 128
    """A position far from the truth."""
    MALFORMED = 256
    """Bytes that are no JSON object of the contract: cut, empty, not UTF-8 …"""
    BREAKING = 512
    """JSON that breaks the schema: a field renamed, missing, of another type, out of range, an unknown version."""

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(str(flag.name).lower() for flag in Fault if flag in self)


@dataclass(frozen=True, slots=True)
class Reporting:
    """When the device reports: at the first sample at which any of these holds. Samples are `sample_ms` apart.

    `interval_ms` since the last report, or `standing_interval_ms` while standing (None: the same); `distance_m`
    driven since then; course changed by `turn_deg` since then; ignition switched on or off.
    """

    interval_ms: int = 1_000
    standing_interval_ms: int | None = None
    distance_m: float | None = None
    turn_deg: float | None = None
    on_ignition: bool = False
    sample_ms: int = 1_000

    def __post_init__(self) -> None:
        if not 100 <= self.interval_ms <= 86_400_000:
            raise InvalidInput(
                f"A report every {self.interval_ms} ms is not possible.",
                hint="Use 100 ms to a day.",
                field="interval_ms",
            )


@dataclass(frozen=True, slots=True)
class Gnss:
    """How good the receiver's fixes are. Sigmas are per axis, in metres; errors are correlated over the times given."""

    ideal: bool = False
    """No error at all: for comparing a pipeline's results with the truth."""
    open_sigma_m: float = 3.0
    canyon_sigma_m: float = 12.0
    """Where only a fifth of the sky is seen; between that and the open, in between."""
    tunnel_sigma_m: float = 25.0
    correlation_ms: int = 120_000
    degraded_correlation_ms: int = 30_000
    speed_sigma_mps: float = 0.12
    heading_sigma_deg: float = 1.5


@dataclass(frozen=True, slots=True)
class Link:
    """The way from the device to Kafka: a chain of three states (good, weak, lost), seeded, in trip time.

    Mean lengths in s; `weak_s` or `lost_s` of 0 leave that state out. `delay_ms` holds while good, `weak_delay_ms`
    while weak. What is recorded while lost is kept, at most `buffer` reports (the oldest are dropped), and sent
    `burst_ms` apart when the link is back; with a buffer of 0 it is dropped.
    """

    good_s: float = 600.0
    weak_s: float = 0.0
    lost_s: float = 0.0
    lost_in_tunnels: bool = False
    delay_ms: Quantiles = NO_DELAY
    weak_delay_ms: Quantiles = NO_DELAY
    buffer: int = 10_000
    burst_ms: int = 20
    in_order: bool = True
    """Whether the device waits for one report to be sent before it sends the next."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What else goes wrong. Shares are of reports, 0 to 1; `…_per_hour` are mean numbers of episodes in trip time."""

    late_share: float = 0.0
    late_ms: Quantiles = ((0.0, 5_000.0), (0.9, 60_000.0), (1.0, 600_000.0))
    doubled_share: float = 0.0
    doubled_ms: Quantiles = ((0.0, 0.0), (1.0, 2_000.0))
    dropped_share: float = 0.0
    malformed_share: float = 0.0
    breaking_share: float = 0.0
    clock_skew_ms: int = 0
    clock_drift_ppm: float = 0.0
    frozen_per_hour: float = 0.0
    frozen_s: float = 30.0
    teleport_per_hour: float = 0.0
    teleport_s: float = 3.0
    teleport_m: float = 5_000.0


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One kind of device. `schema_version` is that of the position events it sends."""

    name: str
    reporting: Reporting = field(default_factory=Reporting)
    gnss: Gnss = field(default_factory=Gnss)
    link: Link = field(default_factory=Link)
    faults: Faults = field(default_factory=Faults)
    schema_version: int = 1
