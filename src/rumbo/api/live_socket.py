"""The WebSocket endpoint of the live hub."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from math import isfinite
from typing import Any

import anyio
import anyio.to_thread
import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from rumbo.api.live import MAX_CLIENTS, MAX_FOLLOWED, Client, LiveHub
from rumbo.api.live_state import BBox

SEND_TIMEOUT_S = 30.0
"""A client that takes nothing for so long is let go."""
SNAPSHOT_CADENCES = 6
"""So many times the shortest time between two frames lie between two snapshots of a client."""
GOING_AWAY, TRY_LATER = 1001, 1013
router = APIRouter()


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """A snapshot, then what changes in the client's view. See docs/api.md for the messages."""
    hub: LiveHub = socket.app.state.services.live
    await socket.accept()
    if hub.clients >= MAX_CLIENTS:
        await socket.close(TRY_LATER, "Too many listen already.")
        return
    client = Client()
    with hub.joined(client):
        async with anyio.create_task_group() as group:
            group.start_soon(_first_ends, _listen(socket, client), group.cancel_scope)
            group.start_soon(_first_ends, _speak(socket, hub, client), group.cancel_scope)


async def _first_ends(work: Coroutine[Any, Any, None], both: anyio.CancelScope) -> None:
    """Do one half of the conversation; its end, for the client has gone or is too slow, ends the other."""
    with contextlib.suppress(WebSocketDisconnect, TimeoutError, OSError):
        await work
    both.cancel()


async def _speak(socket: WebSocket, hub: LiveHub, client: Client) -> None:
    """Tell the client what is new whenever it has taken what was told before."""
    snapshot_due_s = 0.0
    while not hub.closing.is_set():
        await client.wake.wait()
        client.wake.clear()
        if client.fresh:
            # Who changes the view all the time gets a snapshot of the last one now and then.
            await asyncio.sleep(max(0.0, snapshot_due_s - time.monotonic()))
            news = await anyio.to_thread.run_sync(hub.news, client, limiter=hub.snapshots)
            snapshot_due_s = time.monotonic() + SNAPSHOT_CADENCES * hub.cadence_s
        else:
            news = hub.news(client)
        for message in news:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                if isinstance(message, bytes):
                    await socket.send_bytes(message)
                else:
                    await socket.send_text(message)
    await socket.close(GOING_AWAY)


async def _listen(socket: WebSocket, client: Client) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        client.complaint = "Send text, not binary." if text is None else understand(client, text)
        client.wake.set()


def understand(client: Client, text: str) -> str:
    """Do what a client's message says; what is wrong with it, or nothing."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return "That is not JSON."
    match message:
        case {"type": "view", "bbox": [west, south, east, north]} if _is_box(west, south, east, north):
            client.bbox = _wrapped(west, south, east, north)
            client.fresh = True
        case {"type": "follow", "vehicle_ids": list(ids)} if len(ids) <= MAX_FOLLOWED and all(
            isinstance(one, str) and len(one) <= 40 for one in ids
        ):
            client.followed = frozenset(ids)
            client.details_due = True
        case _:
            return (
                'Send {"type": "view", "bbox": [west, south, east, north]} in degrees or '
                f'{{"type": "follow", "vehicle_ids": […]}} with at most {MAX_FOLLOWED} ids.'
            )
    return ""


def _wrapped(west: float, south: float, east: float, north: float) -> BBox:
    """The box with longitudes from -180 to 180; a map that was scrolled around the Earth counts on."""
    if not 0 <= east - west < 360:
        return (-180.0, float(south), 180.0, float(north))
    return ((west + 180) % 360 - 180, float(south), (east + 180) % 360 - 180, float(north))


def _is_box(*sides: Any) -> bool:
    if not all(
        isinstance(side, int | float) and not isinstance(side, bool) and isfinite(side) for side in sides
    ):
        return False
    west, south, east, north = sides
    return bool(-540 <= west <= 540 and -540 <= east <= 540 and -90 <= south <= north <= 90)
