"""GET /metrics: what Prometheus reads, and that it comes whatever is away."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import write_deltalake
from prometheus_client.parser import text_string_to_metric_families

from rumbo.api import metrics_samples
from rumbo.api.job_records import Job, JobState
from rumbo.api.lake_days import LakeDays
from rumbo.api.looks import Look
from rumbo.api.metrics import CONTENT_TYPE, Metrics
from rumbo.api.metrics_samples import ACCOUNTS, audit_samples, day_samples
from rumbo.api.metrics_table import METRICS, Kind
from rumbo.errors import Unavailable
from rumbo.events.topics import DRIVE_GROUP, PLANS, POSITIONS, STREAM_GROUP, TRIP_STATES
from rumbo.lake.figures import StreamFigures
from rumbo.lake.read import polars_schema
from rumbo.lake.refined.records import QUALITY_RESULTS, REFINED_DAYS
from rumbo.lake.tables import TableSpec
from rumbo.pipeline.ledger import PROBLEMS, AlertsLedger, AuditReport, TopicLedger
from rumbo.transport.port import Committed, progress_to_metadata
from support.client import TestClient
from support.lake_rows import positions, put
from support.serving import NOON_MS, House, trip_body

NOON_S = NOON_MS / 1000
DAY_S = 86_400
RUN = "2026-03-04_1772700000000_aaaa"

type Found = dict[tuple[str, ...], float]
"""(name, values of the labels…) -> value."""


def scrape_once(api: TestClient) -> Found:
    answer = api.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, CONTENT_TYPE)
    return read(answer.text)


def scrape(api: TestClient) -> Found:
    """As Prometheus does, until the lake has been looked at: a scrape does not wait for that."""
    deadline = time.monotonic() + 60
    while "lake" not in parts(found := scrape_once(api)):
        assert time.monotonic() < deadline, found
    return found


def read(text: str) -> Found:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def parts(found: Found) -> dict[str, float]:
    return {key[1]: value for key, value in found.items() if key[0] == "rumbo_part_up"}


def stream_reports(house: House, **more: Any) -> None:
    figures = StreamFigures(house.clock(), NOON_MS, **more)
    house.offsets.commit(STREAM_GROUP, TRIP_STATES, {0: Committed(0, figures.to_json())})


def worker_drives(house: House, world_ms: int) -> None:
    house.offsets.commit(DRIVE_GROUP, PLANS, {0: Committed(1, progress_to_metadata(world_ms))})


def test_the_figures_of_the_pipeline_are_told(api: TestClient, house: House) -> None:
    for n in range(10):
        house.kafka.append(POSITIONS, f"v{n}", b"{}")
    house.offsets.commit(STREAM_GROUP, POSITIONS, {0: Committed(1)})
    ends = house.offsets.end_offsets(POSITIONS)
    stream_reports(
        house, last_batch_ms=NOON_MS - 1_500, batch_duration_ms=640,
        rows_landed={"positions": 7, "trip_states": 2, "alerts": 1, "rejected": 3},
    )  # fmt: skip
    house.clock.pass_s(20)
    worker_drives(house, NOON_MS + 19_800)
    found = scrape(api)
    assert parts(found) == {"broker": 1, "stream": 1, "worker": 1, "database": 1, "lake": 1}
    assert found["rumbo_build_info", "test"] == 1
    assert found["rumbo_topic_end_offset", POSITIONS] == 10
    assert found["rumbo_topic_landed_offset", POSITIONS] == 1
    assert found["rumbo_topic_lag_records", POSITIONS] == 10 - min(1, ends[0])
    assert found["rumbo_topic_lag_records", TRIP_STATES] == 0
    rows = {key[1]: value for key, value in found.items() if key[0] == "rumbo_landed_rows_total"}
    assert rows == {"positions": 7, "trip_states": 2, "alerts": 1}
    assert found["rumbo_rejected_rows_total",] == 3
    assert found["rumbo_stream_last_batch_timestamp_seconds",] == NOON_S - 1.5
    assert found["rumbo_stream_batch_duration_seconds",] == 0.64
    assert found["rumbo_worker_behind_seconds",] == 0.2
    assert (found["rumbo_world_timestamp_seconds",], found["rumbo_world_rate",]) == (NOON_S + 20, 1)


def test_a_stream_that_never_spoke_has_no_figures(api: TestClient) -> None:
    found = scrape(api)
    assert parts(found)["stream"] == 0
    assert not [
        key for key in found if key[0].startswith(("rumbo_stream_", "rumbo_landed", "rumbo_rejected"))
    ]


def test_clients_of_the_live_socket_are_counted(api: TestClient) -> None:
    assert scrape(api)["rumbo_live_clients",] == 0
    with api.websocket_connect("/api/v1/live", headers={"host": "127.0.0.1:8000"}) as socket:
        socket.receive_json()
        assert scrape(api)["rumbo_live_clients",] == 1


def test_without_a_broker_its_part_is_at_0_and_what_waits_for_it_is_counted(
    api: TestClient, house: House, vehicle: str
) -> None:
    assert parts(scrape(api))["broker"] == 1
    house.kafka.down = True
    api.post("/api/v1/trips", json=trip_body(vehicle))
    found = scrape(api)
    assert parts(found) == {"broker": 0, "stream": 0, "worker": 0, "database": 1, "lake": 1}
    assert found["rumbo_outbox_waiting",] == 1
    assert not [key for key in found if key[0].startswith("rumbo_topic_")], "nobody knows them now"


def test_without_a_database_its_part_is_at_0(
    api: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise Unavailable("postgresql://rumbo:s3cret@db does not answer.")

    monkeypatch.setattr(house.database, "read", away)
    answer = api.get("/metrics")
    found = read(answer.text)
    assert (parts(found)["database"], parts(found)["broker"]) == (0, 1)
    assert ("rumbo_outbox_waiting",) not in found
    assert "s3cret" not in answer.text, "what is wrong is told by /api/v1/health, to those who may ask it"


def test_a_lake_that_cannot_be_read_is_at_0_and_the_rest_is_told(api: TestClient, house: House) -> None:
    put(house.lake, "landing.positions", positions("trp_1", 5))
    Path(house.path, "lake", "landing", "positions", "_delta_log", f"{0:020}.json").write_text("{")
    found = scrape(api)
    assert (parts(found)["lake"], parts(found)["broker"]) == (0, 1)
    assert not [key for key in found if key[0].startswith("rumbo_day")]


def test_a_part_that_hangs_holds_no_scrape_up(
    api: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def hangs(*_: Any) -> Any:
        gate.wait(60)
        raise Unavailable("It hung.")

    monkeypatch.setattr(house.offsets, "end_offsets", hangs)
    monkeypatch.setattr(LakeDays, "grid", hangs)
    try:
        found = scrape_once(api)
    finally:
        gate.set()
    assert (parts(found)["broker"], parts(found)["database"]) == (0, 1)
    assert "lake" not in parts(found), "nobody knows yet"


@pytest.mark.parametrize("host", ["evil.example", ""])
def test_who_asks_under_a_foreign_name_is_not_answered(api: TestClient, host: str) -> None:
    assert api.get("/metrics", headers={"host": host}).status_code == 421


def test_they_are_read_only_and_carry_the_security_headers(api: TestClient) -> None:
    assert api.post("/metrics").status_code == 405
    headers = api.get("/metrics").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_what_nobody_foresaw_is_a_problem_that_tells_nothing(
    api: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise ValueError("the secret of the house")

    monkeypatch.setattr(house.jobs, "page", fail)
    answer = api.get("/metrics")
    assert answer.status_code == 500 and answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


# Days of the lake.


def note(house: House, spec: TableSpec, rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows, schema=polars_schema(spec), orient="row")
    write_deltalake(house.lake.table_path(spec), frame, mode="append", partition_by=list(spec.partition_by))


def test_days_are_counted_by_layer_as_the_lake_has_them(api: TestClient, house: House) -> None:
    for number in (3, 4, 5):
        put(house.lake, "landing.positions", positions(f"trp_{number}", 5, day=number))
    day = date(2026, 3, 4)
    at = datetime(2026, 3, 5, 2, tzinfo=UTC)
    landed = json.dumps({"positions": 5})
    row = {"day": day, "layer": "staging", "run": RUN, "landed": landed, "recorded_at": at}
    broken = {
        "day": day, "run": RUN, "layer": "common", "table_name": "trip_facts", "rule": "holds",
        "severity": "error", "description": "Holds.", "passed": 0, "rows_checked": 5, "rows_broken": 1,
        "sample": None, "checked_at": at,
    }  # fmt: skip
    note(house, REFINED_DAYS, [row])
    note(house, QUALITY_RESULTS, [broken])
    found = scrape(api)
    assert found["rumbo_days_refined", "staging"] == 1 and found["rumbo_days_refined", "common"] == 0
    assert found["rumbo_days_failed", "staging"] == 0 and found["rumbo_days_failed", "common"] == 1
    assert found["rumbo_days_waiting", "staging"] == 1, "the 3rd; the 5th is not over"
    assert found["rumbo_days_waiting", "common"] == 1, "the 4th waits for a person"
    midnight = NOON_S - DAY_S / 2
    assert found["rumbo_day_refined_timestamp_seconds", "staging"] == midnight - DAY_S
    assert ("rumbo_day_refined_timestamp_seconds", "common") not in found
    assert found["rumbo_day_waiting_timestamp_seconds", "common"] == midnight - DAY_S
    assert found["rumbo_refinement_timestamp_seconds", "staging"] == at.timestamp()


def cell(state: str = "ok", run: str | None = RUN, *, stale: bool = False) -> dict[str, Any]:
    return {"state": state, "run": run, "refined_at": "2026-03-05T02:00:00Z" if run else None, "stale": stale}


@pytest.mark.parametrize(
    ("of", "waits"),
    [
        (cell(), False),
        (cell("warning"), False),
        (cell("none", None), True),
        (cell(stale=True), True),
        (cell("failed", None), False),
        (cell("failed", stale=True), False),
    ],
)
def test_a_day_waits_until_it_is_refined_of_all_that_landed(of: dict[str, Any], waits: bool) -> None:
    days = [{"day": "2026-03-04", "staging": of, "common": cell()}]
    found = {(name, *labels): value for name, labels, value in day_samples(days, NOON_MS)}
    assert found["days_waiting", "staging"] == int(waits)
    assert (("day_waiting_timestamp_seconds", "staging") in found) is waits


def test_which_days_wait_is_not_known_without_world_time() -> None:
    days = [{"day": "2026-03-04", "staging": cell("none", None), "common": cell("none", None)}]
    names = {name for name, _, _ in day_samples(days, None)}
    assert "days_refined" in names and "days_waiting" not in names


# Audits.


def audit_job(report: AuditReport | None, ended_ms: int | None = NOON_MS) -> Job:
    result = None if report is None else json.loads(json.dumps(report.as_dict()))
    return Job("job_1", "audit", {}, NOON_MS, JobState.DONE, ended_ms=ended_ms, result=result)


def test_the_last_audit_that_came_to_a_result_is_told() -> None:
    ledger = TopicLedger(sent=100, landed=95, rejected=2, dropped_by_fault=2, missing=1, different=3)
    unbalanced = AuditReport({POSITIONS: ledger}, alerts=AlertsLedger(repeated_ids=4), repeated_places=5)
    newest_first = [audit_job(None, None), audit_job(unbalanced), audit_job(AuditReport({}), NOON_MS - 9_000)]
    found = {(name, *labels): value for name, labels, value in audit_samples(newest_first)}
    assert found["audit_balanced",] == 0 and found["audit_timestamp_seconds",] == NOON_S
    assert [found["audit_events", account] for account in ACCOUNTS] == [100, 95, 2, 2]
    wrong = {key[1:]: value for key, value in found.items() if key[0] == "audit_problems" and value}
    assert wrong == {
        ("events", "missing"): 1, ("events", "different"): 3, ("events", "repeated_places"): 5,
        ("alerts", "repeated_ids"): 4,
    }  # fmt: skip


def test_an_audit_that_balances_says_so_and_none_says_nothing() -> None:
    found = {name: value for name, labels, value in audit_samples([audit_job(AuditReport({}))]) if not labels}
    assert found == {"audit_balanced": 1, "audit_timestamp_seconds": NOON_S}
    assert list(audit_samples([])) == [] == list(audit_samples([audit_job(None)]))


def test_the_problems_are_those_that_the_audit_knows() -> None:
    assert metrics_samples.PROBLEMS["events"] == (*PROBLEMS, "repeated_places", "undrivable_plans")
    result = AuditReport({}).as_dict()
    assert {*ACCOUNTS, *metrics_samples.PROBLEMS["events"]} <= set(result)
    for problem in metrics_samples.PROBLEMS["alerts"]:
        assert not replace(AlertsLedger(), **{problem: 1}).balanced
    assert set(metrics_samples.PROBLEMS["alerts"]) <= set(result["alerts"])


# The table, and the looks.


def test_names_have_their_units_and_counters_their_ending() -> None:
    for metric in METRICS.values():
        assert (metric.kind is Kind.COUNTER) == metric.name.endswith("_total"), metric.name
        assert metric.help.endswith(".") and metric.name.islower()
        assert not set(metric.name.split("_")) & {"ms", "minutes", "hours", "millis"}, "seconds"


def test_a_metric_that_is_not_declared_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rumbo.api.metrics.audit_samples", lambda _: [("secret_of_the_house", (), 1.0)])
    services = house.services()
    metrics = Metrics(house.status, house.world, services.days, house.jobs, lambda: 0, lambda: 0)
    with pytest.raises(KeyError, match="secret_of_the_house"):
        metrics.text()
    metrics.close()


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


def test_a_look_is_taken_again_only_when_it_is_time(threads: ThreadPoolExecutor) -> None:
    clock, taken = Clock(), list[int]()

    def compute() -> int:
        taken.append(1)
        return len(taken)

    look = Look(compute, 60, 300, clock)
    for now_s, expected in ((0, 1), (59, 1), (60, 2), (119, 2), (120, 3)):
        clock.now_s = now_s
        look.begin(threads)
        assert look.value(10) == expected


def test_a_value_stands_in_for_one_that_cannot_be_had_for_a_while(threads: ThreadPoolExecutor) -> None:
    clock, away = Clock(), False

    def compute() -> str:
        if away:
            raise Unavailable("Away.")
        return "here"

    look = Look(compute, 60, 300, clock)
    look.begin(threads)
    assert look.value(10) == "here"
    away = True
    for now_s, expected, failed in ((60, "here", True), (300, "here", True), (301, None, True)):
        clock.now_s = now_s
        look.begin(threads)
        assert (look.value(10), look.failed) == (expected, failed)
    away = False
    look.begin(threads)
    assert (look.value(10), look.failed) == ("here", False)


def test_one_look_is_under_way_at_a_time(threads: ThreadPoolExecutor) -> None:
    gate, begun = threading.Event(), list[int]()

    def compute() -> int:
        begun.append(1)
        gate.wait(60)
        return len(begun)

    look = Look(compute, 0, 0, Clock())
    for _ in range(3):
        look.begin(threads)
        assert look.value(0) is None
    gate.set()
    assert look.value(10) == 1
