"""Devices: what a vehicle's telematics unit reports, how well it knows where it is, and what goes wrong.

A device is part of every plan, so all that it does, faults included, follows from the plan. Every fault has a bit in
`Fault`: the truth labels events with them, and the audit accounts for each kind. All parameters are checked on
construction; InvalidInput names the one that cannot be meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntFlag
from itertools import pairwise
from math import isfinite

from rumbo.errors import InvalidInput

type Quantiles = tuple[tuple[float, float], ...]
"""A distribution by its quantiles: ((0, least), (share, value) …, (1, most)), linear between. Values in ms."""

NO_DELAY: Quantiles = ((0.0, 0.0), (1.0, 0.0))
SCHEMA_VERSIONS = (1, 2)
"""Versions of the position events that a device can speak."""

DAY_MS = 86_400_000
_DAY_S = 86_400.0
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)


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
    driven since then; course changed by `turn_deg` since then; ignition switched on or off. The first sample of a
    trip and its end are always reported. Samples are never further apart than `interval_ms`.
    """

    interval_ms: int = 1_000
    standing_interval_ms: int | None = None
    distance_m: float | None = None
    turn_deg: float | None = None
    on_ignition: bool = False
    sample_ms: int = 1_000

    def __post_init__(self) -> None:
        if not 100 <= self.interval_ms <= DAY_MS:
            raise InvalidInput(
                f"A report every {self.interval_ms} ms is not possible.",
                hint="Use 100 ms to a day.",
                field="interval_ms",
            )
        if self.standing_interval_ms is not None:
            _within("standing_interval_ms", self.standing_interval_ms, 100, DAY_MS)
        if self.distance_m is not None:
            _within("distance_m", self.distance_m, 1.0, 1e6)
        if self.turn_deg is not None:
            _within("turn_deg", self.turn_deg, 1.0, 180.0)
        _within("sample_ms", self.sample_ms, 100, 60_000)

    @property
    def step_ms(self) -> int:
        """Time between samples."""
        return min(self.sample_ms, self.interval_ms)

    @property
    def looks(self) -> bool:
        """Whether it takes more than a watch to know when to report."""
        rules = (self.standing_interval_ms, self.distance_m, self.turn_deg)
        return self.on_ignition or any(rule is not None for rule in rules)


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

    def __post_init__(self) -> None:
        for name in ("open_sigma_m", "canyon_sigma_m", "tunnel_sigma_m"):
            _within(name, getattr(self, name), 0.0, 1_000.0)
        if not self.ideal and not self.open_sigma_m <= self.canyon_sigma_m <= self.tunnel_sigma_m:
            raise InvalidInput(
                "A receiver does no better between houses than in the open, and no better in a tunnel than there.",
                hint="Let open_sigma_m ≤ canyon_sigma_m ≤ tunnel_sigma_m.",
                field="canyon_sigma_m",
            )
        _within("correlation_ms", self.correlation_ms, 1_000, 3_600_000)
        _within("degraded_correlation_ms", self.degraded_correlation_ms, 1_000, 3_600_000)
        _within("speed_sigma_mps", self.speed_sigma_mps, 0.0, 20.0)
        _within("heading_sigma_deg", self.heading_sigma_deg, 0.0, 45.0)


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

    def __post_init__(self) -> None:
        _within("good_s", self.good_s, 1.0, 10 * _DAY_S)
        for name in ("weak_s", "lost_s"):
            if getattr(self, name) != 0.0:
                _within(name, getattr(self, name), 1.0, _DAY_S, "0 to leave it out, or ")
        _table("delay_ms", self.delay_ms)
        _table("weak_delay_ms", self.weak_delay_ms)
        _within("buffer", self.buffer, 0, 1_000_000)
        _within("burst_ms", self.burst_ms, 0, 10_000)

    @property
    def is_perfect(self) -> bool:
        """Whether each report is sent in the moment of its record."""
        never = self.weak_s == 0.0 and self.lost_s == 0.0 and not self.lost_in_tunnels
        return never and not any(value for _, value in self.delay_ms)


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

    def __post_init__(self) -> None:
        for kind in ("late", "doubled", "dropped", "malformed", "breaking"):
            _within(f"{kind}_share", getattr(self, f"{kind}_share"), 0.0, 1.0)
        _table("late_ms", self.late_ms)
        _table("doubled_ms", self.doubled_ms)
        _within("clock_skew_ms", self.clock_skew_ms, -366 * DAY_MS, 366 * DAY_MS)
        _within("clock_drift_ppm", self.clock_drift_ppm, -100_000.0, 100_000.0)
        for kind in ("frozen", "teleport"):
            _within(f"{kind}_per_hour", getattr(self, f"{kind}_per_hour"), 0.0, 3_600.0)
            _within(f"{kind}_s", getattr(self, f"{kind}_s"), 0.1, _DAY_S)
        _within("teleport_m", self.teleport_m, 1.0, 20_000_000.0)

    @property
    def are_none(self) -> bool:
        shares = (self.late_share, self.doubled_share, self.dropped_share, self.malformed_share)
        others = (self.breaking_share, self.clock_skew_ms, self.clock_drift_ppm)
        return not any((*shares, *others, self.frozen_per_hour, self.teleport_per_hour))

    @property
    def can_spoil(self) -> bool:
        """Whether it may send events that break the contract."""
        return bool(self.malformed_share or self.breaking_share)


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One kind of device. `schema_version` is that of the position events it sends."""

    name: str
    reporting: Reporting = field(default_factory=Reporting)
    gnss: Gnss = field(default_factory=Gnss)
    link: Link = field(default_factory=Link)
    faults: Faults = field(default_factory=Faults)
    schema_version: int = 2

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInput(
                f"A device profile cannot be called {self.name[:60]!r}.",
                hint="Use 1 to 40 of a to z, 0 to 9, _ and -, not beginning with a sign.",
                field="name",
            )
        if self.schema_version not in SCHEMA_VERSIONS:
            raise InvalidInput(
                f"Position events have no schema version {self.schema_version}.",
                hint=f"Use one of: {', '.join(map(str, SCHEMA_VERSIONS))}.",
                field="schema_version",
            )

    @property
    def is_plain(self) -> bool:
        """Whether it reports by the watch alone, over a perfect link, without faults: nothing is to be worked out."""
        timed = not self.reporting.looks and self.reporting.interval_ms % self.reporting.step_ms == 0
        return timed and self.link.is_perfect and self.faults.are_none


def _within(name: str, value: float, least: float, most: float, but: str = "") -> None:
    if not (isfinite(value) and least <= value <= most):
        raise InvalidInput(
            f"{name} cannot be {value}.", hint=f"Use {but}{least:,.12g} to {most:,.12g}.", field=name
        )


def _table(name: str, table: Quantiles) -> None:
    """A quantile table must begin at share 0, end at 1, rise in shares, never fall in values, and stay finite."""
    sound = 2 <= len(table) <= 100 and all(all(map(isfinite, pair)) for pair in table)
    sound = sound and table[0][0] == 0.0 and table[-1][0] == 1.0 and table[0][1] >= 0.0
    sound = sound and all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(table))
    if not (sound and table[-1][1] <= DAY_MS):
        raise InvalidInput(
            f"{name} is no table of quantiles.",
            hint=(
                "Use 2 to 100 pairs (share, value) from share 0 to share 1, shares rising, values in ms "
                f"from 0 to {DAY_MS:,}, never falling: ((0, 50), (0.9, 400), (1, 3000))."
            ),
            field=name,
        )
