from __future__ import annotations

import threading
from typing import Any

import pytest

from rumbo.api.models import HealthOut, PipelineOut
from rumbo.api.status import Cached
from rumbo.events.topics import DRIVE_GROUP, PLANS, POSITIONS, STREAM_GROUP, TRIP_STATES
from rumbo.lake.figures import StreamFigures
from rumbo.transport.port import Committed, progress_to_metadata
from support.client import TestClient
from support.serving import NOON_MS, House, trip_body


def stream_reports(house: House, **more: Any) -> None:
    text = StreamFigures(house.clock(), NOON_MS, **more).to_json()
    house.offsets.commit(STREAM_GROUP, POSITIONS, {0: Committed(3, text), 1: Committed(4, text)})


def worker_drives(house: House, *world_ms: int) -> None:
    notes = {p: Committed(1, progress_to_metadata(ms)) for p, ms in enumerate(world_ms)}
    house.offsets.commit(DRIVE_GROUP, PLANS, notes)


def parts(api: TestClient) -> dict[str, str]:
    answer = api.get("/api/v1/health")
    found = HealthOut.model_validate(answer.json())
    states: dict[str, str] = {name: part.status for name, part in found.parts.items()}
    well = all(state == "ok" for state in states.values())
    assert answer.status_code == (200 if well else 503) and found.status == ("ok" if well else "degraded")
    assert all(part.detail for part in found.parts.values() if part.status != "ok"), "it says what is wrong"
    return states


def test_health_is_ok_only_when_all_four_parts_work(api: TestClient, house: House) -> None:
    assert parts(api) == {"broker": "ok", "stream": "degraded", "worker": "degraded", "database": "ok"}
    stream_reports(house)
    worker_drives(house, NOON_MS, NOON_MS)
    assert set(parts(api).values()) == {"ok"}


def test_a_silent_stream_and_a_worker_that_falls_behind_are_named(api: TestClient, house: House) -> None:
    stream_reports(house)
    worker_drives(house, NOON_MS + 31_000, NOON_MS)
    house.clock.pass_s(31)
    assert parts(api) == {"broker": "ok", "stream": "degraded", "worker": "degraded", "database": "ok"}


def test_a_stream_that_reports_but_lands_nothing_of_what_waits_is_named(
    api: TestClient, house: House
) -> None:
    worker_drives(house, NOON_MS + 600_000)
    house.kafka.append(POSITIONS, "v", b"{}")
    stream_reports(house, behind_since_ms=house.clock())
    house.clock.pass_s(120)
    stream_reports(house, behind_since_ms=NOON_MS)
    assert parts(api)["stream"] == "ok"
    house.clock.pass_s(1)
    stream_reports(house, behind_since_ms=NOON_MS)
    assert parts(api)["stream"] == "degraded"
    detail = api.get("/api/v1/health").json()["parts"]["stream"]["detail"]
    assert "landed nothing for 121 s" in detail
    stream_reports(house)
    assert parts(api)["stream"] == "ok"


def test_a_stream_without_its_alerts_works_and_says_so(api: TestClient, house: House) -> None:
    stream_reports(house, alerts_trouble="Kafka is away.")
    assert parts(api)["stream"] == "ok"
    detail = api.get("/api/v1/health").json()["parts"]["stream"]["detail"]
    assert detail == "No alerts for now: Kafka is away."


def test_without_a_broker_health_answers_all_the_same(api: TestClient, house: House) -> None:
    house.kafka.down = True
    assert parts(api)["broker"] == "degraded" and parts(api)["database"] == "ok"
    assert api.get("/api/v1/pipeline").status_code == 503


def test_progress_that_hangs_holds_no_health_up(
    api: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, committed, overdue = threading.Event(), house.offsets.committed, list[str]()

    def hangs(group: str, topic: str) -> dict[int, Committed]:
        if not gate.wait(20):
            overdue.append(group)
        return committed(group, topic)

    monkeypatch.setattr(house.offsets, "committed", hangs)
    try:
        assert parts(api) == {"broker": "ok", "stream": "degraded", "worker": "degraded", "database": "ok"}
        assert api.get("/api/v1/health").json()["world"] is None and overdue == []
    finally:
        gate.set()


def test_plans_that_wait_in_the_outbox_show_at_the_broker(
    api: TestClient, house: House, vehicle: str
) -> None:
    house.kafka.down = True
    api.post("/api/v1/trips", json=trip_body(vehicle))
    house.kafka.down = False
    assert "outbox" in api.get("/api/v1/health").json()["parts"]["broker"]["detail"]
    house.relay.drain()
    assert parts(api)["broker"] == "ok"


def test_the_pipeline_says_how_far_events_have_come(api: TestClient, house: House) -> None:
    for n in range(10):
        house.kafka.append(POSITIONS, f"v{n}", b"{}")
    ends = house.offsets.end_offsets(POSITIONS)
    house.offsets.commit(STREAM_GROUP, POSITIONS, {p: Committed(max(0, end - 1)) for p, end in ends.items()})
    figures = StreamFigures(
        NOON_MS, NOON_MS, 3, NOON_MS, batch_duration_ms=640, rows_per_s=5, rows_landed={"positions": 7}
    )
    house.offsets.commit(STREAM_GROUP, TRIP_STATES, {0: Committed(0, figures.to_json())})
    worker_drives(house, NOON_MS - 200)
    found = PipelineOut.model_validate(api.get("/api/v1/pipeline").json())
    lag = sum(1 for end in ends.values() if end)
    assert found.topics[POSITIONS].model_dump() == {"end_offset": 10, "landed": 10 - lag, "lag": lag}
    assert found.stream.rows_landed == {"positions": 7, "trip_states": 0, "rejected": 0}
    assert found.stream.last_batch_at == "2026-03-05T12:00:00.000Z" and found.stream.rows_per_s == 5
    assert found.worker.behind_ms == 200 and found.world.rate == 1


@pytest.mark.parametrize("note", ["", "nonsense", "[]", '{"at_ms": 1}'])
def test_a_note_of_the_stream_that_cannot_be_read_is_as_none(
    api: TestClient, house: House, note: str
) -> None:
    house.offsets.commit(STREAM_GROUP, POSITIONS, {0: Committed(0, note)})
    assert PipelineOut.model_validate(api.get("/api/v1/pipeline").json()).stream.rows_per_s == 0
    assert parts(api)["stream"] == "degraded"


def test_the_world_is_told(api: TestClient, house: House) -> None:
    house.clock.pass_s(1.5)
    worker_drives(house, NOON_MS + 1_000, NOON_MS + 500)
    assert api.get("/api/v1/world").json() == {
        "time": "2026-03-05T12:00:01.500Z", "rate": 1.0, "paused": False, "revision": 0,
        "behind_ms": 1000, "behind_s": 1.0,
    }  # fmt: skip


def test_a_cached_value_is_computed_once_for_all_who_ask_at_once() -> None:
    asked, now_s = [], 0.0
    gate = threading.Event()

    def compute() -> int:
        gate.wait(10)
        asked.append(1)
        return len(asked)

    cached = Cached(compute, 1.0, lambda: now_s)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(cached.get())) for _ in range(5)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert found == [1] * 5
    now_s = 1.0
    assert cached.get() == 2
