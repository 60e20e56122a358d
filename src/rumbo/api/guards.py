"""What surrounds every request: safe headers, a last net for errors, and who may ask at all."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from fastapi import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rumbo.api.problems import internal_error, problem, rumbo_problem
from rumbo.errors import RumboError

log = logging.getLogger(__name__)

SECURITY_HEADERS: Mapping[str, str] = {
    # MapLibre decodes tiles in workers and draws images from blobs; all else comes from this server only.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Adds the security headers to every answer; API answers are never kept by caches."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_safe)


class LastNet:
    """Answers what nobody caught with a problem that tells nothing of our inside, and logs it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except RumboError as exc:
            if begun:
                raise
            await rumbo_problem(exc, scope["path"])(scope, receive, send)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if begun:
                raise
            await internal_error(scope["path"])(scope, receive, send)


class Visitors:
    """Lets in only who asks for this machine by its name, and only pages of this server may change anything.

    A foreign page that has its own name point here (DNS rebinding) is told by the Host header; one that
    posts here or opens the live socket by the Origin header. `host` is the address listened on: one that others reach
    lets any name in, unless `names` says which this server has besides this machine's.
    """

    def __init__(self, app: ASGIApp, host: str, names: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._names = names
        self._any_host = not names and not is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] in {"http", "websocket"} else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})  # before accepting: answered by 403

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._any_host and not self._is_ours(_split(f"//{host}").hostname or ""):
            return problem(
                421, "wrong-host", "This server does not go by that name.", instance=scope["path"],
                hint="Use http://127.0.0.1, or open it to others by --host (and RUMBO_ALLOWED_HOSTS).",
            )  # fmt: skip
        guarded = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if guarded and origin is not None and _split(origin).netloc.lower() != host.lower():
            return problem(
                403, "wrong-origin", "Pages of other sites may not do this.", instance=scope["path"],
                hint="Open the app at the address of this server.",
            )  # fmt: skip
        return None

    def _is_ours(self, name: str) -> bool:
        return is_loopback(name) or name in self._names


def _split(address: str) -> SplitResult:
    """The parts of an address; of one that is none, nothing."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
