"""What every adapter of the transport ports keeps: the in-memory twin and Apache Kafka alike."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from contract.transport_wires import MemoryWire, Wire, kafka_wire
from rumbo.errors import Fenced, NotFound, TooLarge, Unavailable
from rumbo.transport.memory import partition_of
from rumbo.transport.port import Committed, Extent, Inflow, Record, Tail, WorkerLink

WAIT_S = 30.0


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.jvm)])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    if request.param == "memory":
        yield MemoryWire()
    else:
        yield from kafka_wire(request.getfixturevalue("kafka"))


def wait_for[T](look: Callable[[], T], until: Callable[[T], bool]) -> T:
    deadline = time.monotonic() + WAIT_S
    while not until(found := look()):
        assert time.monotonic() < deadline, f"still {found!r}"
    return found


def drain(tail: Tail, count: int) -> list[Record]:
    got: list[Record] = []
    wait_for(lambda: got.extend(tail.poll(0.1)), lambda _: len(got) >= count)
    return got


def catch_up(link: WorkerLink) -> Inflow:
    """Everything up to a complete inflow, as one."""
    whole = Inflow()
    while not whole.complete:
        part = wait_for(lambda: link.catch_up(0.5), lambda _: True)
        whole.revoked |= part.revoked
        whole.assigned |= part.assigned
        whole.plans += part.plans
        whole.clock += part.clock
        whole.complete = part.complete
    return whole


def test_a_published_record_comes_back_as_it_was_appended(wire: Wire) -> None:
    before_ms = time.time_ns() // 1_000_000
    first, second = (wire.publisher().publish(wire.names.plans, "trp_1", b"%d" % n) for n in range(2))
    assert (first.topic, first.key, first.value) == (wire.names.plans, "trp_1", b"0")
    assert (second.partition, second.offset) == (first.partition, first.offset + 1)
    assert before_ms <= first.timestamp_ms <= second.timestamp_ms <= time.time_ns() // 1_000_000


def test_records_published_together_are_appended_in_the_order_of_each_key(wire: Wire) -> None:
    given = [(f"trp_{n % 7}", b"%d" % n) for n in range(50)]
    found = wire.publisher().publish_all(wire.names.plans, given, 30.0)
    records = [record for record in found if isinstance(record, Record)]
    assert [(r.key, r.value) for r in records] == given
    for key in {key for key, _ in given}:
        places = [(r.partition, r.offset) for r in records if r.key == key]
        assert places == sorted(places) and len({partition for partition, _ in places}) == 1
    assert len({(r.partition, r.offset) for r in records}) == 50
    assert {r.key: r.value for r in wire.tables().read_all(wire.names.plans)} == dict(given)


def test_of_records_published_together_one_too_large_holds_up_no_other(wire: Wire) -> None:
    noise = random.Random(1).randbytes(3_000_000)  # cannot be compressed to fit
    found = wire.publisher().publish_all(
        wire.names.plans, [("a", b"1"), ("b", noise), ("a", b"2"), ("c", b"3")], 30.0
    )
    assert [isinstance(outcome, TooLarge) for outcome in found] == [False, True, False, False]
    assert {r.key: r.value for r in wire.tables().read_all(wire.names.plans)} == {"a": b"2", "c": b"3"}


def test_publishing_many_to_a_topic_that_does_not_exist_is_refused(wire: Wire) -> None:
    with pytest.raises(Unavailable):
        wire.publisher().publish_all("no.such.topic", [("k", b"v"), ("l", b"w")], timeout_s=2.0)


def test_all_adapters_put_a_key_into_the_same_partition(wire: Wire) -> None:
    publisher = wire.publisher()
    found = [publisher.publish(wire.events, f"veh_{n}", b"x").partition for n in range(12)]
    assert found == [partition_of(f"veh_{n}", 3) for n in range(12)]


def test_a_record_above_the_topics_limit_is_refused(wire: Wire) -> None:
    with pytest.raises(TooLarge):
        wire.publisher().publish(wire.events, "veh_1", bytes(range(256)) * 50_000)


def test_publishing_to_a_topic_that_does_not_exist_is_refused(wire: Wire) -> None:
    with pytest.raises(Unavailable):
        wire.publisher().publish("no.such.topic", "k", b"v", timeout_s=2.0)


def test_a_table_holds_the_newest_record_of_each_key_and_no_deleted_ones(wire: Wire) -> None:
    publisher = wire.publisher()
    for key, value in (("a", b"1"), ("b", b"1"), ("a", b"2"), ("c", b"1"), ("b", None)):
        publisher.publish(wire.names.plans, key, value)
    table = wire.tables().read_all(wire.names.plans)
    assert {r.key: r.value for r in table} == {"a": b"2", "c": b"1"}
    assert table == sorted(table, key=lambda r: (r.partition, r.offset))


def test_a_log_holds_every_record_of_a_topic_in_order(wire: Wire) -> None:
    publisher = wire.publisher()
    sent = [
        publisher.publish(wire.names.plans, key, value)
        for key, value in (("a", b"1"), ("a", b"2"), ("b", None))
    ]
    assert wire.tables().read_log(wire.names.plans) == sorted(sent, key=lambda r: (r.partition, r.offset))
    assert wire.tables().read_log(wire.names.clock) == []


def test_a_topic_has_an_id_of_its_own(wire: Wire) -> None:
    first, second = (wire.offsets().topic_id(name) for name in (wire.names.plans, wire.names.clock))
    assert first != second
    assert wire.offsets().topic_id(wire.names.plans) == first
    with pytest.raises(Unavailable):
        wire.offsets().topic_id("no.such.topic")


def test_an_empty_topic_is_an_empty_table(wire: Wire) -> None:
    assert wire.tables().read_all(wire.names.clock) == []


def test_a_tail_sees_what_comes_after_it_was_made_and_nothing_from_before(wire: Wire) -> None:
    publisher = wire.publisher()
    publisher.publish(wire.events, "veh_1", b"before")
    tail = wire.tail([wire.events, wire.names.clock])
    assert tail.poll(0.0) == []
    publisher.publish(wire.events, "veh_1", b"after")
    publisher.publish(wire.names.clock, "clock", b"tick")
    assert {r.value for r in drain(tail, 2)} == {b"after", b"tick"}


def test_a_tail_goes_on_from_given_offsets(wire: Wire) -> None:
    publisher = wire.publisher()
    records = [publisher.publish(wire.names.clock, "clock", b"%d" % n) for n in range(4)]
    tail = wire.tail([wire.names.clock], {(wire.names.clock, 0): 2})
    assert drain(tail, 2) == records[2:]


def test_committed_offsets_are_kept_with_their_note_and_absent_where_never_committed(wire: Wire) -> None:
    offsets = wire.offsets()
    assert offsets.committed("readers", wire.events) == {}
    offsets.commit("readers", wire.events, {0: 7, 2: Committed(9, '{"world_ms": 5}')})
    assert offsets.committed("readers", wire.events) == {0: Committed(7), 2: Committed(9, '{"world_ms": 5}')}


def test_end_offsets_name_every_partition(wire: Wire) -> None:
    record = wire.publisher().publish(wire.events, "veh_1", b"x")
    assert wire.offsets().end_offsets(wire.events) == {p: int(p == record.partition) for p in range(3)}


def test_a_worker_gets_all_partitions_and_everything_appended_before(wire: Wire) -> None:
    publisher = wire.publisher()
    plans = [publisher.publish(wire.names.plans, f"trp_{n}", b"plan") for n in range(6)]
    clock = publisher.publish(wire.names.clock, "clock", b"clock")
    inflow = catch_up(wire.link(1))
    assert inflow.assigned == {0: None, 1: None, 2: None}
    assert sorted(inflow.plans, key=lambda r: r.key or "") == plans
    assert inflow.clock == [clock]


def test_a_complete_inflow_holds_what_was_appended_just_before(wire: Wire) -> None:
    publisher, link = wire.publisher(), wire.link(1)
    catch_up(link)
    for n in range(20):
        plan = publisher.publish(wire.names.plans, f"trp_{n}", b"plan")
        clock = publisher.publish(wire.names.clock, "clock", b"clock")
        inflow = catch_up(link)
        assert (inflow.plans, inflow.clock) == ([plan], [clock])


def test_events_and_progress_are_one(wire: Wire) -> None:
    link, tail = wire.link(1), wire.tail([wire.events])
    catch_up(link)
    link.transaction({wire.events: [("veh_1", b"1"), ("veh_1", b"2")]}, {0: 1000, 1: 1000})
    link.transaction({}, {1: 2000})
    assert [r.value for r in drain(tail, 2)] == [b"1", b"2"]
    committed = wire.offsets().committed(wire.names.group, wire.names.plans)
    assert {p: c.metadata for p, c in committed.items()} == {0: '{"world_ms": 1000}', 1: '{"world_ms": 2000}'}


def test_a_worker_that_takes_the_place_of_another_goes_on_from_its_progress(wire: Wire) -> None:
    first = wire.link(1)
    plan = wire.publisher().publish(wire.names.plans, "trp_1", b"plan")
    catch_up(first)
    first.transaction({wire.events: [("veh_1", b"1")]}, {0: 1000, 1: 1100, 2: 1200})
    second = wire.link(1)
    inflow = catch_up(second)
    assert inflow.assigned == {0: 1000, 1: 1100, 2: 1200}
    assert inflow.plans == [plan], "plans are a worker's memory: it reads all of them"


def test_a_worker_whose_place_was_taken_can_write_nothing_more(wire: Wire) -> None:
    first, tail = wire.link(1), wire.tail([wire.events])
    catch_up(first)
    second = wire.link(1)
    catch_up(second)
    with pytest.raises(Fenced):
        first.transaction({wire.events: [("veh_1", b"ghost")]}, {0: 5000})
    second.transaction({wire.events: [("veh_1", b"real")]}, {0: 1000})
    assert [r.value for r in drain(tail, 1)] == [b"real"]


def test_workers_share_the_partitions_and_each_goes_on_from_the_others_progress(wire: Wire) -> None:
    first = wire.link(1)
    catch_up(first)
    first.transaction({wire.events: [("veh_1", b"1")]}, {0: 1000, 1: 1000, 2: 1000})
    second = wire.link(2)
    mine, theirs = {0, 1, 2}, dict[int, int | None]()
    deadline = time.monotonic() + WAIT_S
    while len(mine) + len(theirs) != 3 or not theirs:
        assert time.monotonic() < deadline, f"{mine} and {theirs}"
        given, taken = second.catch_up(0.1), first.catch_up(0.1)
        theirs |= given.assigned
        mine = mine - taken.revoked | set(taken.assigned)
    assert set(theirs.values()) == {1000}
    assert mine.isdisjoint(theirs)
    with pytest.raises(Unavailable, match="nothing was written"):
        first.transaction({wire.events: [("veh_1", b"not mine")]}, {min(theirs): 2000})


def test_a_tail_wakes_as_soon_as_a_record_arrives(wire: Wire) -> None:
    tail, publisher = wire.tail([wire.events]), wire.publisher()
    threading.Timer(0.2, lambda: publisher.publish(wire.events, "veh_1", b"x")).start()
    began = time.monotonic()
    assert len(tail.poll(2 * WAIT_S)) == 1
    assert time.monotonic() - began < WAIT_S, "it slept through the record's arrival"


def test_a_look_gives_a_span_of_committed_records_and_where_to_go_on(wire: Wire) -> None:
    publisher, browser = wire.publisher(), wire.browser()
    assert browser.extents(wire.names.clock) == {0: Extent(0, 0)}
    sent = [publisher.publish(wire.names.clock, "clock", b"%d" % n) for n in range(5)]
    assert browser.extents(wire.names.clock) == {0: Extent(0, 5)}
    look = browser.look(wire.names.clock, {0: Extent(1, 4)}, WAIT_S)
    assert (look.records, look.reached) == (sent[1:4], {0: 4})
    assert browser.look(wire.names.clock, {0: Extent(5, 5)}) == browser.look(
        wire.names.clock, {0: Extent(5, 5)}
    )
    assert browser.look(wire.names.clock, {0: Extent(5, 5)}).records == []


def test_a_look_passes_over_the_marks_of_transactions_to_the_end(wire: Wire) -> None:
    link, browser = wire.link(1), wire.browser()
    catch_up(link)
    for n in range(3):
        link.transaction({wire.events: [("veh_1", b"%d" % n)]}, {0: 1000 + n})
    there = browser.extents(wire.events)
    look = browser.look(wire.events, there, WAIT_S)
    assert [record.value for record in look.records] == [b"0", b"1", b"2"]
    assert look.reached == {partition: span.next for partition, span in there.items()}


def test_a_look_ends_early_where_its_bytes_are_used_up_and_goes_on_from_there(wire: Wire) -> None:
    publisher, browser = wire.publisher(), wire.browser()
    sent = publisher.publish_all(wire.names.clock, [("clock", b"x" * 1_000)] * 40, WAIT_S)
    got: list[Record] = []
    there = browser.extents(wire.names.clock)[0]
    while there.first < there.next:
        look = browser.look(wire.names.clock, {0: there}, WAIT_S, max_bytes=1)
        got += look.records
        there = Extent(look.reached[0], there.next)
    assert got == sent


def test_there_is_nothing_to_look_at_in_a_topic_that_does_not_exist(wire: Wire) -> None:
    with pytest.raises(NotFound, match="no topic"):
        wire.browser().extents("no.such.topic")
