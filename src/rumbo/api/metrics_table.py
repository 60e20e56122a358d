"""Every metric that there is: its name, type, help and labels. `docs/monitoring.md` shows this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

PREFIX = "rumbo_"


class Kind(StrEnum):
    GAUGE = "gauge"
    COUNTER = "counter"
    """It never falls; its name ends with `_total`."""


@dataclass(frozen=True, slots=True)
class Metric:
    """`name` without the prefix, as Prometheus wants it: the unit at its end."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    kind: Kind = Kind.GAUGE

    @property
    def full_name(self) -> str:
        return PREFIX + self.name


_METRICS = (
    Metric("build_info", "1; the label says which version runs.", ("version",)),
    Metric("part_up", "1 where a part works: broker, stream, worker, database, lake.", ("part",)),
    Metric("topic_end_offset", "Offsets of a topic's ends, all partitions together.", ("topic",)),
    Metric("topic_landed_offset", "How far the lake has taken them.", ("topic",)),
    Metric("topic_lag_records", "Offsets that the lake has not taken yet.", ("topic",)),
    Metric("landed_rows_total", "Rows in a table of landing.", ("table",), Kind.COUNTER),
    Metric("rejected_rows_total", "Records that broke the contract, in landing/rejected.", (), Kind.COUNTER),
    Metric("stream_last_batch_timestamp_seconds", "When the last batch with records was safe in the lake."),
    Metric("stream_batch_duration_seconds", "How long that batch took."),
    Metric("worker_behind_seconds", "How far driving is behind the world: wall time, at the present rate."),
    Metric("world_timestamp_seconds", "World time."),
    Metric("world_rate", "World seconds a wall second; 0 while the world stands still."),
    Metric("live_clients", "Clients of the live WebSocket."),
    Metric("outbox_waiting", "Decisions about trips that are in the database and not on Kafka yet."),
    Metric("days_refined", "Days that a layer has.", ("layer",)),
    Metric("days_failed", "Days whose newest run a rule of severity error stopped.", ("layer",)),
    Metric("days_waiting", "Days that are over and not refined of the rows that landed.", ("layer",)),
    Metric("day_refined_timestamp_seconds", "Beginning of the newest day that a layer has.", ("layer",)),
    Metric("day_waiting_timestamp_seconds", "End of the oldest day that waits.", ("layer",)),
    Metric("refinement_timestamp_seconds", "When a layer's newest publication was.", ("layer",)),
    Metric("audit_balanced", "1 where the last audit's ledger balanced."),
    Metric("audit_timestamp_seconds", "When the last audit ended."),
    Metric(
        "audit_events", "The ledger: sent = landed + rejected + dropped_by_fault + missing.", ("account",)
    ),
    Metric("audit_problems", "What must be zero, of the events and of the alerts.", ("ledger", "problem")),
)
METRICS: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _METRICS})
