"""The rules, looked at report by report of one trip in the order of `seq`.

An alert is raised once for each occasion, with the first report that makes it certain. How the occasion went on is
told later by `common.driving_events`, from the same thresholds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import radians
from operator import attrgetter
from typing import Any, NamedTuple

from rumbo.domain.alert_rules import AlertRule, AlertRules, Geofence, Severity
from rumbo.domain.geofence import DrawnGeofence, FenceVersion
from rumbo.domain.trip import TripState

SCHEMA_VERSION = 1


class Report(NamedTuple):
    """What the rules want to know of a position event. Times in ms since the epoch; None: not told."""

    offset: int
    trip_id: str
    vehicle_id: str
    seq: int
    time_ms: int
    state: str
    lat: float
    lon: float
    speed_mps: float
    heading_deg: float
    acceleration_mps2: float
    speed_limit_mps: float | None
    ignition: str | None
    eta_ms: int | None
    road_name: str


type Alert = dict[str, Any]
"""The fields of an alert event; times in ms since the epoch."""


@dataclass(slots=True)
class Occasion:
    """Reports in a row that pass a threshold."""

    begin_ms: int
    first_seq: int
    peak: float
    told: bool = False


@dataclass(slots=True)
class Trip:
    """What is remembered of a trip under way."""

    vehicle_id: str
    seen_ms: int
    """The partition's clock when its last report came."""
    next_seq: int = 0
    gap_ms: int = 0
    """The partition's clock since which a missing report is waited for."""
    last: Report | None = None
    newest: Report | None = None
    first_eta_ms: int | None = None
    told_behind: bool = False
    told_silent: bool = False
    silent_seq: int = -1
    occasions: dict[str, Occasion] = field(default_factory=dict)
    inside: dict[str, bool] = field(default_factory=dict)
    crossing: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Areas of whose other side one report tells: its time and number. The next one must say the same."""
    pending: dict[int, Report] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As values that JSON has."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "occasions": {k: [o.begin_ms, o.first_seq, o.peak, o.told] for k, o in self.occasions.items()},
            "pending": list(self.pending.values()),  # a Report is a tuple
        }

    @classmethod
    def of_plain(cls, raw: dict[str, Any]) -> Trip:
        raw["occasions"] = {k: Occasion(*o) for k, o in raw["occasions"].items()}
        raw["crossing"] = {k: (int(at[0]), int(at[1])) for k, at in raw["crossing"].items()}
        for name in ("last", "newest"):
            raw[name] = Report(*raw[name]) if raw[name] else None
        raw["pending"] = {report.seq: report for report in (Report(*item) for item in raw["pending"])}
        return cls(**raw)


def look_at(trip: Trip, report: Report, rules: AlertRules, fences: Sequence[Watched] = ()) -> Iterator[Alert]:
    """The alerts that this report makes certain; the trip is changed. `fences`: `watched` of the rules."""
    before, trip.last = trip.last, report
    since_s = (report.time_ms - before.time_ms) / 1000 if before else 0.0
    if not 0 < since_s <= rules.longest_step_s:
        trip.occasions.clear()
    for rule, severity, value, threshold, least_s in _measured(report, before, since_s, rules):
        occasion = trip.occasions.get(rule.value)
        passes = value is not None and value >= threshold
        if occasion is None and passes and value is not None:
            occasion = trip.occasions[rule.value] = Occasion(report.time_ms, report.seq, value)
        if occasion is None:
            continue
        if passes and value is not None:
            occasion.peak = max(occasion.peak, value)
        lasted_s = (report.time_ms - occasion.begin_ms) / 1000
        if not occasion.told and lasted_s >= least_s:
            occasion.told = True
            idle = rule is AlertRule.IDLING
            figures = (lasted_s, least_s, "s") if idle else (occasion.peak, threshold, _UNITS[rule])
            yield _alert(rule, severity, report, (occasion.begin_ms, occasion.first_seq), figures, rules)
        if not passes:
            del trip.occasions[rule.value]
    yield from _crossings(trip, report, rules, fences)
    yield from _against_plan(trip, report, rules)


_UNITS = {
    AlertRule.OVERSPEED: "m/s",
    AlertRule.HARSH_ACCELERATION: "m/s²",
    AlertRule.HARSH_BRAKING: "m/s²",
    AlertRule.HARSH_CORNERING: "m/s²",
}

type _Measure = tuple[AlertRule, Severity, float | None, float, float]


def _measured(report: Report, before: Report | None, since_s: float, rules: AlertRules) -> Iterator[_Measure]:
    """Rule, severity, value (None: not known), least value and least duration in s."""
    if (rule := rules.overspeed).enabled:
        limit = report.speed_limit_mps
        over = None if limit is None else round(report.speed_mps - limit, 2)
        yield AlertRule.OVERSPEED, rule.severity, over, rule.tolerance_mps, rule.least_s
    if (harsh := rules.harsh_acceleration).enabled:
        value = report.acceleration_mps2
        yield AlertRule.HARSH_ACCELERATION, harsh.severity, value, harsh.threshold_mps2, 0.0
    if (harsh := rules.harsh_braking).enabled:
        value = -report.acceleration_mps2
        yield AlertRule.HARSH_BRAKING, harsh.severity, value, harsh.threshold_mps2, 0.0
    if (harsh := rules.harsh_cornering).enabled:
        lateral = None
        if before is not None and 0 < since_s <= rules.most_turning_s:
            turned_deg = abs((report.heading_deg - before.heading_deg + 540) % 360 - 180)
            lateral = round(report.speed_mps * radians(turned_deg) / since_s, 3)
        yield AlertRule.HARSH_CORNERING, harsh.severity, lateral, harsh.threshold_mps2, 0.0
    if (idling := rules.idling).enabled:
        still = report.speed_mps < idling.below_mps and report.ignition == "on"
        yield AlertRule.IDLING, idling.severity, 0.0 if still else None, 0.0, idling.least_s


@dataclass(frozen=True, slots=True)
class Watched:
    """A geofence as reports are held against it: by a box around it first."""

    key: str
    """Of what a trip remembers of it, and of its alerts' ids: a changed area begins anew."""
    fence: Geofence
    version: FenceVersion | None
    """None: it counts always."""
    box: tuple[float, float, float, float]
    """West, south, east, north."""

    def holds(self, lon: float, lat: float) -> bool:
        west, south, east, north = self.box
        return west <= lon <= east and south <= lat <= north and self.fence.holds(lon, lat)


def watched(rules: AlertRules, drawn: Iterable[DrawnGeofence]) -> list[Watched]:
    """The areas of the rules and the drawn ones, each version by itself, in an order that is always the same."""
    found = [Watched(fence.name, fence, None, _box(fence)) for fence in rules.geofences]
    for one in sorted(drawn, key=attrgetter("id")):
        found += (
            Watched(f"{one.id}@{version.from_ms}", version.fence, version, _box(version.fence))
            for version in one.versions
        )
    return found


def _box(fence: Geofence) -> tuple[float, float, float, float]:
    lons, lats = zip(*fence.polygon, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _crossings(trip: Trip, report: Report, rules: AlertRules, fences: Sequence[Watched]) -> Iterator[Alert]:
    """Entries and exits: certain with the second report in a row on the other side, for fixes scatter."""
    for watch in fences:
        key, fence = watch.key, watch.fence
        if watch.version is not None and not watch.version.counts_at(report.time_ms):
            if trip.inside.pop(key, None) is not None:
                trip.crossing.pop(key, None)
            continue
        now = watch.holds(report.lon, report.lat)
        was = trip.inside.setdefault(key, now)  # where a trip begins, nobody enters
        if now == was:
            trip.crossing.pop(key, None)
            continue
        begin = trip.crossing.get(key)
        if begin is None:
            trip.crossing[key] = (report.time_ms, report.seq)
            continue
        trip.inside[key] = now
        del trip.crossing[key]
        if fence.entry if now else fence.exit:
            rule = AlertRule.GEOFENCE_ENTRY if now else AlertRule.GEOFENCE_EXIT
            yield _alert(rule, fence.severity, report, begin, (None, None, ""), rules, watch)


def _against_plan(trip: Trip, report: Report, rules: AlertRules) -> Iterator[Alert]:
    eta_ms, here = report.eta_ms, (report.time_ms, report.seq)
    if trip.first_eta_ms is None:
        trip.first_eta_ms = eta_ms
    planned_ms = trip.first_eta_ms
    if rules.behind_plan.enabled and not trip.told_behind and eta_ms is not None and planned_ms is not None:
        behind_s, least_s = (eta_ms - planned_ms) / 1000, rules.behind_plan.least_s
        if behind_s >= least_s:
            trip.told_behind = True
            severity = rules.behind_plan.severity
            yield _alert(AlertRule.BEHIND_PLAN, severity, report, here, (behind_s, least_s, "s"), rules)
    if rules.arrival.enabled and report.state == TripState.ARRIVED.value:
        late_s = None if planned_ms is None else (report.time_ms - planned_ms) / 1000
        figures = (late_s, None, "" if late_s is None else "s")
        yield _alert(AlertRule.ARRIVAL, rules.arrival.severity, report, here, figures, rules)


def silence(trip: Trip, clock_ms: int, rules: AlertRules) -> Iterator[Alert]:
    """Once after each newest report; the time is that report's and how long nothing came since."""
    newest = trip.newest
    if not rules.silent.enabled or newest is None or trip.silent_seq == newest.seq:
        return
    trip.silent_seq = newest.seq
    silent_ms = clock_ms - trip.seen_ms
    figures = (silent_ms / 1000, rules.silent.least_s, "s")
    begin = (newest.time_ms, newest.seq)
    alert = _alert(AlertRule.SILENT, rules.silent.severity, newest, begin, figures, rules)
    yield alert | {"event_time": newest.time_ms + silent_ms}


def alert_id(rule: str, trip_id: str, first_seq: int, geofence: str | None) -> str:
    """The same for the same occasion, whenever and wherever it is found."""
    text = "\x1f".join((rule, trip_id, str(first_seq), geofence or ""))
    return f"alt_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _alert(
    rule: AlertRule,
    severity: Severity,
    report: Report,
    begin: tuple[int, int],
    figures: tuple[float | None, float | None, str],
    rules: AlertRules,
    watch: Watched | None = None,
) -> Alert:
    begin_ms, first_seq = begin
    value, threshold, unit = figures
    return {
        "schema_version": SCHEMA_VERSION,
        "alert_id": alert_id(rule.value, report.trip_id, first_seq, watch.key if watch else None),
        "trip_id": report.trip_id,
        "vehicle_id": report.vehicle_id,
        "event_time": report.time_ms,
        "rule": rule.value,
        "severity": severity.value,
        "begin_time": begin_ms,
        "first_seq": first_seq,
        "last_seq": report.seq,
        "value": None if value is None else round(value, 3),
        "threshold": threshold,
        "unit": unit,
        "lat": report.lat,
        "lon": report.lon,
        "road_name": report.road_name,
        "geofence": watch.fence.name if watch else None,
        "rules_version": rules.version,
    }
