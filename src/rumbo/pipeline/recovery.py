"""Where the stream goes on, so that every record lands once whatever became of the checkpoint.

With its checkpoint, Spark goes on by itself and Delta skips what a table already has. Without it (deleted, or
restored from an older copy) a new query reads Kafka from its beginning and leaves out the records whose coordinates
the lake already holds. That holds for as long as landing keeps its rows longer than Kafka its records.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import polars as pl

from rumbo.errors import CannotStart
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table
from rumbo.lake.tables import BACKFILL_TOPICS, TableSpec
from rumbo.pipeline.checkpoint import Checkpoint, TopicOffsets
from rumbo.pipeline.failures import other_topic

log = logging.getLogger(__name__)

type Seen = dict[tuple[str, int], int]
"""(topic, partition) -> highest offset that the lake holds."""


def prepare(
    checkpoint: Checkpoint, lake: Lake, specs: Sequence[TableSpec], ends: TopicOffsets, now_ms: int
) -> Seen:
    """Make the checkpoint fit the lake before the query starts; returns what the query must not land again.

    `ends`: the end offsets of the topics now. Raises CannotStart where Kafka has less than the lake or the
    checkpoint: then it is another Kafka, and offsets mean nothing any more.
    """
    tables = [open_table(lake, spec) for spec in specs]
    if _is_whole(checkpoint, tables):
        _require_reached(ends, checkpoint.committed())
        return checkpoint.seen()
    seen = landed_offsets(tables)
    _require_reached(ends, _next(seen))
    if checkpoint.query_id() is not None:
        log.warning(
            "The checkpoint is older than the lake; it is kept as %s", checkpoint.set_aside(f"lost-{now_ms}")
        )
    if seen:
        log.warning(
            "The lake has rows but no checkpoint: reading Kafka from its beginning, landing what is new"
        )
    checkpoint.remember_seen(seen)
    return seen


def require_same_topics(checkpoint: Checkpoint, ids: Mapping[str, str]) -> None:
    """Raises CannotStart where a topic is not the one that fed the lake: its offsets would pass for the old ones'."""
    for topic, was in checkpoint.topics().items():
        if ids.get(topic, was) != was:
            raise other_topic(topic)


def passed(seen: Mapping[tuple[str, int], int], committed: TopicOffsets) -> bool:
    """Whether the query has read beyond all that it must not land again."""
    return all(
        committed.get(topic, {}).get(partition, 0) > offset for (topic, partition), offset in seen.items()
    )


def landed_offsets(tables: Sequence[Snapshot]) -> Seen:
    """The highest offset in the lake, by topic and partition, of what came through Kafka."""
    place = ["kafka_topic", "kafka_partition"]
    from_kafka = ~pl.col("kafka_topic").str.starts_with(BACKFILL_TOPICS)
    frames = [table.scan().filter(from_kafka).select(*place, "kafka_offset") for table in tables]
    highest = pl.concat(frames).group_by(place).agg(pl.col("kafka_offset").max()).collect(engine="streaming")
    return {(topic, partition): offset for topic, partition, offset in highest.iter_rows()}


def _is_whole(checkpoint: Checkpoint, tables: Sequence[Snapshot]) -> bool:
    """Whether no table is ahead of the checkpoint, so that no batch number is used twice."""
    query_id, last = checkpoint.query_id(), checkpoint.last_batch()
    if query_id is None or last is None:
        return False
    return all((table.transaction_version(query_id) or 0) <= last for table in tables)


def _next(seen: Seen) -> TopicOffsets:
    offsets: TopicOffsets = {}
    for (topic, partition), offset in seen.items():
        offsets.setdefault(topic, {})[partition] = offset + 1
    return offsets


def _require_reached(ends: TopicOffsets, landed: TopicOffsets) -> None:
    for topic, partitions in landed.items():
        for partition, offset in partitions.items():
            end = ends.get(topic, {}).get(partition, 0)
            if end < offset:
                raise CannotStart(
                    f"The lake holds {topic}, partition {partition}, up to offset {offset}, but Kafka ends at {end}: "
                    "this lake was fed from another Kafka.",
                    hint="Use the data folder that belongs together, or an empty landing place.",
                )
