"""What hostile and clumsy people send: it is refused quickly, and says what to do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from rumbo.api.limits import BodyLimit
from rumbo.fleet.outline import MAX_POINTS, outline
from rumbo.routing.geometry import route_from_points
from support.client import TestClient
from support.serving import House, trip_body
from support.work import in_a_moment

JSON = {"content-type": "application/json"}
GPX, GEOJSON = {"content-type": "application/gpx+xml"}, {"content-type": "application/geo+json"}


def refused(answer: Any, status: int = 422) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["hint"] and "Value error" not in answer.text
    return found


UNREADABLE = [
    "\u200b",
    "\ufeff",
    "\u200b \u2060",
    "\u202etxt.exe",
    "a\u2066b",
    "a\u2028b",
    "a\u2029b",
    "\u0958" * 80,
]


@pytest.mark.parametrize("name", UNREADABLE, ids=[f"name{n}" for n in range(len(UNREADABLE))])
def test_a_name_that_nobody_can_read_or_that_turns_the_text_around_it_is_refused(
    api: TestClient, name: str
) -> None:
    assert refused(api.post("/api/v1/vehicles", json={"name": name}))["errors"][0]["pointer"] == "/name"


@pytest.mark.parametrize("name", ["👨‍👩‍👧", "Ñandú", "نقل", "می‌روم", "<script>", "' OR 1=1 --"])
def test_a_name_in_any_script_is_kept_as_it_is(api: TestClient, name: str) -> None:
    assert api.post("/api/v1/vehicles", json={"name": name}).json()["name"] == name


NO_TIMES = [
    "1772799999", "1772799999.5", "2026-03-06", "now", "", "20260306T120000Z", "2026-03-06T12:00:00",
    "2026-03-06T12:00:00,5Z", "2026-03-06T12:00:00+0100", "2026-03-06T12:00:00+24:00", "2026-03-06T24:00:00Z",
    "2026-03-06T12:00:00Z ", "2026-02-30T12:00:00Z", "-2026-03-06T12:00:00Z", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00+14:00", "\uff12026-03-06T12:00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_TIMES)
def test_a_time_is_rfc_3339_with_a_zone_and_nothing_else(api: TestClient, vehicle: str, text: str) -> None:
    found = refused(api.post("/api/v1/trips", json=trip_body(vehicle, start_at=text)))
    assert found["errors"][0]["pointer"] == "/start_at"


@pytest.mark.parametrize("text", ["2026-03-06t13:00:00.123456789+01:00", "2026-03-06 12:00:00.123Z"])
def test_every_way_to_write_a_time_in_rfc_3339_is_understood(
    api: TestClient, vehicle: str, text: str
) -> None:
    answer = api.post("/api/v1/trips", json=trip_body(vehicle, start_at=text))
    assert answer.json()["start_at"] == "2026-03-06T12:00:00.123Z"


def test_a_heap_of_mistakes_is_one_error(api: TestClient) -> None:
    heap = json.dumps({f"a{n}": 1 for n in range(100_000)})
    line = {"type": "LineString", "coordinates": [["a", "b"]] * 40_000}
    for body, pointer in ((heap, "/"), (json.dumps({"geometry": line}), "/geometry/coordinates/0/0")):
        found = refused(api.post("/api/v1/routes", content=body, headers=JSON))
        assert found["errors"][0]["pointer"] == pointer and len(found["errors"]) <= 2


def test_broken_json_says_where_it_breaks(api: TestClient) -> None:
    found = refused(api.post("/api/v1/vehicles", content='{"name": "x",}', headers=JSON), 400)
    assert "At character 1" in found["detail"] and found["type"].endswith(":invalid-json")
    for body in (b"[" * 100_000, b'{"name": ' + b"9" * 5000 + b"}", b'{"name": "\xff"}'):
        assert refused(api.post("/api/v1/vehicles", content=body, headers=JSON), 400)["type"].endswith(
            ":invalid-json"
        )


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/plain;charset=utf-8", "multipart/form-data; boundary=x", None]
)
def test_what_a_form_of_another_site_can_send_creates_nothing(api: TestClient, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    found = refused(api.post("/api/v1/vehicles", content=b'{"name": "x"}', headers=headers))
    assert (kind or "no Content-Type") in found["detail"] and "application/json" in found["hint"]
    assert api.get("/api/v1/vehicles").json()["items"] == []


@pytest.mark.parametrize("path", ["vehicles?limt=5", "trips?vehicle=veh_1", "places?q=a&near=1"])
def test_a_misspelt_parameter_is_refused_rather_than_ignored(api: TestClient, path: str) -> None:
    assert "limit" in refused(api.get(f"/api/v1/{path}"))["hint"]


def test_an_error_points_to_the_parameter_or_into_the_body(api: TestClient) -> None:
    assert refused(api.get("/api/v1/trips?cursor=abc"))["errors"][0]["pointer"] == "?cursor"
    assert refused(api.get("/api/v1/trips/trp_x"), 404)["errors"][0]["pointer"] == "?trip_id"
    found = refused(api.post("/api/v1/trips", json=trip_body("veh_none")), 404)
    assert found["errors"][0]["pointer"] == "/vehicle_id"


def _line(points: list[list[Any]]) -> bytes:
    return json.dumps({"type": "LineString", "coordinates": points}).encode()


NO_LINES = {
    "an empty track": (GPX, b"<gpx><trk/></gpx>", 422),
    "one point": (GPX, b'<gpx><trk><trkpt lat="45" lon="-5"/></trk></gpx>', 422),
    "waypoints only": (GPX, b'<gpx><wpt lat="45" lon="-5"/></gpx>', 422),
    "tracks in tracks": (GPX, b"<gpx>" + b"<trk>" * 150_000 + b"</trk>" * 150_000 + b"</gpx>", 422),
    "no coordinates": (GEOJSON, _line([]), 422),
    "the same point again": (GEOJSON, _line([[7, 43], [7, 43]]), 422),
    "numbers as text": (GEOJSON, _line([["7", "43"], ["7.1", "43"]]), 422),
    "metres instead of degrees": (GEOJSON, _line([[400_000, 5_000_000], [400_100, 5_000_000]]), 422),
    "more points than a trip takes": (GEOJSON, _line([[0, n / 1000] for n in range(50_001)]), 413),
}


@pytest.mark.parametrize("case", NO_LINES)
def test_a_file_whose_line_no_trip_could_take_is_refused_when_it_is_read(api: TestClient, case: str) -> None:
    headers, body, status = NO_LINES[case]
    refused(api.post("/api/v1/geometries", content=body, headers=headers), status)


def test_a_file_with_a_byte_order_mark_is_read(api: TestClient) -> None:
    body = b"\xef\xbb\xbf" + _line([[7, 43], [7.1, 43]])
    assert api.post("/api/v1/geometries", content=body, headers=GEOJSON).status_code == 200


def test_a_trip_that_would_take_years_is_refused(api: TestClient, vehicle: str) -> None:
    line = {"type": "LineString", "coordinates": [[n % 2 * 170.0, 80.0 * (-1) ** n] for n in range(200)]}
    body = {"vehicle_id": vehicle, "geometry": line}
    assert "days" in refused(api.post("/api/v1/trips", json=body), 413)["detail"]


def test_a_zigzag_of_many_points_is_outlined_in_a_moment() -> None:
    route = route_from_points([(45 + n % 2 * n * 2e-6, -5 + n * 1e-5) for n in range(50_000)])
    with in_a_moment("all points are looked at for each"):
        assert len(outline(route)) <= MAX_POINTS


class Body:
    """An app behind BodyLimit, and what it was given and answered."""

    def __init__(self, timeout_s: float = 5.0) -> None:
        self.given: list[bytes] = []
        self.sent: list[Message] = []
        self._limit = BodyLimit(self._app, timeout_s=timeout_s)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.given.append((await receive())["body"])

    def receive(self, *messages: Message) -> Body:
        waiting = list(messages)

        async def receive() -> Message:
            return waiting.pop(0) if waiting else await asyncio.Future()

        async def send(message: Message) -> None:
            self.sent.append(message)

        scope = {"type": "http", "path": "/x", "query_string": b"", "headers": [], "method": "POST"}
        asyncio.run(self._limit(scope, receive, send))
        return self


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    found = Body(timeout_s=0.01).receive({"type": "http.request", "body": b"{", "more_body": True})
    assert found.given == [] and found.sent[0]["status"] == 408


def test_a_request_whose_client_goes_before_its_end_has_no_effect() -> None:
    begun: Message = {"type": "http.request", "body": b'{"name": "x"}', "more_body": True}
    found = Body().receive(begun, {"type": "http.disconnect"})
    assert found.given == [] and found.sent == []
    assert Body().receive(begun, {"type": "http.request"}).given == [b'{"name": "x"}']


def test_refused_trips_leave_nothing_behind(api: TestClient, vehicle: str, house: House) -> None:
    refused(api.post("/api/v1/trips", json=trip_body(vehicle, start_at="1772799999")))
    assert house.published() == [] and house.relay.waiting() == 0
