"""Idempotency-Key on POSTs: the same request again gets the same answer and has no second effect.

The request's token also goes to the verbs, which make ids of it and mark their changes with it: so a
repeated request finds its effect even where the process died before the answer was kept. Answers of
500 and above are not kept: such a request may be tried again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict

import anyio.to_thread
from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rumbo.api.problems import problem
from rumbo.fleet.answers import Answer, Answers

HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 255
_TOKEN = "rumbo.token"  # noqa: S105 - the key in the scope
_REPEATED = ("content-type", "location", "retry-after")


def request_token(request: Request) -> str | None:
    """The token of a request with an Idempotency-Key, for the verbs."""
    token: str | None = request.scope.get(_TOKEN)
    return token


class Idempotency:
    """Keeps and repeats answers to POSTs that carry a key. Requests of one key take turns."""

    def __init__(self, app: ASGIApp, answers: Answers | None) -> None:
        self._app = app
        self._answers = answers
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[str, int] = defaultdict(int)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = (
            Headers(scope=scope).get(HEADER)
            if scope["type"] == "http" and scope["method"] == "POST"
            else None
        )
        if key is None or self._answers is None:
            await self._app(scope, receive, send)
            return
        if not (1 <= len(key) <= MAX_KEY_LENGTH and key.isascii() and key.isprintable()):
            await problem(
                422, "invalid-input", f"{HEADER} is not 1 to {MAX_KEY_LENGTH} printable ASCII characters.",
                instance=scope["path"], hint="Use a UUID.",
            )(scope, receive, send)  # fmt: skip
            return
        token = hashlib.sha256(f"{scope['path']}\n{key}".encode()).hexdigest()
        self._waiting[token] += 1
        try:
            async with self._turns[token]:
                response = await self._answer(self._answers, token, scope, receive)
        finally:
            self._waiting[token] -= 1
            if not self._waiting[token]:
                del self._waiting[token], self._turns[token]
        await response(scope, receive, send)

    async def _answer(self, answers: Answers, token: str, scope: Scope, receive: Receive) -> Response:
        message = await receive()  # BodyLimit gives the whole body in one message
        body: bytes = message.get("body", b"")
        content_type = Headers(scope=scope).get("content-type", "")
        request_hash = hashlib.sha256(
            f"{content_type}\n{scope['query_string']!r}\n".encode() + body
        ).hexdigest()
        kept = await anyio.to_thread.run_sync(answers.find, token)
        if kept is None:
            fresh = await self._fresh(token, request_hash, scope, message, receive)
            if fresh.status < 500:
                await anyio.to_thread.run_sync(answers.keep, token, fresh)
            return Response(fresh.body, fresh.status, fresh.headers)
        if kept.request_hash != request_hash:
            return problem(
                422, "idempotency-key-reused", f"This {HEADER} was used for another request.",
                instance=scope["path"], hint="Use a new key for a new request.",
            )  # fmt: skip
        return Response(kept.body, kept.status, kept.headers | {"idempotency-replayed": "true"})

    async def _fresh(
        self, token: str, request_hash: str, scope: Scope, first: Message, receive: Receive
    ) -> Answer:
        given, status, headers, parts = False, 500, {}, list[bytes]()

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return first

        async def collect(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                found = Headers(raw=message["headers"])
                headers = {name: found[name] for name in _REPEATED if name in found}
            else:
                parts.append(message.get("body", b""))

        await self._app({**scope, _TOKEN: token}, replay, collect)
        return Answer(request_hash, status, headers, b"".join(parts))
