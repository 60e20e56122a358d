"""What the stream raises alerts for: rules and thresholds as data, with the defaults that Rumbo ships.

A file of the user's own (setting `alert_rules`) names only what differs. Its JSON Schema, the checks and the
explanation of each value all follow from the fields below. `common.driving_events` uses the same thresholds.
"""

# ruff: noqa: RUF009 - _severity is dataclasses.field with help; it gives no shared mutable value

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

type LonLat = tuple[float, float]


class AlertRule(StrEnum):
    """What an alert says. The names are part of the contract."""

    OVERSPEED = "overspeed"
    HARSH_ACCELERATION = "harsh_acceleration"
    HARSH_BRAKING = "harsh_braking"
    HARSH_CORNERING = "harsh_cornering"
    IDLING = "idling"
    GEOFENCE_ENTRY = "geofence_entry"
    GEOFENCE_EXIT = "geofence_exit"
    SILENT = "silent"
    BEHIND_PLAN = "behind_plan"
    ARRIVAL = "arrival"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


def _value(default: float, text: str, unit: str, least: float, most: float) -> Any:
    return field(default=default, metadata={"help": text, "unit": unit, "least": least, "most": most})


def _enabled() -> Any:
    return field(default=True, metadata={"help": "Whether the rule is looked at."})


def _severity(default: str) -> Any:
    return field(default=Severity(default), metadata={"help": "How much it matters."})


@dataclass(frozen=True, slots=True)
class Overspeed:
    """Faster than the road's limit and the tolerance, for a while. Never where the map knows no limit."""

    enabled: bool = _enabled()
    severity: Severity = _severity("warning")
    tolerance_mps: float = _value(1.4, "Speed over the limit that is let pass.", "m/s", 0, 50)
    least_s: float = _value(5.0, "For how long at least.", "s", 0, 3600)


@dataclass(frozen=True, slots=True)
class Harsh:
    """An acceleration beyond the threshold, in one report or several in a row."""

    enabled: bool = _enabled()
    severity: Severity = _severity("warning")
    threshold_mps2: float = _value(3.0, "From this much on.", "m/s²", 0.1, 50)


@dataclass(frozen=True, slots=True)
class Idling:
    """Standing with the ignition on. Devices that do not tell the ignition (version 1) raise none."""

    enabled: bool = _enabled()
    severity: Severity = _severity("info")
    below_mps: float = _value(0.5, "What still counts as standing.", "m/s", 0, 5)
    least_s: float = _value(300.0, "For how long at least.", "s", 1, 86_400)


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing of a trip that is not over has come for a while, though others report."""

    enabled: bool = _enabled()
    severity: Severity = _severity("warning")
    least_s: float = _value(300.0, "For how long at least.", "s", 1, 86_400)


@dataclass(frozen=True, slots=True)
class BehindPlan:
    """The expected arrival has moved beyond the trip's first one."""

    enabled: bool = _enabled()
    severity: Severity = _severity("warning")
    least_s: float = _value(300.0, "By how much at least.", "s", 1, 86_400)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The trip has reached its destination."""

    enabled: bool = _enabled()
    severity: Severity = _severity("info")


@dataclass(frozen=True, slots=True)
class Geofence:
    """An area on the map. `polygon`: its corners as [lon, lat], WGS 84, in order; the last joins the first."""

    name: str
    polygon: tuple[LonLat, ...]
    entry: bool = field(default=True, metadata={"help": "Whether to tell that a vehicle comes in."})
    exit: bool = field(default=True, metadata={"help": "Whether to tell that a vehicle goes out."})
    severity: Severity = _severity("info")

    def holds(self, lon: float, lat: float) -> bool:
        """Whether the point lies inside (even-odd rule, in degrees: exact enough for areas of a city's size)."""
        inside = False
        x1, y1 = self.polygon[-1]
        for x2, y2 in self.polygon:
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
            x1, y1 = x2, y2
        return inside


@dataclass(frozen=True)
class AlertRules:
    """All rules. Equal rules have equal versions, whatever file they came from."""

    overspeed: Overspeed = Overspeed()
    harsh_acceleration: Harsh = Harsh(threshold_mps2=2.5)
    harsh_braking: Harsh = Harsh(threshold_mps2=3.0)
    harsh_cornering: Harsh = Harsh(threshold_mps2=3.0)
    idling: Idling = Idling()
    silent: Silent = Silent()
    behind_plan: BehindPlan = BehindPlan()
    arrival: Arrival = Arrival()
    geofences: tuple[Geofence, ...] = ()
    longest_step_s: float = _value(
        120.0, "A longer time between two reports ends what was under way.", "s", 1, 86_400
    )
    most_turning_s: float = _value(
        5.0, "Over a longer time a change of heading tells nothing of a bend.", "s", 0.1, 60
    )
    wait_for_gaps_s: float = _value(
        60.0, "How long a missing report is waited for before the trip goes on without it.", "s", 0, 86_400
    )

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits of the rules' contents: which rules an alert was raised by."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


DEFAULT_RULES = AlertRules()
