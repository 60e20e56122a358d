"""The audit's ledger: what should be, what is, and every way in which they can differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

MAX_FINDINGS = 20


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
    """One topic. `sent` = `landed` + `rejected` + `dropped_by_fault` + `missing`, by construction."""

    sent: int = 0
    """Events that must exist: emitted up to where the workers have surely driven."""
    landed: int = 0
    rejected: int = 0
    """Of the events sent: those that stand in landing/rejected, byte for byte, and nowhere else."""
    dropped_by_fault: int = 0
    """Declared faults that lose an event; there are none yet."""
    missing: int = 0
    extra: int = 0
    """Rows of trips or sequence numbers that no plan explains."""
    doubled: int = 0
    """Rows beyond the first of one event."""
    different: int = 0
    """Rows of an event whose bytes are not those that were sent."""
    ahead: int = 0
    """Rows that match events emitted while the audit was under way; not part of `sent`."""

    def add(self, other: TopicLedger) -> None:
        for column in fields(self):
            setattr(self, column.name, getattr(self, column.name) + getattr(other, column.name))

    @property
    def balanced(self) -> bool:
        whole = self.sent == self.landed + self.rejected + self.dropped_by_fault
        return whole and not (self.missing or self.extra or self.doubled or self.different)


@dataclass(slots=True)
class AuditReport:
    """What `audit` found. `balanced` only where every event sent is accounted for and nothing else is there."""

    topics: dict[str, TopicLedger]
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
    """Plans that nobody can read and no worker drives."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        return self.repeated_places == 0 and all(ledger.balanced for ledger in self.topics.values())

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
            "topics": {topic: asdict(ledger) for topic, ledger in self.topics.items()},
            "findings": [asdict(finding) for finding in self.findings],
        }

    def as_text(self) -> str:
        """For a person at a terminal."""
        names = [column.name for column in fields(TopicLedger)]
        rows: Mapping[str, TopicLedger] = {**self.topics, "all": self.total}
        width = max(map(len, rows))
        lines = [f"{'':{width}}  " + "  ".join(names)]
        for topic, ledger in rows.items():
            numbers = "  ".join(f"{getattr(ledger, name):>{len(name)},}" for name in names)
            lines.append(f"{topic:{width}}  {numbers}")
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
            lines.append(f"{self.unusable_plans:,} plans cannot be read and are not driven.")
        lines += [_told(finding) for finding in self.findings]
        lines.append("The ledger balances." if self.balanced else "The ledger does NOT balance.")
        return "\n".join(lines)


def _told(finding: Finding) -> str:
    place = "" if finding.kafka_offset is None else f" at {finding.kafka_partition}/{finding.kafka_offset}"
    event = "" if finding.trip_id is None else f": trip {finding.trip_id}, seq {finding.seq}"
    return f"  {finding.problem} in {finding.topic}{place}{event}"
