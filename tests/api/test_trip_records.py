"""What is known of one trip: tracks, events, facts, a report's trace, files; and the trips that only the lake knows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest

from rumbo.api.models_trip_records import EventsOut, FactsOut, LakeTripsOut, ReportOut, TracksOut
from support.client import TestClient
from support.lake_rows import put
from support.serving import House, trip_body

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
FLAGS = ("is_late", "is_out_of_order", "is_gap", "is_jump", "is_frozen", "is_clock_off")


def get(api: TestClient, path: str, status: int = 200) -> Any:
    answer = api.get(f"/api/v1{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def reports(trip: str, count: int, *, layer: str = "landing", **more: Any) -> list[dict[str, Any]]:
    """A report a second from noon on, going north; partition 3, offsets from 100 on."""
    rows = []
    for seq in range(count):
        row = {
            "trip_id": trip, "vehicle_id": "veh_lake", "seq": seq, "lat": 45.0 + seq / 1e4, "lon": -5.0,
            "speed_mps": 10.0, "speed_limit_mps": 13.89, "distance_m": 11.0 * seq,
            "event_time": NOON + timedelta(seconds=seq), "event_date": NOON.date(), "kafka_topic": "rumbo.positions",
            "kafka_partition": 3, "kafka_offset": 100 + seq,
        }  # fmt: skip
        if layer == "staging":
            row |= {"copies": 1} | dict.fromkeys(FLAGS, 0)
        rows.append(row | more)
    return rows


def change(trip: str, seq: int, at_s: int, state: str, reason: str | None = None) -> dict[str, Any]:
    return {
        "trip_id": trip, "vehicle_id": "veh_lake", "seq": seq, "event_time": NOON + timedelta(seconds=at_s),
        "event_date": NOON.date(), "state": state, "reason": reason, "lat": 45.0, "lon": -5.0,
        "distance_m": float(at_s),
        "remaining_m": 600.0 - at_s, "eta": NOON + timedelta(seconds=90), "kafka_offset": seq,
    }  # fmt: skip


@pytest.fixture
def driven(api: TestClient, vehicle: str, house: House) -> str:
    """A trip planned here that has been driving for half a minute."""
    trip = api.post("/api/v1/trips", json=trip_body(vehicle, seed=7)).json()["id"]
    house.clock.pass_s(30)
    return str(trip)


@pytest.fixture
def backfilled(house: House) -> str:
    """A trip that only the lake knows: 60 reports, a stop at a signal, arrived."""
    trip = "trp_lake"
    put(house.lake, "landing.positions", reports(trip, 60, kafka_topic="backfill/deliveries/1"))
    states = [
        change(trip, 0, -60, "scheduled"), change(trip, 1, 0, "driving"), change(trip, 2, 20, "waiting", "signal"),
        change(trip, 3, 35, "driving"), change(trip, 4, 60, "arrived"),
    ]  # fmt: skip
    put(house.lake, "landing.trip_states", states)
    put(house.lake, "staging.trip_states", states)
    return trip


def test_the_truth_goes_on_while_the_trip_drives_and_is_where_the_trip_is(
    api: TestClient, driven: str, house: House
) -> None:
    found = TracksOut.model_validate(get(api, f"/trips/{driven}/tracks?layers=truth,planned"))
    truth, planned = found.truth, found.planned
    assert truth is not None and planned is not None and found.reported is None and found.cleaned is None
    assert 0 <= truth.time_ms[0] - 1_772_712_000_000 < 100, "the broker says when it began"
    assert truth.time_ms[-1] == 1_772_712_030_000
    assert truth.time_ms == sorted(set(truth.time_ms))
    assert {len(truth.lat), len(truth.lon), len(truth.speed_mps), len(truth.limit_mps)} == {
        len(truth.time_ms)
    }
    now = get(api, f"/trips/{driven}")
    assert truth.lat[-1] == pytest.approx(now["position"]["lat"], abs=1e-7)
    assert truth.speed_mps[-1] == pytest.approx(now["position"]["speed_mps"], abs=0.01)
    assert truth.distance_m[0] == 0 and truth.distance_m == sorted(truth.distance_m)
    assert planned.distance_m[-1] == pytest.approx(now["route"]["distance_m"], abs=0.2)
    assert planned.speed_mps[: len(truth.speed_mps) - 1] == truth.speed_mps[:-1], (
        "nobody has changed anything"
    )
    house.clock.pass_s(10)
    later = TracksOut.model_validate(get(api, f"/trips/{driven}/tracks?layers=truth")).truth
    assert later is not None and later.time_ms[-1] == truth.time_ms[-1] + 10_000


def test_a_pause_parts_the_truth_from_the_plan(api: TestClient, driven: str, house: House) -> None:
    api.post(f"/api/v1/trips/{driven}/pause")
    house.clock.pass_s(60)
    found = TracksOut.model_validate(get(api, f"/trips/{driven}/tracks?layers=truth,planned"))
    assert found.truth is not None and found.planned is not None
    assert (
        found.truth.speed_mps[-1] == 0 and max(found.planned.distance_m) > max(found.truth.distance_m) + 300
    )
    states = [one for one in get(api, f"/trips/{driven}/events")["items"] if one["kind"] == "state"]
    assert [one["name"] for one in states][-1] == "paused"
    facts = FactsOut.model_validate(get(api, f"/trips/{driven}/facts"))
    assert facts.delay_s is None and facts.end_at is None and facts.state == "paused"


def test_a_trip_to_come_has_a_plan_and_no_truth(api: TestClient, vehicle: str) -> None:
    trip = api.post("/api/v1/trips", json=trip_body(vehicle, start_at="2026-03-06T12:00:00Z")).json()["id"]
    found = get(api, f"/trips/{trip}/tracks?layers=truth,planned,reported,cleaned")
    assert (found["truth"], found["reported"], found["cleaned"]) == (None, None, None)
    assert found["planned"]["distance_m"][-1] > 1_000
    facts = FactsOut.model_validate(get(api, f"/trips/{trip}/facts"))
    assert (facts.begin_at, facts.planned_begin_at, facts.distance_m) == (None, "2026-03-06T12:00:00.000Z", 0)
    assert facts.planned_end_at is not None and facts.planned_end_at > "2026-03-06T12:00:30"


def test_reports_come_with_their_places_in_kafka_each_copy_and_in_order(
    api: TestClient, driven: str, house: House
) -> None:
    rows = reports(driven, 5)
    put(house.lake, "landing.positions", [*rows[3:], *rows[:3], rows[2] | {"kafka_offset": 900}])
    put(house.lake, "landing.positions", reports("trp_other", 4))
    clean = reports(driven, 5, layer="staging")
    clean[2] |= {"copies": 2}
    clean[3] |= {"is_jump": 1, "is_late": 1}
    put(house.lake, "staging.positions", clean)
    found = TracksOut.model_validate(get(api, f"/trips/{driven}/tracks?layers=reported,cleaned"))
    reported, cleaned = found.reported, found.cleaned
    assert reported is not None and cleaned is not None and found.truth is None
    assert reported.seq == [0, 1, 2, 2, 3, 4] and reported.rows == 6
    assert reported.offset == [100, 101, 102, 900, 103, 104] and set(reported.partition) == {3}
    assert (reported.topics, set(reported.topic)) == (["rumbo.positions"], {0})
    assert reported.time_ms[1] - reported.time_ms[0] == 1_000 and reported.limit_mps[0] == 13.89
    assert cleaned.seq == [0, 1, 2, 3, 4]
    names = [
        [label for bit, label in enumerate(found.flag_labels) if flags >> bit & 1] for flags in cleaned.flags
    ]
    assert names == [[], [], ["doubled"], ["late", "jump"], []]
    flagged = [one for one in get(api, f"/trips/{driven}/events")["items"] if one["kind"] == "report"]
    assert [(one["seq"], one["flags"]) for one in flagged] == [(2, ["doubled"]), (3, ["late", "jump"])]


def test_of_many_reports_an_even_selection_is_given_with_all_that_are_flagged(
    api: TestClient, driven: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rumbo.api.trip_records.MOST", 20)
    rows = reports(driven, 200, layer="staging")
    rows[77] |= {"is_gap": 1}
    put(house.lake, "staging.positions", rows)
    cleaned = get(api, f"/trips/{driven}/tracks?layers=cleaned")["cleaned"]
    assert cleaned["rows"] == 200 and len(cleaned["seq"]) <= 40
    assert {0, 77, 199} <= set(cleaned["seq"]) and cleaned["seq"] == sorted(cleaned["seq"])


def test_events_tell_states_with_reasons_driving_and_alerts_in_order_of_time(
    api: TestClient, backfilled: str, house: House
) -> None:
    put(
        house.lake,
        "common.driving_events",
        [
            {
                "trip_id": backfilled, "event_date": NOON.date(), "kind": "overspeed", "peak": 3.2, "threshold": 2.8,
                "begin_at": NOON + timedelta(seconds=5), "end_at": NOON + timedelta(seconds=12), "first_seq": 5,
                "road_name": "Quai",
            }
        ],
    )  # fmt: skip
    put(
        house.lake,
        "landing.alerts",
        [
            {
                "trip_id": backfilled, "event_date": NOON.date(), "rule": "harsh_braking", "unit": "m/s²", "value": 4.0,
                "begin_time": NOON + timedelta(seconds=19), "event_time": NOON + timedelta(seconds=20),
                "alert_id": "alr_1", "kafka_offset": n,
            }
            for n in range(2)
        ],
    )  # fmt: skip
    found = EventsOut.model_validate(get(api, f"/trips/{backfilled}/events"))
    assert [(one.kind, one.name, one.reason) for one in found.items] == [
        ("state", "scheduled", None), ("state", "driving", None), ("driving", "overspeed", None),
        ("alert", "harsh_braking", None), ("state", "waiting", "signal"), ("state", "driving", None),
        ("state", "arrived", None),
    ]  # fmt: skip
    speeding, waiting = found.items[2], found.items[4]
    assert (speeding.value, speeding.threshold, speeding.unit, speeding.road_name, speeding.seq) == (
        3.2,
        2.8,
        "m/s",
        "Quai",
        5,
    )
    assert (waiting.at, waiting.until) == ("2026-03-05T12:00:20.000Z", "2026-03-05T12:00:35.000Z")
    assert found.items[-1].until is None and not found.truncated


def test_a_trip_that_only_the_lake_knows_has_tracks_and_facts(
    api: TestClient, backfilled: str, house: House
) -> None:
    found = TracksOut.model_validate(get(api, f"/trips/{backfilled}/tracks?layers=planned,truth,reported"))
    assert found.truth is None and found.planned is None and found.reported is not None
    assert (found.reported.rows, found.reported.topics) == (60, ["backfill/deliveries/1"])
    facts = FactsOut.model_validate(get(api, f"/trips/{backfilled}/facts"))
    assert (facts.has_plan, facts.refined, facts.state, facts.vehicle_name) == (False, False, "arrived", None)
    assert (facts.begin_at, facts.end_at) == ("2026-03-05T12:00:00.000Z", "2026-03-05T12:01:00.000Z")
    assert facts.planned_end_at == "2026-03-05T12:01:30.000Z"
    put(
        house.lake,
        "common.dim_vehicle",
        [{"vehicle_id": "veh_lake", "name": "Van 3", "vehicle_class": "van"}],
    )
    over = {
        "trip_id": backfilled,
        "vehicle_id": "veh_lake",
        "end_date": NOON.date(),
        "final_state": "arrived",
    }
    more = {"final_reason": None, "delay_s": -30.0, "energy_kwh": 0.4}
    put(house.lake, "common.trip_facts", [over | more])
    facts = FactsOut.model_validate(get(api, f"/trips/{backfilled}/facts"))
    assert (facts.refined, facts.delay_s, facts.energy_kwh, facts.vehicle_name) == (True, -30.0, 0.4, "Van 3")


def test_a_report_is_told_from_kafka_to_the_last_row_made_of_it(
    api: TestClient, backfilled: str, house: House
) -> None:
    put(house.lake, "staging.positions", reports(backfilled, 60, layer="staging", h3_cell="89a"))
    for trip in (backfilled, "trp_other"):
        put(house.lake, "common.trip_days", [{"trip_id": trip, "trip_date": NOON.date()}])
        put(house.lake, "common.trip_facts", [{"trip_id": trip, "end_date": NOON.date()}])
    put(
        house.lake,
        "common.cell_hours",
        [{"h3_cell": cell, "hour_at": NOON, "hour_date": NOON.date()} for cell in ("89a", "89b")],
    )
    put(
        house.lake,
        "common.driving_events",
        [
            {
                "trip_id": backfilled,
                "event_date": NOON.date(),
                "kind": kind,
                "first_seq": first,
                "last_seq": first + 4,
            }
            for kind, first in (("overspeed", 5), ("idling", 30))
        ],
    )
    found = ReportOut.model_validate(get(api, f"/trips/{backfilled}/reports/7"))
    (record,) = found.records
    assert (record.topic, record.partition, record.offset, record.payload) == (
        "backfill/deliveries/1",
        3,
        107,
        "x",
    )
    assert found.refined is not None and found.refined["h3_cell"] == "89a" and found.refined["seq"] == 7
    made = {one.table: one for one in found.made}
    assert made["staging.positions"].rows == 1 and made["staging.positions"].of == ["landing.positions"]
    assert made["common.trip_facts"].key == {"trip_id": backfilled, "end_date": "2026-03-05"}
    assert made["common.cell_hours"].rows == 1 and made["common.cell_hours"].key["h3_cell"] == "89a"
    assert (
        made["common.driving_events"].rows == 1 and made["common.driving_events"].key["kind"] == "overspeed"
    )


def test_a_trip_is_a_file_as_rumbo_export_writes_it(api: TestClient, backfilled: str) -> None:
    csv = api.get(f"/api/v1/trips/{backfilled}/export")
    assert csv.status_code == 200 and csv.headers["content-type"].startswith("text/csv")
    assert f'filename="{backfilled}.csv"' in csv.headers["content-disposition"]
    assert len(csv.text.splitlines()) == 61 and csv.text.startswith("kafka_topic,")
    gpx = ET.fromstring(api.get(f"/api/v1/trips/{backfilled}/export?format=gpx").content)
    assert len(gpx.findall(".//{http://www.topografix.com/GPX/1/1}trkpt")) == 60
    parquet = pq.read_table(BytesIO(api.get(f"/api/v1/trips/{backfilled}/export?format=geoparquet").content))
    assert parquet.num_rows == 60 and b"geo" in (parquet.schema.metadata or {})
    assert api.get(f"/api/v1/trips/{backfilled}/export?format=parquet").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/trips/trp_none/tracks", 404, "Neither"),
        ("/trips/trp_none/events", 404, "Neither"),
        ("/trips/trp_none/facts", 404, "Neither"),
        ("/trips/trp_none/reports/1", 404, "Neither"),
        ("/trips/trp_none/export", 404, "Neither"),
        ("/trips/TRIP/tracks?layers=truth,lies", 422, "lies"),
        ("/trips/TRIP/tracks?layers=", 422, "layer"),
        ("/trips/TRIP/tracks?layer=truth", 422, "layers"),
        ("/trips/TRIP/reports/5", 404, "No report 5"),
        ("/trips/TRIP/reports/-1", 422, "seq"),
        ("/trips/TRIP/reports/one", 422, "seq"),
        ("/trips/TRIP/export?format=xls", 422, "format"),
        ("/trips/TRIP/export", 404, "no such rows"),
        ("/trips/x'%20OR%20'1'='1/events", 404, "Neither"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_that_says_what(
    api: TestClient, driven: str, path: str, status: int, says: str
) -> None:
    found = get(api, path.replace("TRIP", driven), status)
    assert says in json.dumps(found) and found["hint"]


def test_the_lakes_trips_are_listed_page_by_page_the_latest_first(api: TestClient, house: House) -> None:
    put(house.lake, "common.dim_vehicle", [{"vehicle_id": "veh_1", "name": "Van Éste", "version": 1}])
    put(
        house.lake,
        "staging.trips",
        [
            {
                "trip_id": f"trp_{n}", "vehicle_id": f"veh_{n % 2}", "state": "cancelled" if n == 4 else "arrived",
                "booked_at": NOON - timedelta(days=n), "begin_at": None if n == 4 else NOON - timedelta(days=n),
                "booked_date": date(2026, 3, 5) - timedelta(days=n),
            }
            for n in range(5)
        ],
    )  # fmt: skip
    first = LakeTripsOut.model_validate(get(api, "/lake/trips?limit=2"))
    second = LakeTripsOut.model_validate(get(api, f"/lake/trips?limit=3&cursor={first.next_cursor}"))
    assert [one.trip_id for one in [*first.items, *second.items]] == [f"trp_{n}" for n in range(5)]
    assert second.next_cursor is None and first.items[1].vehicle_name == "Van Éste"

    def ids(query: str) -> list[str]:
        return [one["trip_id"] for one in get(api, f"/lake/trips?{query}")["items"]]

    assert ids("q=este") == ["trp_1", "trp_3"] and ids("q=trp_2") == ["trp_2"]
    assert ids("state=cancelled") == ["trp_4"] and ids("vehicle_id=veh_0&state=arrived") == ["trp_0", "trp_2"]
    assert ids("since=2026-03-03T12:00:00Z&until=2026-03-05T00:00:00Z") == ["trp_1", "trp_2"]
    assert ids("q='%20OR%20true") == []
    for query in ("cursor=nonsense", "state=flying", "since=yesterday", "of=all"):
        assert get(api, f"/lake/trips?{query}", 422)["hint"]
