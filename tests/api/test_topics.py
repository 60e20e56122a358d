"""/topics: what Kafka holds and its tail, over the in-memory twin."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rumbo.api import topics as topics_module
from rumbo.api.models_pipeline import KafkaTopicsOut, RecordsOut
from rumbo.api.topics import Question, Topics
from rumbo.errors import Unavailable
from rumbo.transport.memory_browser import MemoryBrowser
from rumbo.transport.port import Look
from support.client import TestClient
from support.serving import House

POSITIONS = "/api/v1/topics/rumbo.positions/records"


def get(api: TestClient, path: str, status: int = 200) -> Any:
    answer = api.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
def sent(house: House) -> list[str]:
    """Thirty reports of five vehicles, a second apart; their payloads in that order."""
    payloads = []
    for n in range(30):
        house.clock.pass_s(1)
        payloads.append(f'{{"n":{n},"road":"Calle {n % 7}"}}')
        house.kafka.append("rumbo.positions", f"veh_{n % 5}", payloads[-1].encode())
    return payloads


def payloads(page: RecordsOut) -> list[str | None]:
    return [item.payload for item in page.items]


def test_every_topic_is_listed_with_its_offsets(api: TestClient, sent: list[str]) -> None:
    of = {topic.name: topic for topic in KafkaTopicsOut.model_validate(get(api, "/api/v1/topics")).items}
    assert list(of) == [
        "rumbo.plans", "rumbo.clock", "rumbo.geofences", "rumbo.positions", "rumbo.trip-states", "rumbo.alerts",
    ]  # fmt: skip
    assert (of["rumbo.positions"].records, of["rumbo.alerts"].records) == (30, 0)
    assert sum(partition.next for partition in of["rumbo.positions"].partitions) == 30
    assert of["rumbo.plans"].cleanup == "compact"


def test_the_tail_gives_the_newest_of_all_partitions_in_order_and_goes_on_from_there(
    api: TestClient, house: House, sent: list[str]
) -> None:
    page = RecordsOut.model_validate(get(api, f"{POSITIONS}?limit=10"))
    assert payloads(page) == sent[-10:]
    assert page.behind == 0
    again = RecordsOut.model_validate(get(api, f"{POSITIONS}?cursor={page.next_cursor}"))
    assert (again.items, again.next_cursor) == ([], page.next_cursor)
    house.kafka.append("rumbo.positions", "veh_9", b"news")
    more = RecordsOut.model_validate(get(api, f"{POSITIONS}?cursor={page.next_cursor}"))
    assert payloads(more) == ["news"]


def test_from_an_offset_on_every_record_of_the_partition_comes_once(
    api: TestClient, house: House, sent: list[str]
) -> None:
    logs = house.kafka.logs["rumbo.positions"]
    partition = max(range(len(logs)), key=lambda p: len(logs[p]))
    got, url = [], f"{POSITIONS}?partition={partition}&from=2&limit=3"
    while True:
        page = RecordsOut.model_validate(get(api, url))
        got += [(item.offset, item.payload) for item in page.items]
        if not page.behind:
            break
        url = f"{POSITIONS}?partition={partition}&limit=3&cursor={page.next_cursor}"
    assert got == [(r.offset, (r.value or b"").decode()) for r in logs[partition][2:]]


def test_a_filter_finds_text_in_key_and_payload_whatever_the_case(api: TestClient, sent: list[str]) -> None:
    found = RecordsOut.model_validate(get(api, f"{POSITIONS}?q=CALLE%203"))
    assert payloads(found) == [one for one in sent if "Calle 3" in one]
    assert found.searched == 30
    assert len(get(api, f"{POSITIONS}?q=veh_4&limit=200")["items"]) == 6
    assert get(api, f"{POSITIONS}?q=nowhere")["items"] == []


def test_the_newest_that_fit_are_found_far_back_within_what_one_request_may_look_through(
    api: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics_module, "STRIDE", 60)
    monkeypatch.setattr(topics_module, "SEARCHED", 400)
    for n in range(1_000):
        house.kafka.append("rumbo.positions", "veh_1", b"needle" if n in {5, 900} else b"hay")
    page = get(api, f"{POSITIONS}?q=needle")
    (found,) = page["items"]
    assert found["offset"] == 900, "the other lies too far back"
    assert 400 <= page["searched"] < 500


def test_tombstones_and_bytes_that_are_no_text_are_shown(api: TestClient, house: House) -> None:
    house.kafka.append("rumbo.positions", "veh_1", None)
    house.kafka.append("rumbo.positions", "veh_1", b"\xff{")
    first, second = get(api, POSITIONS)["items"]
    assert (first["payload"], first["size"]) == (None, 0)
    assert (second["payload"], second["size"]) == ("\ufffd{", 2)


def test_a_long_payload_is_cut_and_alone_it_is_whole(api: TestClient, house: House) -> None:
    house.kafka.append("rumbo.plans", "trp_1", b"x" * 30_000)
    (cut,) = get(api, "/api/v1/topics/rumbo.plans/records?limit=200")["items"]
    assert (len(cut["payload"]), cut["size"], cut["cut"]) == (10_000, 30_000, True)
    (whole,) = get(api, "/api/v1/topics/rumbo.plans/records?limit=1")["items"]
    assert (len(whole["payload"]), whole["cut"]) == (30_000, False)


def test_records_too_large_for_one_look_leave_no_gap_at_the_end(house: House) -> None:
    class Narrow(MemoryBrowser):
        def look(self, topic: str, spans: Any, timeout_s: float = 2.0, max_bytes: int = 0) -> Look:
            return super().look(topic, spans, timeout_s, 2_500)

    for n in range(20):
        house.kafka.append("rumbo.plans", "trp_1", b"%04d" % n + b"x" * 996)
    page = Topics(Narrow(house.kafka)).records("rumbo.plans", Question(limit=5), None)
    assert [item["payload"][:4] for item in page["items"]] == ["0015", "0016", "0017", "0018", "0019"]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("rumbo.nothing/records", 404, "rumbo.nothing"),
        ("__consumer_offsets/records", 404, "no topic"),
        ("rumbo.positions/records?partition=17", 422, "?partition"),
        ("rumbo.positions/records?partition=0&from=99999", 422, "?from"),
        ("rumbo.positions/records?from=0", 422, "?partition"),
        ("rumbo.positions/records?from=yesterday", 422, "?from"),
        ("rumbo.positions/records?limit=201", 422, "?limit"),
        ("rumbo.positions/records?cursor=bm9uc2Vuc2U", 422, "?cursor"),
        ("rumbo.positions/records?offset=3", 422, "?offset"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_that_says_what(
    api: TestClient, sent: list[str], path: str, status: int, says: str
) -> None:
    found = get(api, f"/api/v1/topics/{path}", status)
    assert says in json.dumps(found) and found["hint"]


def test_without_a_broker_it_is_unavailable(api: TestClient, house: House) -> None:
    house.kafka.down = True
    get(api, "/api/v1/topics", 503)
    get(api, POSITIONS, 503)


def test_too_many_at_once_are_sent_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics_module, "AT_ONCE", 1)
    refused: list[str] = []

    class Asking(MemoryBrowser):
        def extents(self, topic: str) -> Any:
            with pytest.raises(Unavailable) as found:
                busy.all()
            refused.append(str(found.value))
            return super().extents(topic)

    busy = Topics(Asking(house.kafka), patience_s=0.01)
    busy.records("rumbo.clock", Question(), None)
    assert refused == ["1 others look into Kafka already. Try again."]
