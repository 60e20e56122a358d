"""How much a client may send, and how slowly."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rumbo.api.problems import problem

MAX_BODY_BYTES = 2_000_000
MAX_URL_BYTES = 8_000
BODY_TIMEOUT_S = 30.0
"""A body that takes longer is not waited for."""


class _TooLongError(Exception):
    """The body is longer than allowed."""


class BodyLimit:
    """Reads the body before the app sees the request, and refuses with 413 what is longer than allowed.

    Counts what really arrives, so a chunked body or a wrong Content-Length gains nothing. A body that comes
    too slowly is a 408; one whose end never comes, for the client has gone, has no effect.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES, timeout_s: float = BODY_TIMEOUT_S
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_URL_BYTES:
            await problem(
                414, "address-too-long", "The address is too long.", instance=scope["path"][:100],
                hint="Send less in the query.",
            )(scope, receive, send)  # fmt: skip
            return
        declared = Headers(scope=scope).get("content-length", "0")
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._read(receive, declared)
        except _TooLongError:
            await problem(
                413, "too-large", f"The body is longer than {self._max_bytes} bytes.", instance=scope["path"],
                hint="Send fewer points, or split it.", headers={"Connection": "close"},
            )(scope, receive, send)  # fmt: skip
        except TimeoutError:
            await problem(
                408, "too-slow", f"The body did not arrive within {self._timeout_s:g} s.", instance=scope["path"],
                hint="Send it again over a faster connection.", headers={"Connection": "close"},
            )(scope, receive, send)  # fmt: skip
        else:
            if body is not None:
                await self._app(scope, _replayed(body, receive), send)

    async def _read(self, receive: Receive, declared: str) -> bytes | None:
        """The whole body; None where the client has gone before its end. Raises _TooLongError."""
        # So long a number that it is not even read as one is too long in any case.
        if not declared.isdecimal() or len(declared) > 20 or int(declared) > self._max_bytes:
            raise _TooLongError
        parts, size = list[bytes](), 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._max_bytes:
                raise _TooLongError
            if not message.get("more_body", False):
                return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
