"""The audit's ledger: what should be, what is, and every way in which they can differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from rumbo.domain.device import Fault

MAX_FINDINGS = 20
_LABELS = tuple(label for flag in Fault for label in flag.labels)


@dataclass(frozen=True, slots=True)
class Finding:
    """One example of a problem. Partition and offset are Kafka's, where the lake has a row."""

    problem: str
    topic: str
    trip_id: str | None
    seq: int | None
    kafka_partition: int | None = None
    kafka_offset: int | None = None


@dataclass(slots=True)
class TopicLedger:
    """One topic. `sent` = `landed` + `rejected` + `dropped_by_fault` + `missing`, by construction.

    These five count events; the second sending of a doubled event is counted apart, in `doubled_by_fault`.
    """

    sent: int = 0
    """Events that were recorded and are due: (to be) sent up to where the workers have surely driven."""
    landed: int = 0
    rejected: int = 0
    """Of the events sent: those that stand in landing/rejected, byte for byte, and nowhere else."""
    dropped_by_fault: int = 0
    """Never sent, by a declared fault."""
    missing: int = 0
    doubled_by_fault: int = 0
    """Second sendings, by a declared fault, that are where they must be."""
    not_doubled: int = 0
    """Second sendings that are not."""
    extra: int = 0
    """Rows of trips or sequence numbers that no plan explains, or of events that a fault dropped."""
    doubled: int = 0
    """Rows beyond those that were sent of one event."""
    different: int = 0
    """Rows of an event whose bytes are not those that were sent."""
    misjudged: int = 0
    """Events that landed and should have been rejected, or the reverse."""
    mistyped: int = 0
    """Rows whose bytes are right and whose columns are not what the bytes say."""
    ahead: int = 0
    """Rows that match events emitted while the audit was under way; not part of `sent`."""

    def add(self, other: TopicLedger) -> None:
        for column in fields(self):
            setattr(self, column.name, getattr(self, column.name) + getattr(other, column.name))

    @property
    def balanced(self) -> bool:
        whole = self.sent == self.landed + self.rejected + self.dropped_by_fault
        return whole and not any(getattr(self, problem) for problem in PROBLEMS)


PROBLEMS = ("missing", "not_doubled", "extra", "doubled", "different", "misjudged", "mistyped")
"""Counters that must be zero."""


@dataclass(slots=True)
class FaultLedger:
    """One kind of declared fault: how many due events have it (for `doubled`: how many second sendings there are).

    `found` are those that are accounted for: landed or rejected as they must be, absent where it dropped them.
    """

    expected: int = 0
    found: int = 0

    @property
    def balanced(self) -> bool:
        return self.expected == self.found


@dataclass(slots=True)
class AlertsLedger:
    """What the stream found: Kafka's topic against landing. `published` = `landed` + `rejected` + `missing`.

    No plan says which alerts there must be: that they follow from the reports is what the detection's tests show.
    """

    published: int = 0
    """Records that the topic holds and the lake must have taken by now."""
    landed: int = 0
    """Of these: those in landing/alerts, byte for byte."""
    rejected: int = 0
    """Of these: those in landing/rejected. The stream writes none such."""
    missing: int = 0
    different: int = 0
    """Rows that have a record's place and other bytes."""
    extra: int = 0
    """Rows of places where the topic has no record."""
    doubled: int = 0
    """Rows beyond the first of a place."""
    repeated_ids: int = 0
    """Rows beyond the first of an `alert_id`, at places of their own: an alert that was published twice."""
    older: int = 0
    """Rows whose records Kafka has dropped by now, as it does after a week."""
    ahead: int = 0
    """Rows of what was published while the audit was under way."""

    @property
    def balanced(self) -> bool:
        return not (self.missing or self.different or self.extra or self.doubled or self.repeated_ids)


@dataclass(slots=True)
class AuditReport:
    """What `audit` found. `balanced` only where every event sent is accounted for and nothing else is there."""

    topics: dict[str, TopicLedger]
    faults: dict[str, FaultLedger] = field(
        default_factory=lambda: {label: FaultLedger() for label in _LABELS}
    )
    alerts: AlertsLedger = field(default_factory=AlertsLedger)
    trips: int = 0
    until: str | None = None
    """World time (RFC 3339) up to which every trip was judged; None where some were not driven at all yet."""
    covered: bool = True
    """Whether the lake had taken all that Kafka held when the audit began."""
    lag: int = 0
    """Records that it had not, by offsets."""
    repeated_places: int = 0
    """Rows whose (topic, partition, offset) another row has too."""
    foreign_rejected: int = 0
    """Rejected records that are no event of ours; they do not count."""
    unusable_plans: int = 0
    """Records that are no plan of the trip under whose key they stand: no worker drives them, and they do not count."""
    undrivable_plans: int = 0
    """Plans of accepted trips that cannot be driven: a promise that was broken."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        whole = self.repeated_places == 0 and self.undrivable_plans == 0 and self.alerts.balanced
        topics = all(ledger.balanced for ledger in self.topics.values())
        return whole and topics and all(ledger.balanced for ledger in self.faults.values())

    @property
    def total(self) -> TopicLedger:
        whole = TopicLedger()
        for ledger in self.topics.values():
            whole.add(ledger)
        return whole

    def found(self, problem: str, finding: Finding) -> None:
        """Keep an example, up to MAX_FINDINGS of each problem."""
        if sum(known.problem == problem for known in self.findings) < MAX_FINDINGS:
            self.findings.append(finding)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: plain values."""
        return {
            "balanced": self.balanced,
            **asdict(self.total),
            "until": self.until,
            "trips": self.trips,
            "covered": self.covered,
            "lag": self.lag,
            "repeated_places": self.repeated_places,
            "foreign_rejected": self.foreign_rejected,
            "unusable_plans": self.unusable_plans,
            "undrivable_plans": self.undrivable_plans,
            "alerts": {**asdict(self.alerts), "balanced": self.alerts.balanced},
            "topics": {topic: asdict(ledger) for topic, ledger in self.topics.items()},
            "faults": {
                label: {**asdict(ledger), "balanced": ledger.balanced}
                for label, ledger in self.faults.items()
            },
            "findings": [asdict(finding) for finding in self.findings],
        }

    def as_text(self) -> str:
        """For a person at a terminal."""
        lines = _counters({**self.topics, "all": self.total})
        lines += _faults(self.faults)
        alerts = {name: count for name, count in asdict(self.alerts).items() if count or name == "published"}
        told = ", ".join(f"{count:,} {name}" for name, count in alerts.items())
        lines.append(f"alerts: {told}{'' if self.alerts.balanced else ': does NOT balance'}")
        lines.append(f"{self.trips:,} trips, driven until {self.until or 'now: not all of them yet'}")
        if not self.covered:
            lines.append(
                f"The lake is {self.lag:,} offsets behind Kafka: what is missing may still be on its way."
            )
        if self.repeated_places:
            lines.append(f"{self.repeated_places:,} rows share their place in Kafka with another row.")
        if self.foreign_rejected:
            lines.append(
                f"{self.foreign_rejected:,} records that are not ours were rejected; they do not count."
            )
        if self.unusable_plans:
            lines.append(
                f"{self.unusable_plans:,} plans cannot be read and are not driven; they do not count."
            )
        if self.undrivable_plans:
            lines.append(f"{self.undrivable_plans:,} trips were accepted whose plans cannot be driven.")
        lines += [_told(finding) for finding in self.findings]
        lines.append("The ledger balances." if self.balanced else "The ledger does NOT balance.")
        return "\n".join(lines)


def _counters(ledgers: Mapping[str, TopicLedger]) -> list[str]:
    """A line a counter, a column a topic."""
    names = [column.name for column in fields(TopicLedger)]
    left = max(map(len, names))
    width = max(*map(len, ledgers), 12)
    lines = [f"{'':{left}}  " + "  ".join(f"{topic:>{width}}" for topic in ledgers)]
    for name in names:
        numbers = "  ".join(f"{getattr(ledger, name):>{width},}" for ledger in ledgers.values())
        lines.append(f"{name:{left}}  {numbers}")
    return lines


def _faults(ledgers: Mapping[str, FaultLedger]) -> list[str]:
    declared = {label: ledger for label, ledger in ledgers.items() if ledger.expected or ledger.found}
    if not declared:
        return []
    left = max(map(len, (*declared, "declared fault")))
    lines = ["", f"{'declared fault':{left}}  {'expected':>12}  {'found':>12}"]
    for label, ledger in declared.items():
        verdict = "" if ledger.balanced else "  does NOT balance"
        lines.append(f"{label:{left}}  {ledger.expected:>12,}  {ledger.found:>12,}{verdict}")
    return [*lines, ""]


def _told(finding: Finding) -> str:
    place = "" if finding.kafka_offset is None else f" at {finding.kafka_partition}/{finding.kafka_offset}"
    event = "" if finding.trip_id is None else f": trip {finding.trip_id}, seq {finding.seq}"
    return f"  {finding.problem} in {finding.topic}{place}{event}"
