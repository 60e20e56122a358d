"""Every error has one shape and says what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rumbo.api.alerts import Alerts
from rumbo.api.app import openapi_document
from rumbo.api.dashboards import Dashboards
from rumbo.api.jobs import Jobs
from rumbo.api.lake import LakeTables
from rumbo.api.lake_days import LakeDays
from rumbo.api.models import ProblemOut
from rumbo.api.rejected import RejectedRecords
from rumbo.api.routers import replay, scenarios
from rumbo.api.scenarios import Scenarios
from rumbo.api.topics import Topics
from rumbo.api.trip_records import TripRecords
from support.client import TestClient
from support.serving import A, B, House, trip_body

JSON = {"content-type": "application/json"}
OPERATIONS = [
    (method.upper(), path)
    for path, operations in openapi_document()["paths"].items()
    for method in operations
]


def nowhere(path: str) -> str:
    """A path with ids of what does not exist."""
    ids = {"vehicle_id": "veh_none", "trip_id": "trp_none", "closure_id": "clo_none", "name": "none",
           "geofence_id": "geo_none", "layer": "none", "table": "none", "seq": "0", "day": "2026-03-05",
           "figure": "none", "topic": "none", "job_id": "job_none"}  # fmt: skip
    return path.format(**ids) + ("?key=a=b" if "/trace/" in path else "")


def check(answer: Any, *statuses: int) -> ProblemOut:
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/problem+json"
    found = ProblemOut.model_validate(answer.json())
    assert found.status == answer.status_code
    assert found.type.startswith("urn:rumbo:problem:") and found.title and found.detail and found.hint
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return found


BAD_TRIPS: dict[str, dict[str, Any]] = {
    "outside the region": {"waypoints": [A, {"lat": 10.0, "lon": 10.0}]},
    "start in the past": {"start_at": "2026-03-05T11:59:00Z"},
    "start without a zone": {"start_at": "2026-03-06T11:59:00"},
    "start that is a number": {"start_at": 1772712000},
    "start in the year 9999": {"start_at": "9999-12-31T23:59:59Z"},
    "start beyond ten years": {"start_at": "2040-01-01T00:00:00Z"},
    "latitude out of range": {"waypoints": [A, {"lat": 91, "lon": 0}]},
    "longitude out of range": {"waypoints": [A, {"lat": 0, "lon": -181}]},
    "coordinates that are text": {"waypoints": [A, {"lat": "45", "lon": "-5"}]},
    "coordinates that are booleans": {"waypoints": [A, {"lat": True, "lon": False}]},
    "one waypoint": {"waypoints": [A]},
    "51 waypoints": {"waypoints": [A, B] * 26},
    "twice the same point": {"waypoints": [A, A]},
    "neither waypoints nor geometry": {"waypoints": None},
    "waypoints and geometry": {"geometry": {"type": "LineString", "coordinates": [[-5, 45], [-5, 45.1]]}},
    "an unknown field": {"speed": 5},
    "an unknown field deep inside": {"waypoints": [A, {**B, "alt": 3}]},
    "a negative dwell": {"waypoints": [A, {**B, "dwell_s": -1}]},
    "an unknown device profile": {"device_profile": "perfect"},
    "a negative seed": {"seed": -1},
    "a seed beyond 2^53": {"seed": 2**53},
    "a seed that is a fraction": {"seed": 1.5},
    "an alternative that is not there": {"alternative": 3},
    "an unknown provider": {"provider": "teleport"},
    "a vehicle id with a null byte": {"vehicle_id": "veh_\0"},
    "a huge vehicle id": {"vehicle_id": "veh_" + "a" * 10_000},
    "a vehicle id of another type": {"vehicle_id": 7},
}


@pytest.mark.parametrize("case", BAD_TRIPS)
def test_a_bad_trip_is_refused_with_a_hint(api: TestClient, vehicle: str, house: House, case: str) -> None:
    found = check(api.post("/api/v1/trips", json=trip_body(vehicle) | BAD_TRIPS[case]), 422)
    assert found.errors or case.startswith("twice"), "it says which field"
    assert house.published() == [] and house.relay.waiting() == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("where", ["waypoints", "geometry"])
def test_numbers_that_are_none_are_refused(api: TestClient, vehicle: str, number: str, where: str) -> None:
    value = {
        "waypoints": '[{"lat": 45, "lon": -5}, {"lat": %s, "lon": -5}]',
        "geometry": '{"type": "LineString", "coordinates": [[-5, 45], [%s, 45]]}',
    }[where] % number
    body = f'{{"vehicle_id": "{vehicle}", "{where}": {value}}}'
    check(api.post("/api/v1/trips", content=body, headers=JSON), 400, 422)


BAD_NAMES = ["", "   ", "a\0b", "a\nb", "x" * 81, "x" * 1_000_000, 5, None, ["a"], "\ud800"]


@pytest.mark.parametrize("name", BAD_NAMES, ids=[f"name{n}" for n in range(len(BAD_NAMES))])
def test_a_bad_name_is_refused(api: TestClient, name: Any) -> None:
    found = check(
        api.post(
            "/api/v1/vehicles", content=json.dumps({"name": name, "vehicle_class": "car"}), headers=JSON
        ),
        422,
    )
    assert found.errors[0].pointer == "/name"


BODIES = {
    "no JSON": b"{",
    "nothing": b"",
    "a list": b"[]",
    "null": b"null",
    "a number": b"5",
    "text that is no UTF-8": b'{"name": "\xff"}',
    "a deep nest": b"[" * 200_000,
    "a deep nest in a field": b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize("path", ["/vehicles", "/routes", "/trips"])
def test_a_body_that_is_not_what_it_should_be_is_refused(api: TestClient, path: str, case: str) -> None:
    check(api.post(f"/api/v1{path}", content=BODIES[case], headers=JSON), 400, 422)


def test_a_body_without_the_json_type_is_refused(api: TestClient) -> None:
    body = json.dumps({"name": "x"})
    found = check(api.post("/api/v1/vehicles", content=body, headers={"content-type": "text/plain"}), 422)
    assert "application/json" in found.hint


def test_a_body_of_ten_megabytes_is_refused_also_in_chunks(api: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    for content in (b" " * 10_000_000, chunks()):
        found = check(api.post("/api/v1/trips", content=content, headers=JSON), 413)
        assert found.type.endswith(":too-large")


BOMB = b"""<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><gpx><trk><name>&c;</name></trk></gpx>"""
FILES = {
    "a bomb": ("application/gpx+xml", BOMB),
    "an external entity": (
        "application/gpx+xml",
        b'<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><trk><name>&x;</name></trk></gpx>',
    ),
    "no XML": ("application/gpx+xml", b"hello"),
    "an empty GPX": ("application/gpx+xml", b"<gpx/>"),
    "no GeoJSON": ("application/geo+json", b"[1, 2]"),
    "a point": ("application/geo+json", b'{"type": "Point", "coordinates": [1, 2]}'),
    "NaN": ("application/geo+json", b'{"type": "LineString", "coordinates": [[NaN, 1], [2, 3]]}'),
    "a deep nest": ("application/geo+json", b'{"type": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "another type": ("text/csv", b"lat,lon"),
    "nothing": ("application/gpx+xml", b""),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_line_is_refused(api: TestClient, case: str) -> None:
    kind, body = FILES[case]
    check(api.post("/api/v1/geometries", content=body, headers={"content-type": kind}), 422)


def test_a_line_is_read_from_gpx_and_geojson(api: TestClient) -> None:
    gpx = b'<gpx><trk><trkseg><trkpt lat="45" lon="-5"/><trkpt lat="45.1" lon="-5"/></trkseg></trk></gpx>'
    line = {"type": "LineString", "coordinates": [[-5.0, 45.0], [-5.0, 45.1]]}
    for kind, body in (("application/gpx+xml", gpx), ("application/geo+json", json.dumps(line).encode())):
        answer = api.post("/api/v1/geometries", content=body, headers={"content-type": kind})
        assert answer.json() == {"geometry": line}


@pytest.mark.parametrize(
    "query",
    ["cursor=abc", "cursor=%00", "cursor=dHJpcHM6LTE", "limit=0", "limit=201", "limit=x", "limit=1.5", "state=flying",
     "vehicle_id=%00", "cursor=" + "a" * 5000],
)  # fmt: skip
def test_a_bad_query_is_refused(api: TestClient, query: str) -> None:
    check(api.get(f"/api/v1/trips?{query}"), 422)


def test_a_cursor_of_another_list_is_refused(api: TestClient, vehicle: str) -> None:
    api.post("/api/v1/vehicles", json={"name": "second"})
    cursor = api.get("/api/v1/vehicles?limit=1").json()["next_cursor"]
    check(api.get(f"/api/v1/trips?cursor={cursor}"), 422)


def test_what_is_not_there_is_not_found(api: TestClient) -> None:
    for method, path in OPERATIONS:
        if "{" in path and method != "PUT":  # which makes what is not there
            check(api.request(method, nowhere(path), json={} if method == "PATCH" else None), 404)
    check(api.post("/api/v1/trips", json=trip_body("veh_none")), 404)
    for path in (
        "/api/v1/nowhere",
        "/api",
        "/tiles/x.pmtiles",
        "/tiles/%2e%2e/rumbo.db",
        "/api/v1/vehicles/",
    ):
        check(api.get(path), 404)
    check(api.get("/api/v1/trips/%00%ff"), 404)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_route_answers_every_mistake_in_one_shape(
    api: TestClient, house: House, method: str, path: str
) -> None:
    url = nowhere(path)
    check(api.request("TRACE", url), 405)
    check(api.request(method, url, headers={"host": "evil.example"}), 421)
    check(api.request(method, url, content=b" " * 2_000_001), 413)
    check(api.request(method, url + "?&"["?" in url] + "x=" + "y" * 9000), 414)
    if method not in {"GET", "HEAD"}:
        check(api.request(method, url, headers={"origin": "http://evil.example"}), 403)
        check(api.request(method, url, headers={"origin": "null"}), 403)
    house.database.close()


SPAN = {"from": "2026-03-05T07:00:00Z", "to": "2026-03-05T08:00:00Z"}
GEOFENCE = {"name": "g", "geometry": {"lat": 45.0, "lon": -5.0, "radius_m": 50}}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_nobody_foresaw_is_told_without_our_inside(
    api: TestClient, house: House, method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("the secret of the house")

    for part, verbs in (
        (type(house.vehicles), ("create", "create_many", "get", "list_all", "change", "delete", "export", "fleets")),
        (type(house.fleet), ("plan_trip", "plan_trips", "amend_trip", "get_trip", "list_trips")),
        (type(house.fleet), ("preview_routes", "visiting_order")),
        (type(house.status), ("health", "pipeline", "world")), (type(house.world), ("now_ms",)),
        (type(house.verbs), ("set_rate", "pause", "resume", "step")),
        (type(house.devices), ("list", "get", "put", "delete")), (type(house.trials), ("named", "run")),
        (type(house.history), ("at",)), (Alerts, ("newest",)),
        (LakeTables, ("tables", "rows", "trace")), (Dashboards, ("listed", "rows", "csv")),
        (type(house.closures), ("create", "get", "list_all", "delete")),
        (type(house.geofences), ("create", "get", "list_all", "change", "delete")),
        (TripRecords, ("tracks", "events", "facts", "report", "export", "of_the_lake")),
        (LakeDays, ("grid", "quality")), (RejectedRecords, ("page", "mend")), (Topics, ("all", "records")),
        (Jobs, ("start", "page", "get", "cancel")), (Scenarios, ("all", "get", "save", "delete")),
        (scenarios, ("load",)), (replay, ("frames", "marks")),
    ):  # fmt: skip
        for verb in verbs:
            monkeypatch.setattr(part, verb, fail)
    if path in {"/api/v1/places", "/api/v1/regions", "/api/v1/geometries"}:
        pytest.skip("it asks no part that could fail")
    url = nowhere(path)
    bodies: dict[str, Any] = {
        "/api/v1/vehicles": {"name": "v"}, "/api/v1/routes": {"waypoints": [A, B]},
        "/api/v1/trips": trip_body("veh_x"), "/api/v1/vehicles/{vehicle_id}": {"name": "v"},
        "/api/v1/closures": {"kind": "closed", "geometry": {"lat": 45.0, "lon": -5.0, "radius_m": 50}},
        "/api/v1/geofences": GEOFENCE, "/api/v1/geofences/{geofence_id}": GEOFENCE,
        "/api/v1/world/rate": {"rate": 2}, "/api/v1/world/step": {"seconds": 1},
        "/api/v1/vehicles/bulk": {"vehicles": [{"name": "v"}]},
        "/api/v1/trips/bulk": {"trips": [trip_body("veh_x")]}, "/api/v1/device-profiles/{name}": {},
        "/api/v1/device-profiles/preview": {"name": "chaos"}, "/api/v1/jobs": {"kind": "audit"},
        "/api/v1/routes/order": {"waypoints": [A, B]},
        "/api/v1/scenarios/check": {"text": "x"}, "/api/v1/scenarios/{name}": {"text": "x"},
        "/api/v1/rejected/mend": {"topic": "rumbo.positions", "partition": 0, "offset": 1, "changes": {"seq": 1}},
    }  # fmt: skip
    body = bodies.get(path) if method in {"POST", "PATCH", "PUT"} else None
    spans = {"/api/v1/replay": SPAN, "/api/v1/replay/marks": SPAN}
    query = {"/api/v1/history": {"at": "2026-03-05T12:00:00Z"}, **spans}.get(path)
    sent: dict[str, Any] = {"json": body}
    if path == "/api/v1/vehicles/import":
        sent = {"content": "name\nv\n", "headers": {"content-type": "text/csv"}}
    answer = api.request(method, url, params=query, **sent)
    check(answer, 500)
    assert "secret" not in answer.text and "ValueError" not in answer.text


def test_a_database_that_does_not_answer_is_unavailable(api: TestClient, house: House) -> None:
    with house.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
        connection.exec_driver_sql("DROP TABLE plans")
        connection.exec_driver_sql("DROP TABLE trips")
        connection.exec_driver_sql("DROP TABLE vehicles")
    answer = api.get("/api/v1/vehicles")
    check(answer, 503)
    assert answer.headers["retry-after"]


def test_pages_of_this_server_may_write(api: TestClient) -> None:
    answer = api.post("/api/v1/vehicles", json={"name": "v"}, headers={"origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 201 and answer.headers["location"].startswith("/api/v1/vehicles/veh_")
