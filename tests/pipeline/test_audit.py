"""The audit on a world in memory whose lake is written by hand: it must see every fault that is seeded."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from rumbo.domain.plan import AmendmentKind, Plan
from rumbo.errors import InvalidInput, NotFound
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.events.topics import DRIVE_GROUP, PLANS, STREAM_GROUP
from rumbo.lake.read import polars_schema
from rumbo.lake.tables import REJECTED
from rumbo.motion import Fleet
from rumbo.pipeline import expected
from rumbo.pipeline.audit import audit
from rumbo.transport.memory import MemoryOffsets, MemoryPublisher, partition_of
from rumbo.transport.port import Committed, progress_to_metadata
from support.audited import DRIVEN_MS, POSITIONS, World
from support.trips import START_MS, plan_of, straight_route

TRIPS = ("trp_1", "trp_2", "trp_3")
LATER_MS = DRIVEN_MS + 5_000


def three_trips() -> list[Plan]:
    plans = [
        plan_of(straight_route(500.0 + 900 * number), seed=number, trip_id=trip_id)
        for number, trip_id in enumerate(TRIPS)
    ]
    return [*plans[:2], plans[2].amended(AmendmentKind.PAUSE, START_MS + 10_000)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, three_trips())


def test_a_lake_that_holds_what_was_sent_balances(world: World) -> None:
    world.land_all()
    report = world.audit()
    assert report.balanced and report.covered
    assert report.trips == len(TRIPS)
    assert report.total.sent == report.total.landed > 100
    assert report.as_dict()["topics"][TRIP_STATE.topic]["sent"] > 3
    assert report.until == "2026-09-21T14:14:20.000Z"
    assert "The ledger balances." in report.as_text()


def test_an_empty_lake_misses_everything(world: World) -> None:
    report = world.audit()
    assert not report.balanced
    assert report.total.missing == report.total.sent > 100


def test_a_world_that_nothing_drove_balances(world: World) -> None:
    world.kafka.offsets.clear()
    report = world.audit()
    assert report.balanced
    assert (report.total.sent, report.until) == (0, None)


def test_while_some_trips_were_not_driven_at_all_no_time_is_named_up_to_which_all_were_judged(
    world: World,
) -> None:
    world.land_all()
    world.kafka.offsets.clear()
    world.offsets.commit(DRIVE_GROUP, PLANS, {0: Committed(1, progress_to_metadata(DRIVEN_MS))})
    assert world.audit().until is None


def test_a_deleted_row_is_missing(world: World) -> None:
    world.land_all()
    DeltaTable(world.lake.table_path(POSITIONS)).delete("trip_id = 'trp_2' AND seq = 7")
    report = world.audit()
    assert not report.balanced
    assert report.topics[POSITION.topic].missing == 1
    finding = report.findings[0]
    assert (finding.problem, finding.trip_id, finding.seq) == ("missing", "trp_2", 7)


def test_a_row_that_stands_there_twice_is_doubled_and_repeats_its_place(world: World) -> None:
    world.land_all()
    world.change(
        lambda rows: pl.concat([rows, rows.filter((pl.col("trip_id") == "trp_1") & (pl.col("seq") == 3))])
    )
    report = world.audit()
    assert not report.balanced
    assert (report.total.doubled, report.total.missing, report.repeated_places) == (1, 0, 1)


def test_an_event_that_was_sent_twice_is_doubled_although_its_places_differ(world: World) -> None:
    world.land_all()
    again = (pl.col("trip_id") == "trp_1") & (pl.col("seq") == 3)
    world.change(
        lambda rows: pl.concat([rows, rows.filter(again).with_columns(kafka_offset=pl.lit(99_999, pl.Int64))])
    )
    report = world.audit()
    assert not report.balanced
    assert (report.total.doubled, report.repeated_places) == (1, 0)


def test_a_changed_byte_is_different(world: World) -> None:
    world.land_all()
    there = (pl.col("trip_id") == "trp_2") & (pl.col("seq") == 5)
    changed = pl.col("payload").str.replace('"lat":43', '"lat":44')
    world.change(lambda rows: rows.with_columns(payload=pl.when(there).then(changed).otherwise("payload")))
    report = world.audit()
    assert not report.balanced
    assert (report.total.different, report.total.missing, report.total.extra) == (1, 0, 0)


def test_a_trip_that_has_no_plan_is_extra(world: World) -> None:
    world.land_all()
    world.change(
        lambda rows: pl.concat(
            [rows, rows.head(2).with_columns(trip_id=pl.lit("trp_9"), kafka_partition=pl.lit(9, pl.Int32))]
        )
    )
    report = world.audit()
    assert not report.balanced
    assert (report.total.extra, report.trips) == (2, len(TRIPS))


def test_an_event_that_a_known_trip_never_sent_is_extra(world: World) -> None:
    world.land_all()
    foreign = {"seq": pl.lit(100_000, pl.Int64), "kafka_partition": pl.lit(9, pl.Int32)}
    world.change(lambda rows: pl.concat([rows, rows.head(1).with_columns(**foreign)]))
    assert world.audit().total.extra == 1


def test_rows_emitted_while_the_audit_reads_are_ahead_and_not_extra(world: World) -> None:
    world.land_all(LATER_MS)

    class Moving(MemoryOffsets):
        reads = 0

        def committed(self, group: str, topic: str) -> dict[int, Committed]:
            if group == DRIVE_GROUP:
                self.reads += 1
                if self.reads == 3:
                    world.drive(LATER_MS)
            return super().committed(group, topic)

    world.offsets = Moving(world.kafka)
    report = audit(
        world.lake, offsets=world.offsets, tables=world.tables, wait_s=1, pause=lambda seconds: None
    )
    assert report.balanced
    assert report.total.ahead > 0


def test_rows_beyond_the_workers_progress_are_extra(world: World) -> None:
    world.land_all(LATER_MS)
    report = world.audit()
    assert not report.balanced
    assert report.total.extra > 0


def reject(world: World, payloads: list[bytes]) -> None:
    """Records in landing/rejected, whatever the contract says of them."""
    rows = [
        {"kafka_offset": number, "payload": payload, "kafka_key": b"veh_2"}
        for number, payload in enumerate(payloads)
    ]
    frame = pl.DataFrame(rows).with_columns(
        kafka_topic=pl.lit(POSITION.topic), kafka_partition=8, broker_time=START_MS * 1000,
        ingest_time=START_MS * 1000, rule=pl.lit("not_json"), field=None, reason=pl.lit(""), broker_date=20_000,
    )  # fmt: skip
    whole = frame.select(REJECTED.names).cast(polars_schema(REJECTED))
    write_deltalake(world.lake.table_path(REJECTED), whole, mode="append")


def test_an_event_that_had_to_land_and_was_rejected_is_misjudged(world: World) -> None:
    world.land_all()
    gone = (pl.col("trip_id") == "trp_2") & (pl.col("seq") == 5)
    payload = world.rows().filter(gone)["payload"][0].encode()
    world.change(lambda rows: rows.filter(~gone))
    reject(world, [payload])
    report = world.audit()
    assert not report.balanced
    assert (report.total.misjudged, report.total.rejected, report.total.missing) == (1, 1, 0)
    assert report.foreign_rejected == 0


def test_an_event_that_landed_and_was_rejected_too_is_doubled(world: World) -> None:
    world.land_all()
    row = world.rows().filter((pl.col("trip_id") == "trp_2") & (pl.col("seq") == 5))
    reject(world, [row["payload"][0].encode()])
    report = world.audit()
    assert not report.balanced
    assert (report.total.doubled, report.total.rejected, report.foreign_rejected) == (1, 0, 0)


def test_rejected_records_of_others_do_not_count_even_if_they_claim_to_be_ours(world: World) -> None:
    world.land_all()
    reject(world, [b"\xff", b"[]", b'{"trip_id":"trp_2","seq":5}', b'{"trip_id":"trp_2","seq":1e99}'])
    report = world.audit()
    assert report.balanced
    assert (report.total.rejected, report.foreign_rejected) == (0, 4)


def test_one_trip_is_judged_alone(world: World) -> None:
    world.land_all()
    DeltaTable(world.lake.table_path(POSITIONS)).delete("trip_id = 'trp_2' AND seq = 7")
    assert world.audit(trip="trp_1").balanced
    assert not world.audit(trip="trp_2").balanced
    assert world.audit(trip="trp_1").trips == 1


def test_one_day_is_judged_alone(world: World) -> None:
    world.land_all()
    assert world.audit(date="2026-09-21").total.sent > 100
    empty = world.audit(date="2026-09-22")
    assert empty.balanced and empty.total.sent == 0


def test_a_trip_that_nobody_knows_is_not_found(world: World) -> None:
    world.land_all()
    with pytest.raises(NotFound):
        world.audit(trip="trp_404")


def test_a_date_that_is_none_is_invalid(world: World) -> None:
    with pytest.raises(InvalidInput):
        world.audit(date="yesterday")


def test_a_lake_behind_kafka_is_said_to_be_behind(world: World) -> None:
    world.land_all()
    MemoryPublisher(world.kafka).publish(POSITION.topic, "veh_1", b"x")
    report = world.audit()
    assert (report.covered, report.lag) == (False, 1)
    partition = partition_of("veh_1", 6)
    world.offsets.commit(STREAM_GROUP, POSITION.topic, {partition: 1})
    assert world.audit().covered


def test_a_plan_that_nobody_can_read_is_counted_and_its_rows_are_extra(world: World) -> None:
    world.land_all()
    MemoryPublisher(world.kafka).publish(PLANS, "trp_3", b"{}")
    report = world.audit()
    assert report.unusable_plans == 1
    assert report.total.extra > 0


def test_an_accepted_trip_whose_plan_cannot_be_driven_unbalances_the_ledger(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of(plans: list[Plan]) -> Fleet:
        if any(plan.trip_id == "trp_3" for plan in plans):
            raise ValueError("a plan that breaks motion")
        return Fleet.of(plans)

    monkeypatch.setattr(expected, "Fleet", type("Broken", (), {"of": staticmethod(of)}))
    world.land([record for record in world.sent() if record[1] not in {"trp_3", "veh_3"}])
    report = world.audit()
    assert (report.undrivable_plans, report.total.missing, report.total.extra) == (1, 0, 0)
    assert not report.balanced


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lat", pl.col("lat") + 1e-7),
        ("speed_limit_mps", pl.lit(None)),
        ("road_name", pl.lit("Rue")),
        ("eta", pl.col("eta") + pl.duration(milliseconds=1)),
        ("kafka_key", pl.lit("veh_9")),
        ("event_date", pl.col("event_date") + pl.duration(days=1)),
        ("power_kw", pl.lit(1.0)),
    ],
)
def test_a_column_that_is_not_what_the_bytes_beside_it_say_is_mistyped(
    world: World, column: str, value: pl.Expr
) -> None:
    world.land_all()
    there = (pl.col("trip_id") == "trp_2") & (pl.col("seq") == 5)
    world.change(lambda rows: rows.with_columns(pl.when(there).then(value).otherwise(column).alias(column)))
    report = world.audit()
    assert not report.balanced
    assert (report.total.mistyped, report.total.missing, report.total.different) == (1, 0, 0)


def test_a_second_row_of_an_event_is_found_wherever_in_time_it_stands(world: World) -> None:
    world.land_all()
    again = (pl.col("trip_id") == "trp_1") & (pl.col("seq") == 3)
    far = {
        "event_time": pl.col("event_time") + pl.duration(days=400),
        "kafka_offset": pl.lit(99_999, pl.Int64),
    }
    world.change(lambda rows: pl.concat([rows, rows.filter(again).with_columns(**far)]))
    report = world.audit()
    assert not report.balanced
    assert report.total.doubled == 1
    assert [(f.trip_id, f.seq) for f in report.findings] == [("trp_1", 3)]
