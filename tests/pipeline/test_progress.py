"""What the stream says of itself: how far it is, and that it stands still where it does."""

from __future__ import annotations

from dataclasses import dataclass, field

from rumbo.events.topics import ALERTS, POSITIONS, STREAM_GROUP
from rumbo.lake.figures import StreamFigures
from rumbo.pipeline.failures import LONGEST
from rumbo.pipeline.progress import HEARTBEAT_MS, Progress, end_offsets
from rumbo.transport.memory import MemoryKafka, MemoryOffsets

TOPICS = (POSITIONS, ALERTS)


@dataclass
class Stage:
    """A stream's progress on a cluster in memory and a clock that stands."""

    kafka: MemoryKafka = field(default_factory=MemoryKafka)
    now_ms: int = 1_000_000

    def __post_init__(self) -> None:
        self.offsets = MemoryOffsets(self.kafka)
        self.progress = Progress(self.offsets, self.ends(), {}, {}, lambda: self.now_ms)

    def ends(self) -> dict[str, dict[int, int]]:
        return end_offsets(self.offsets, TOPICS)

    def beat_after(self, ms: int) -> StreamFigures:
        """What anybody can read after the beat."""
        self.now_ms += ms
        self.progress.beat()
        notes = {at.metadata for at in self.offsets.committed(STREAM_GROUP, POSITIONS).values()}
        (figures,) = [found for note in notes if (found := StreamFigures.from_json(note)) is not None]
        return figures


def test_a_stream_says_since_when_records_wait_for_it() -> None:
    stage = Stage()
    assert stage.beat_after(HEARTBEAT_MS).behind_since_ms is None
    stage.kafka.append(ALERTS, "veh_1", b"{}")
    since = stage.beat_after(HEARTBEAT_MS).behind_since_ms
    assert since == stage.now_ms
    stage.kafka.append(POSITIONS, "veh_1", b"{}")
    assert stage.beat_after(10 * HEARTBEAT_MS).behind_since_ms == since


def test_whoever_brings_batches_to_an_end_does_not_stand_still_however_much_is_left() -> None:
    stage = Stage()
    for _ in range(3):
        stage.kafka.append(POSITIONS, "veh_1", b"{}")
    stage.beat_after(HEARTBEAT_MS)
    stage.progress.batch_done(0, 900, {POSITIONS: dict.fromkeys(range(6), 0)}, {"positions": 0})
    assert stage.progress.figures.behind_since_ms is None
    assert stage.beat_after(HEARTBEAT_MS).behind_since_ms == stage.now_ms
    stage.progress.batch_done(1, 900, stage.ends(), {"positions": 3})
    assert stage.beat_after(HEARTBEAT_MS).behind_since_ms is None


def test_why_there_are_no_alerts_is_told_in_a_line() -> None:
    stage = Stage()
    stage.progress.alerts_trouble = "x" * 5_000
    assert stage.beat_after(HEARTBEAT_MS).alerts_trouble == "x" * LONGEST


def test_what_an_older_stream_says_can_still_be_read() -> None:
    assert StreamFigures.from_json('{"at_ms": 5, "started_ms": 4, "rows_landed": {}}') == StreamFigures(5, 4)
    assert StreamFigures.from_json('{"at_ms": 5}') is None
