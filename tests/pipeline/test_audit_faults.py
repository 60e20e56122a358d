"""The audit of a fleet on which everything goes wrong: each declared fault is accounted for, and hides nothing else.

The lake is written by the contract itself, record by record; see `support.audited`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from rumbo.domain.device import Fault
from rumbo.domain.plan import Plan
from rumbo.events.fields import POSITION
from rumbo.events.plans import plan_to_json
from rumbo.events.topics import PLANS
from rumbo.lake.tables import REJECTED
from rumbo.motion import Fleet
from rumbo.pipeline import expected, shelves
from rumbo.pipeline.expected import Chunk, batches, chunk_of
from rumbo.pipeline.ledger import AuditReport
from rumbo.transport.memory import MemoryPublisher
from support.audited import World, land, sent_by
from support.trips import START_MS, plan_of, straight_route

UNTIL_MS = START_MS + 3_600_000
SPOILT = Fault.MALFORMED | Fault.BREAKING
NO_FAULT = Fault(0)
LABELS = {label for flag in Fault for label in flag.labels}


@cache
def faulty_fleet(first: int = 0) -> list[Plan]:
    """One vehicle drives two trips, so that some of its spoilt records cannot say of which they are."""
    plans = [
        plan_of(straight_route(2500.0), seed=seed, trip_id=f"trp_{seed}", device=device)
        for seed, device in enumerate(["chaos"] * 24 + ["legacy", "flaky", "phone", "standard"], first)
    ]
    later = plan_of(
        straight_route(2500.0), 99, trip_id=f"trp_{first}", device="chaos", start_ms=START_MS + 900_000
    )
    names = {name: getattr(later, name) for name in Plan.__slots__} | {"trip_id": f"trp_{first}b"}
    return [*plans, Plan(**names)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of a faulty fleet."""
    folder = tmp_path_factory.mktemp("faulty")
    World(folder, faulty_fleet()).land_all(UNTIL_MS)
    return folder


@pytest.fixture
def world(tmp_path: Path, whole: Path) -> World:
    shutil.copytree(whole / "landing", tmp_path / "faulty" / "landing")
    faulty = World(tmp_path / "faulty", faulty_fleet())
    faulty.drive(UNTIL_MS)
    return faulty


def chunk_whole(plans: list[Plan]) -> Chunk:
    return chunk_of(plans, [UNTIL_MS] * len(plans), [UNTIL_MS] * len(plans))


def label_of(report: AuditReport) -> set[str]:
    return {label for label, ledger in report.faults.items() if not ledger.balanced}


def fault_at(flag: Fault, *, but: Fault = NO_FAULT) -> tuple[str, int, bytes | None]:
    """Trip, number and bytes of some event with a fault and without others."""
    events = chunk_whole(faulty_fleet()).events[POSITION.topic]
    wanted = events.filter(
        (pl.col("faults") & int(flag) != 0) & (pl.col("faults") & int(but) == 0) & (pl.col("copy") == 0)
    )
    trip_id, seq, sent = wanted.select("trip_id", "seq", "sent").row(wanted.height // 2)
    return trip_id, seq, sent


def test_a_faulty_fleets_ledger_balances_for_every_kind_of_fault(world: World) -> None:
    report = world.audit()
    assert report.balanced, report.as_text()
    total = report.total
    assert total.sent == total.landed + total.rejected + total.dropped_by_fault
    assert min(total.landed, total.rejected, total.dropped_by_fault, total.doubled_by_fault) > 10
    assert report.foreign_rejected == 0
    told = report.as_dict()["faults"]
    assert set(told) == LABELS
    assert all(fault["expected"] == fault["found"] > 0 and fault["balanced"] for fault in told.values()), told
    assert "malformed" in report.as_text()


def test_what_is_counted_is_what_the_fleet_sends(world: World) -> None:
    """The ledger against a count of its own, straight from the emission."""
    rows = Fleet.of(faulty_fleet()).emit(-1, UNTIL_MS)
    first = rows.positions["copy"] == 0
    spoilt = (rows.positions["faults"] & int(SPOILT)) != 0
    ledger = world.audit().topics[POSITION.topic]
    assert ledger.sent == first.sum() + len(rows.dropped["seq"])
    assert ledger.landed == (first & ~spoilt).sum() == world.rows().height - ((~first) & ~spoilt).sum()
    assert ledger.rejected == (first & spoilt).sum()
    assert ledger.dropped_by_fault == len(rows.dropped["seq"])
    assert ledger.doubled_by_fault == (~first).sum()


def test_halfway_only_what_was_sent_by_then_is_due(tmp_path: Path) -> None:
    until_ms = START_MS + 100_000
    world = World(tmp_path, faulty_fleet())
    world.drive(until_ms)
    world.land_all(until_ms)
    assert world.audit().balanced
    world.drive(until_ms + 20_000)
    assert world.audit().total.missing > 0


def without_one_of_two(rows: pl.DataFrame, event: tuple[str, int]) -> pl.DataFrame:
    its = (pl.col("trip_id") == event[0]) & (pl.col("seq") == event[1])
    keep = rows.filter(its).head(1)
    return pl.concat([rows.filter(~its), keep])


def test_a_doubled_event_that_stands_there_once_is_not_doubled(world: World) -> None:
    trip_id, seq, _ = fault_at(Fault.DOUBLED, but=SPOILT)
    world.change(lambda rows: without_one_of_two(rows, (trip_id, seq)))
    report = world.audit()
    assert (report.total.not_doubled, report.total.missing) == (1, 0)
    assert "doubled" in label_of(report) and not report.balanced


def test_a_doubled_event_that_stands_there_three_times_is_doubled(world: World) -> None:
    trip_id, seq, _ = fault_at(Fault.DOUBLED, but=SPOILT)
    its = (pl.col("trip_id") == trip_id) & (pl.col("seq") == seq)
    third = pl.lit(99_999, pl.Int64).alias("kafka_offset")
    world.change(lambda rows: pl.concat([rows, rows.filter(its).head(1).with_columns(third)]))
    report = world.audit()
    assert (report.total.doubled, report.total.not_doubled) == (1, 0)
    assert not report.balanced


@pytest.mark.parametrize(
    "flag", [Fault.LATE, Fault.STORED, Fault.OUT_OF_ORDER, Fault.CLOCK, Fault.FROZEN, Fault.TELEPORT]
)
def test_a_missing_event_unbalances_its_faults(world: World, flag: Fault) -> None:
    trip_id, seq, _ = fault_at(flag, but=SPOILT | Fault.DROPPED | Fault.DOUBLED)
    world.change(lambda rows: rows.filter(~((pl.col("trip_id") == trip_id) & (pl.col("seq") == seq))))
    report = world.audit()
    assert report.total.missing == 1
    assert flag.labels[0] in label_of(report)


def test_a_dropped_event_that_stands_there_is_extra(world: World) -> None:
    trip_id, seq, _ = fault_at(Fault.DROPPED)
    beside = world.rows().filter(pl.col("trip_id") == trip_id).head(1)
    forged = beside.with_columns(seq=pl.lit(seq, pl.Int64), kafka_offset=pl.lit(99_999, pl.Int64))
    world.change(lambda rows: pl.concat([rows, forged]))
    report = world.audit()
    assert report.total.extra == 1
    assert "dropped" in label_of(report) and not report.balanced


REJECTED_CHANGES: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], dict[str, int]]] = {
    "one gone": (lambda rows: rows.slice(1), {"missing": 1, "foreign": 0}),
    "one altered": (
        lambda rows: pl.concat([rows.head(1).with_columns(payload=pl.lit(b"?")), rows.slice(1)]),
        {"missing": 1, "foreign": 1},
    ),
    "one of another vehicle": (
        lambda rows: pl.concat([rows.head(1).with_columns(kafka_key=pl.lit(b"veh_x")), rows.slice(1)]),
        {"missing": 1, "foreign": 1},
    ),
    "one twice": (
        lambda rows: pl.concat([rows, rows.head(1).with_columns(kafka_offset=pl.lit(99_999, pl.Int64))]),
        {"doubled": 1, "foreign": 0},
    ),
    "all moved": (
        lambda rows: rows.with_columns(kafka_offset=pl.col("kafka_offset") + 7_000),
        {"foreign": 0},
    ),
    "others beside": (
        lambda rows: pl.concat(
            [
                rows,
                rows.head(1).with_columns(
                    payload=pl.lit(None, pl.Binary), kafka_offset=pl.lit(99_999, pl.Int64)
                ),
            ]
        ),
        {"foreign": 1},
    ),
}


@pytest.mark.parametrize("name", REJECTED_CHANGES)
def test_every_change_of_the_rejected_records_is_found(world: World, name: str) -> None:
    change, problems = REJECTED_CHANGES[name]
    world.change(lambda rows: change(rows.sort(pl.col("payload").bin.size(), descending=True)), REJECTED)
    report = world.audit()
    found = {"missing": report.total.missing + report.total.not_doubled, "doubled": report.total.doubled,
             "foreign": report.foreign_rejected}  # fmt: skip
    assert found == dict.fromkeys(found, 0) | problems
    assert report.balanced == (not {"missing", "doubled"} & set(problems))


def test_an_empty_record_too_few_is_missing_although_nobody_can_say_which(world: World) -> None:
    empty = pl.col("payload").bin.size() == 0
    world.change(lambda rows: pl.concat([rows.filter(~empty), rows.filter(empty).slice(1)]), REJECTED)
    report = world.audit()
    assert report.total.missing + report.total.not_doubled == 1
    assert label_of(report) >= {"malformed"} or report.total.not_doubled


@pytest.mark.parametrize("flag", [Fault.BREAKING, Fault.MALFORMED])
def test_a_spoilt_event_that_landed_is_misjudged(world: World, flag: Fault) -> None:
    trip_id, seq, sent = fault_at(flag, but=Fault.DOUBLED | Fault.DROPPED)
    beside = world.rows().filter(pl.col("trip_id") == trip_id).head(1)
    forged = beside.with_columns(seq=pl.lit(seq, pl.Int64), kafka_offset=pl.lit(99_999, pl.Int64))
    world.change(lambda rows: pl.concat([rows, forged]))
    world.change(lambda rows: rows.filter(pl.col("payload") != pl.lit(sent)), REJECTED)
    report = world.audit()
    assert report.total.misjudged == 1
    assert flag.labels[0] in label_of(report) and not report.balanced


def test_one_trip_and_one_day_of_a_faulty_fleet_balance_alone(world: World) -> None:
    trip = world.audit(trip="trp_3")
    assert trip.balanced and trip.trips == 1 and trip.total.rejected > 0
    day = world.audit(date="2026-09-21")
    assert day.balanced and day.total.sent == world.audit().total.sent


def test_a_large_lake_is_judged_from_files_exactly_as_a_small_one_from_memory(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every kind of damage in it, so that each counter has something to count."""
    stranger = {"trip_id": pl.lit("trp_nobody"), "kafka_offset": pl.lit(99_999, pl.Int64)}
    world.change(lambda rows: pl.concat([rows.slice(7), rows[100:103], rows[50:52].with_columns(**stranger)]))
    world.change(lambda rows: rows.slice(1), REJECTED)
    held = world.audit()
    assert min(held.total.missing, held.total.doubled, held.total.extra, held.repeated_places) > 0
    monkeypatch.setattr(shelves, "ROWS_A_SHELF", 150)
    monkeypatch.setattr(shelves, "ROWS_A_BATCH", 400)
    monkeypatch.setattr(expected, "ROWS_A_CHUNK", 300)
    laid = world.audit()
    assert (laid.topics, laid.faults, laid.trips) == (held.topics, held.faults, held.trips)
    assert (laid.repeated_places, laid.foreign_rejected) == (held.repeated_places, held.foreign_rejected)
    assert list(world.scratch.iterdir()) == []


class Told:
    """A source as a backfill would be: plans that no Kafka knows."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = plans

    def rows(self) -> pl.Expr:
        return pl.col("kafka_topic").str.starts_with("backfill/")

    def chunks(self) -> Iterator[Chunk]:
        for some in batches(iter(self._plans)):
            yield chunk_whole(some)


def test_rows_of_another_source_are_judged_by_the_same_code_and_are_extra_without_it(world: World) -> None:
    plans = faulty_fleet(first=50)
    before = world.audit()
    land(world.lake, sent_by(Fleet.of(plans), UNTIL_MS), "backfill/a/")
    alone = world.audit()
    assert alone.total.extra > 1000 and not alone.balanced
    both = world.audit(sources=[Told(plans)])
    assert both.balanced, both.as_text()
    assert both.total.rejected > before.total.rejected and both.trips == before.trips + len(plans)
    assert world.audit(sources=[Told(plans[1:])]).total.extra > 0
    assert (
        world.audit(
            sources=[Told([*plans, plan_of(straight_route(900.0), 7, trip_id="trp_x")])]
        ).total.missing
        > 0
    )


def test_a_trip_that_was_driven_and_backfilled_has_its_rows_twice_and_both_are_judged(world: World) -> None:
    plans = faulty_fleet()[:3]
    land(world.lake, sent_by(Fleet.of(plans), UNTIL_MS), "backfill/a/")
    report = world.audit(sources=[Told(plans)])
    assert report.balanced, report.as_text()


def test_a_plan_that_is_none_does_not_hide_the_others(world: World) -> None:
    MemoryPublisher(world.kafka).publish(PLANS, "trp_other", plan_to_json(faulty_fleet()[0]))
    report = world.audit()
    assert report.unusable_plans == 1 and report.balanced
