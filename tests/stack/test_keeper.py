from __future__ import annotations

from rumbo.events.topics import DRIVE_GROUP, PARTITIONS, PLANS, TOPICS, topics_for
from rumbo.fleet.world import close_world, open_world
from rumbo.stack.keeper import ALIVE_MS, is_driven
from rumbo.transport.memory import MemoryKafka, MemoryOffsets, MemoryPublisher, MemoryTableReader
from rumbo.transport.port import Committed, progress_to_metadata
from support.serving import NOON_MS, WallClock


def test_a_world_is_driven_while_it_is_open_and_all_its_workers_keep_up() -> None:
    wall = WallClock()
    kafka = MemoryKafka(now_ms=wall)
    publisher, tables, offsets = MemoryPublisher(kafka), MemoryTableReader(kafka), MemoryOffsets(kafka)
    assert not is_driven(tables, offsets, wall())
    open_world(publisher, tables, offsets, 10, wall)
    wall.pass_s(60)
    assert not is_driven(tables, offsets, wall())

    there = Committed(0, progress_to_metadata(NOON_MS + 590_000))
    offsets.commit(DRIVE_GROUP, PLANS, dict.fromkeys(range(PARTITIONS), there))
    assert is_driven(tables, offsets, wall())
    wall.pass_s(ALIVE_MS / 1000)
    assert not is_driven(tables, offsets, wall())

    wall.pass_s(-ALIVE_MS / 1000)
    close_world(publisher, tables, wall)
    assert not is_driven(tables, offsets, wall())


def test_with_copies_all_but_one_must_have_what_is_acknowledged() -> None:
    assert topics_for(1) == TOPICS
    assert {dict(topic.config)["min.insync.replicas"] for topic in topics_for(3)} == {"2"}
