from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

import numpy as np
import pytest
from starlette.websockets import WebSocketDisconnect

from rumbo.api.feed import report as computed
from rumbo.api.live import Client
from rumbo.api.live_rows import STATE_CODES
from rumbo.api.live_socket import _speak, understand
from rumbo.api.live_state import HEADER, REPORT_FIELDS, WORLD, LiveState, encode_frame
from rumbo.events.examples import examples
from rumbo.events.fields import POSITION
from rumbo.events.texts import Texts
from rumbo.motion.reading import prove
from support.client import TestClient, WebSocketTestSession
from support.serving import House, trip_body

LOCAL = {"host": "127.0.0.1:8000"}
HERE = (-6.0, 44.0, -4.0, 46.0)


def report(vehicle: str, seq: int, lat: float = 45.0, lon: float = -5.0, **more: Any) -> bytes:
    event = {
        "schema_version": 1, "trip_id": f"trp_{vehicle}", "vehicle_id": vehicle, "seq": seq,
        "event_time": f"2026-03-05T12:{seq // 60:02}:{seq % 60:02}.000Z", "vehicle_class": "car", "state": "driving",
        "lat": lat, "lon": lon, "speed_mps": 12.5, "heading_deg": 90.0, "distance_m": 10.0 * seq, "remaining_m": 1.0,
        "progress": 0.5, "eta": None, "road_name": "Rue", "speed_limit_mps": 13.9,
    } | more  # fmt: skip
    return json.dumps(event).encode()


def change(vehicle: str, seq: int, state: str) -> bytes:
    event = {
        "trip_id": f"trp_{vehicle}", "vehicle_id": vehicle, "seq": seq, "state": state, "reason": None,
        "event_time": f"2026-03-05T12:{seq // 60:02}:{seq % 60 + 30:02}.000Z", "lat": 45.0, "lon": -5.0, "eta": None,
    }  # fmt: skip
    return json.dumps(event).encode()


def state_of(*vehicles: str) -> LiveState:
    state = LiveState(lambda ids: {key: (f"name of {key}", "car") for key in ids}, capacity=1)
    state.take_positions([report(vehicle, 0) for vehicle in vehicles])
    return state


def decode(frame: bytes) -> list[dict[str, float]]:
    """What docs/api.md says, read by hand."""
    version, _flags, _reserved, count, _world, lon0, lat0, dlon, dlat = HEADER.unpack_from(frame)
    assert version == 1 and HEADER.size == 48 and len(frame) == 48 + 12 * count
    rows = []
    for at in range(count):
        a, b, c = struct.unpack_from("<III", frame, 48 + 12 * at)
        rows.append({
            "slot": a & 0xFFFFFF, "state": a >> 24, "heading": (b >> 24) * 360 / 256,
            "lon": lon0 + (b & 0xFFFFFF) * dlon, "lat": lat0 + (c & 0xFFFFFF) * dlat, "speed": (c >> 24) * 0.25,
        })  # fmt: skip
    return rows


def test_a_frame_decodes_to_what_was_reported() -> None:
    rng = np.random.default_rng(1)
    n = 1000
    lon, lat = rng.uniform(7.4, 7.5, n), rng.uniform(43.7, 43.8, n)
    codes = np.array(
        [rng.integers(0, 7, n), rng.integers(0, 256, n), rng.integers(0, 256, n)], dtype=np.uint32
    )
    rows = decode(encode_frame(np.arange(n) + 5, lon, lat, codes, 1.5))
    assert [row["slot"] for row in rows] == list(range(5, n + 5))
    assert np.allclose([row["lon"] for row in rows], lon, atol=1e-8)
    assert np.allclose([row["lat"] for row in rows], lat, atol=1e-8)
    assert [row["state"] for row in rows] == codes[0].tolist()
    assert [row["speed"] for row in rows] == (codes[2] * 0.25).tolist()


def test_the_newest_report_of_a_vehicle_wins_whatever_the_order() -> None:
    state = state_of("a")
    state.take_positions([report("a", 5, lat=45.5), report("a", 3, lat=45.3)])
    state.take_positions([report("a", 4, lat=45.4)])
    (known,) = state.snapshot(WORLD)[1]
    assert known["lat"] == 45.5 and known["name"] == "name of a" and "seq" not in known


def test_a_report_computed_from_a_plan_gives_way_to_the_devices_own_but_an_ended_trip_stays_ended() -> None:
    state = state_of()
    guess = json.loads(report("a", 0, lat=44.5)) | {"final": False}
    state.refill([guess])
    state.take_positions([report("a", 0, lat=45.0)])
    state.refill([guess])
    assert state.snapshot(WORLD)[1][0]["lat"] == 45.0
    state.refill([guess | {"final": True, "state": "arrived", "lat": 45.9}])
    state.take_positions([report("a", 9)])
    assert state.snapshot(WORLD)[1][0]["lat"] == 45.9


def test_what_a_device_sends_is_taken_as_it_is_and_beside_what_it_spells_otherwise() -> None:
    typical = next(e.value for e in examples() if e.event is POSITION and e.name == "v2-typical")
    other = typical | {"vehicle_id": "other", "seq": 7, "state": "waiting"}
    state = LiveState(lambda ids: {key: (key, "car") for key in ids})
    compact = json.dumps(typical | {"vehicle_id": "one"}, separators=(",", ":"), ensure_ascii=False).encode()
    assert prove(POSITION, None, Texts.of([compact, json.dumps(other).encode()]))[1].tolist() == [True, False]
    state.take_positions([compact, json.dumps(other).encode()])
    one, second = state.snapshot(WORLD)[1]
    fields = [field for field in REPORT_FIELDS if field != "vehicle_id"]
    assert [one[field] for field in fields] == [typical[field] for field in fields]
    assert [second[field] for field in fields] == [other[field] for field in fields]
    frame = state.frame(WORLD, 0, 0.0)
    assert frame is not None
    rows = decode(frame)
    assert [row["state"] for row in rows] == [STATE_CODES[typical["state"]], STATE_CODES["waiting"]]
    assert [row["heading"] for row in rows] == pytest.approx([typical["heading_deg"]] * 2, abs=0.8)
    assert [row["speed"] for row in rows] == pytest.approx([typical["speed_mps"]] * 2, abs=0.13)


def test_what_is_no_event_and_whose_vehicle_is_unknown_is_left_out() -> None:
    state = LiveState(lambda ids: {})
    state.take_positions([b"{", b"[]", b"5", b'{"vehicle_id": "x"}', report("ghost", 0)])
    assert state.snapshot(WORLD)[1] == []


@pytest.mark.parametrize(
    "wrong", [{"lat": None}, {"heading_deg": "north"}, {"vehicle_id": []}, {"trip_id": None}, {"state": 5}]
)
def test_an_event_with_a_wrong_type_harms_no_other(wrong: dict[str, Any]) -> None:
    state = state_of("a")
    state.take_positions([report("a", 1, **wrong), report("a", 2, lat=45.2)])
    state.take_trip_states([report("a", 3, **wrong)])
    assert state.snapshot(WORLD)[1][0]["lat"] == 45.2


def test_frames_hold_what_moved_in_the_view_or_just_left_it() -> None:
    state = state_of("in", "out", "leaving", "still")
    state.take_positions([report("out", 1, lat=10.0), report("leaving", 1)])
    since = state.version
    state.take_positions([report("in", 2), report("out", 2, lat=11.0), report("leaving", 2, lat=46.5)])
    frame = state.frame(HERE, since, 0.0)
    assert frame is not None and [row["slot"] for row in decode(frame)] == [0, 2]
    assert state.frame(HERE, state.version, 0.0) is None


def test_a_state_change_shows_in_the_frame_and_as_an_event() -> None:
    state = state_of("a")
    since = state.version
    state.take_trip_states([change("a", 1, "waiting"), change("a", 2, "arrived")])
    frame = state.frame(HERE, since, 0.0)
    assert frame is not None and decode(frame)[0]["state"] == STATE_CODES["arrived"]
    events = [json.loads(event) for event in state.trip_events(since)]
    assert [event["state"] for event in events] == ["arrived"], "of one trip the newest counts"


def test_views_across_the_antimeridian_see_both_sides() -> None:
    state = state_of("east", "west", "far")
    state.take_positions(
        [report("east", 1, lon=179.9), report("west", 1, lon=-179.9), report("far", 1, lon=0)]
    )
    client = Client()
    assert understand(client, '{"type": "view", "bbox": [179, 40, 181, 50]}') == ""
    assert [one["vehicle_id"] for one in state.snapshot(client.bbox)[1]] == ["east", "west"]


def test_a_deleted_vehicle_leaves_and_a_renamed_one_is_introduced_again(house: House) -> None:
    hub = house.hub
    hub.state = state_of("a", "b")
    client = Client()
    hub.news(client)
    hub.state.rename("a", "Ñ", "bus")
    hub.state.remove("b")
    (text,) = [m for m in map(_json, hub.news(client)) if m and m["type"] == "vehicles"]
    assert [(one["slot"], one["name"]) for one in text["add"]] == [(0, "Ñ")] and text["remove"] == [1]


def _json(message: str | bytes) -> dict[str, Any] | None:
    return None if isinstance(message, bytes) else json.loads(message)


def test_a_client_that_takes_nothing_for_long_gets_the_newest_only(house: House) -> None:
    hub, names = house.hub, [f"v{n}" for n in range(50)]
    hub.state = state_of(*names)
    client = Client()
    hub.news(client)
    for seq in range(1, 50):
        hub.state.take_positions([report(name, seq, lat=45 + seq / 100) for name in names])
        hub.state.take_trip_states([change(name, seq, "driving") for name in names])
    news = hub.news(client)
    frames = [message for message in news if isinstance(message, bytes)]
    assert len(frames) == 1 and len(decode(frames[0])) == 50 and len(news) == 1 + 50
    assert all(row["lat"] == pytest.approx(45.49) for row in decode(frames[0]))


def test_state_changes_kept_for_slow_clients_are_bounded() -> None:
    state = state_of()
    state.take_trip_states([change(f"v{n}", 1, "driving") for n in range(5000)])
    assert len(state.trip_events(0)) == 2000


def test_equal_views_share_one_encoded_frame(house: House) -> None:
    hub = house.hub
    hub.state = state_of("a")
    clients = [Client(), Client()]
    for client in clients:
        hub.news(client)
    hub.state.take_positions([report("a", 1)])
    frames = [next(m for m in hub.news(client) if isinstance(m, bytes)) for client in clients]
    assert frames[0] is frames[1]


def test_without_clients_nobody_is_woken(house: House) -> None:
    async def scenario() -> bool:
        await house.hub.start()
        house.hub.state.take_trip_states([change("a", 1, "driving")])
        await asyncio.sleep(0)
        woken = house.hub._dirty.is_set()
        await house.hub.stop()
        return woken

    assert not asyncio.run(scenario())


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", '{"type": "view"}', '{"type": "view", "bbox": [0, 0, 1]}',
     '{"type": "view", "bbox": [0,9,1,8]}',
     '{"type": "view", "bbox": ["0", 0, 1, 1]}', '{"type": "view", "bbox": [NaN, 0, 1, 1]}', '{"type": "follow"}',
     '{"type": "follow", "vehicle_ids": [7]}', json.dumps({"type": "follow", "vehicle_ids": ["v"] * 51}),
     "[" * 100_000],
)  # fmt: skip
def test_a_message_that_cannot_be_meant_is_answered_and_changes_nothing(text: str) -> None:
    client = Client()
    client.fresh = False
    assert understand(client, text) and client.bbox == WORLD and not client.fresh


def test_who_comes_together_shares_one_look_at_the_vehicles_and_is_told_what_changed_since(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = house.hub
    hub.state, hub.cadence_s = state_of("a"), 3600.0
    first, second = Client(), Client()
    hub.news(first)
    hub.state.take_positions([report("a", 1, lat=45.1), report("b", 0)])
    monkeypatch.setattr(hub.state, "snapshot", None)  # nobody looks again
    (snapshot,) = map(_json, hub.news(second))
    assert snapshot is not None and [one["lat"] for one in snapshot["vehicles"]] == [45.0]
    added, frame = hub.news(second)
    assert isinstance(frame, bytes) and [row["lat"] for row in decode(frame)] == pytest.approx([45.1, 45.0])
    assert [one["vehicle_id"] for one in (_json(added) or {})["add"]] == ["b"]


def test_a_flood_of_views_is_answered_by_few_snapshots_of_the_last(house: House) -> None:
    async def scenario() -> list[str | bytes]:
        hub, socket, client = house.hub, SlowSocket(), Client()
        hub.state, hub.cadence_s = state_of("a", "b"), 0.1
        for _ in range(1000):
            socket.tokens.release()
        with hub.joined(client):
            speaking = asyncio.create_task(_speak(socket, hub, client))  # type: ignore[arg-type]  # only sends
            await socket.offered.wait()
            for south in range(80):
                assert not understand(client, json.dumps({"type": "view", "bbox": [-180, south, 180, 90]}))
                client.wake.set()
                await asyncio.sleep(0)
            await socket.two.wait()
            speaking.cancel()
        return socket.taken

    first, last = asyncio.run(scenario())
    assert len(json.loads(first)["vehicles"]) == 2 and json.loads(last)["vehicles"] == []


class SlowSocket:
    """Takes a message only when told to."""

    def __init__(self) -> None:
        self.taken: list[str | bytes] = []
        self.tokens = asyncio.Semaphore(0)
        self.two = asyncio.Event()
        self.offered = asyncio.Event()

    async def send_text(self, text: str) -> None:
        self.offered.set()
        await self.tokens.acquire()
        self._take(text)

    async def send_bytes(self, data: bytes) -> None:
        await self.tokens.acquire()
        self._take(data)

    def _take(self, message: str | bytes) -> None:
        if isinstance(message, str) and json.loads(message)["type"] == "pipeline":
            return  # comes when it comes
        self.taken.append(message)
        if len(self.taken) == 2:
            self.two.set()


def test_behind_a_socket_that_does_not_take_nothing_piles_up(house: House) -> None:
    async def scenario() -> list[str | bytes]:
        hub, socket, client = house.hub, SlowSocket(), Client()
        hub.state = state_of("a")
        await hub.start()
        with hub.joined(client):
            speaking = asyncio.create_task(_speak(socket, hub, client))  # type: ignore[arg-type]  # only sends
            await socket.offered.wait()
            for seq in range(1, 500):
                hub.state.take_positions([report("a", seq, lat=45 + seq / 1000)])
                await asyncio.sleep(0)
            for _ in range(3):
                socket.tokens.release()
            await socket.two.wait()
            speaking.cancel()
        await hub.stop()
        return socket.taken

    snapshot, frame = asyncio.run(scenario())[:2]
    assert json.loads(snapshot)["type"] == "snapshot"
    assert isinstance(frame, bytes) and decode(frame)[0]["lat"] == pytest.approx(45.499)


# Over a real socket of the app


def next_of(socket: WebSocketTestSession, kind: str) -> dict[str, Any]:
    for _ in range(100):
        message = socket.receive()
        if kind == "frame" and message.get("bytes"):
            return {"rows": decode(message["bytes"])}
        if message.get("text") and (body := json.loads(message["text"]))["type"] == kind:
            return dict(body)
    raise AssertionError(f"no {kind} came")


def test_a_client_gets_a_snapshot_then_frames_of_its_view_then_details(api: TestClient, house: House) -> None:
    ids = [api.post("/api/v1/vehicles", json={"name": f"v{n}"}).json()["id"] for n in range(3)]
    house.state.take_positions([report(ids[0], 0), report(ids[1], 0, lat=10.0)])
    with api.websocket_connect("/api/v1/live", headers=LOCAL) as socket:
        snapshot = next_of(socket, "snapshot")
        assert [one["vehicle_id"] for one in snapshot["vehicles"]] == ids[:2]
        assert snapshot["world"]["rate"] == 1.0
        socket.send_json({"type": "view", "bbox": HERE})
        assert [one["name"] for one in next_of(socket, "snapshot")["vehicles"]] == ["v0"]
        house.state.take_positions([report(ids[0], 1, lat=45.1), report(ids[1], 1, lat=10.1)])
        assert [row["slot"] for row in next_of(socket, "frame")["rows"]] == [0]
        house.state.take_positions([report(ids[2], 0, lat=45.2)])
        assert [one["vehicle_id"] for one in next_of(socket, "vehicles")["add"]] == [ids[2]]
        socket.send_json({"type": "follow", "vehicle_ids": [ids[1]]})
        assert next_of(socket, "detail")["vehicles"][0]["lat"] == 10.1
        house.state.take_positions([report(ids[1], 2, lat=10.2)])
        assert next_of(socket, "detail")["vehicles"][0]["lat"] == 10.2
        house.state.take_trip_states([change(ids[1], 3, "arrived")])
        assert next_of(socket, "trip")["state"] == "arrived"
        pipeline = next_of(socket, "pipeline")
        assert pipeline["topics"]["rumbo.positions"]["lag"] == 0
        socket.send_bytes(b"{}")
        assert "binary" in next_of(socket, "error")["detail"]
        socket.send_text("nonsense")
        assert "JSON" in next_of(socket, "error")["detail"]


def test_a_page_of_another_site_and_another_host_name_may_not_listen(api: TestClient) -> None:
    for headers in (LOCAL | {"origin": "http://evil.example"}, {"host": "evil.example"}):
        with pytest.raises(WebSocketDisconnect), api.websocket_connect("/api/v1/live", headers=headers):
            pass
    with api.websocket_connect("/api/v1/live", headers=LOCAL | {"origin": "http://127.0.0.1:8000"}):
        pass


def test_after_a_restart_the_map_is_right_at_once(api: TestClient, house: House) -> None:
    driving, parked, idle = (api.post("/api/v1/vehicles", json={"name": n}).json()["id"] for n in "abc")
    api.post("/api/v1/trips", json=trip_body(parked))
    house.clock.pass_s(3600)
    api.post("/api/v1/trips", json=trip_body(driving))
    house.clock.pass_s(40)
    again = house.again()
    again.state.refill([computed(vehicle, view) for vehicle, view in again.fleet.newest_of_each_vehicle()])
    known = {one["vehicle_id"]: one for one in again.state.snapshot(WORLD)[1]}
    assert set(known) == {driving, parked} and idle not in known
    assert known[parked]["state"] == "arrived" and known[parked]["lat"] == pytest.approx(45.01)
    assert known[driving]["state"] == "driving" and 45.0 < known[driving]["lat"] < 45.01
