"""What of a batch's findings is written: what is not published yet, with how far the batch got."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rumbo.events.examples import examples
from rumbo.events.fields import ALERT
from rumbo.pipeline.alerts import publish
from rumbo.transport.port import Committed, KeyedValue

TYPICAL = next(e.value for e in examples() if e.event is ALERT and e.name == "typical")
MOMENT_MS = 1_772_695_846_250


@dataclass
class Outlet:
    """In the place of Kafka's."""

    at: dict[int, int]
    written: list[str] = field(default_factory=list)
    calls: int = 0

    def committed(self, topic: str, partitions: Sequence[int]) -> dict[int, int]:
        return {partition: self.at.get(partition, 0) for partition in partitions}

    def write(
        self, records: Mapping[str, Sequence[KeyedValue]], topic: str, done: Mapping[int, Committed]
    ) -> None:
        self.calls += 1
        self.written += [json.loads(value)["alert_id"] for _, value in records[ALERT.topic]]
        self.at |= {partition: at.offset for partition, at in done.items()}


@dataclass
class Batch:
    rows: list[dict[str, Any]]

    def collect(self) -> list[dict[str, Any]]:
        return self.rows


def row(partition: int, offset: int | None, next_offset: int) -> dict[str, Any]:
    alert = TYPICAL | {
        "alert_id": f"alt_{partition}_{offset}",
        "event_time": MOMENT_MS,
        "begin_time": MOMENT_MS,
    }
    text = None if offset is None else json.dumps(alert)
    return {"partition": partition, "offset": offset, "next_offset": next_offset, "alert": text}


def test_a_batch_that_is_run_again_writes_nothing() -> None:
    batch: Any = Batch([row(0, 7, 10), row(0, 3, 10), row(0, None, 10)])
    outlet: Any = Outlet({})
    assert publish(batch, outlet) == 2
    assert outlet.written == ["alt_0_3", "alt_0_7"]
    assert publish(batch, outlet) == 0
    assert (len(outlet.written), outlet.calls, outlet.at) == (2, 1, {0: 10})


def test_a_replay_leaves_out_what_is_published_and_writes_what_is_new() -> None:
    batch: Any = Batch([row(0, 3, 20), row(0, 12, 20), row(0, None, 20), row(1, 0, 4), row(1, None, 4)])
    outlet: Any = Outlet({0: 10, 1: 4})
    assert publish(batch, outlet) == 1
    assert (outlet.written, outlet.at) == (["alt_0_12"], {0: 20, 1: 4})
