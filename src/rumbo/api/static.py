"""The web app's files and the base map's tiles."""

from __future__ import annotations

import html
import os
from pathlib import Path

import anyio.to_thread
from fastapi import Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from rumbo.api.problems import problem
from rumbo.regions import Region

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
_RANGE_PROBLEMS = {
    400: ("bad-range", "The Range header does not say which bytes."),
    416: ("range-not-satisfiable", "The file does not have these bytes."),
}
_MISSING = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Rumbo</title>"
    "<h1>The web app is not built</h1><p>Run <code>make setup</code>, then reload. The REST interface "
    "works: see <a href=/api/v1/docs>/api/v1/docs</a>.</p></html>"
)


class WebApp:
    """ASGI app for what no route serves: a file of the web app, or its page for the app's own addresses."""

    def __init__(self, dist: Path) -> None:
        self._dist = dist.absolute()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        path: str = scope["path"]
        if path.startswith(("/api/", "/tiles/")) or path in {"/api", "/tiles"}:
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        response = await anyio.to_thread.run_sync(self._find, path, Request(scope))
        await response(scope, receive, send)

    def _find(self, path: str, request: Request) -> Response:
        index = self._dist / "index.html"
        if not index.is_file():
            return HTMLResponse(_MISSING, 503)
        file = self._inside(path)
        if file is not None:
            hashed = file.parent.name == "assets"
            return file_response(file, request, IMMUTABLE if hashed else REVALIDATE)
        if Path(path).suffix:  # a file that is not there, not an address of the app
            raise HTTPException(404)
        return file_response(index, request, REVALIDATE)

    def _inside(self, path: str) -> Path | None:
        """The file at a path of the web app; None where there is none or it lies elsewhere."""
        if "\0" in path or "\\" in path:
            return None
        file = Path(os.path.realpath(self._dist / path.lstrip("/")))
        # os.path's isfile says no to a name that is too long, where Path's raises.
        return file if file.is_relative_to(os.path.realpath(self._dist)) and os.path.isfile(file) else None  # noqa: PTH113


def tiles_response(regions: list[Region], name: str, request: Request) -> Response:
    """A region's base map: the whole or the ranges asked for. Raises HTTPException 404 where there is none."""
    region = next((region for region in regions if region.name == name), None)
    if region is None or not region.pmtiles.is_file():
        raise HTTPException(404)
    return file_response(region.pmtiles, request, REVALIDATE, "application/vnd.pmtiles")


def file_response(file: Path, request: Request, cache: str, media_type: str | None = None) -> Response:
    """A file with ETag and ranges; 304 where the client has it already."""
    stat = file.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {"Cache-Control": cache, "ETag": etag}
    if etag in [
        tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")
    ]:
        return Response(status_code=304, headers=headers)
    return RangedFile(file, headers=headers, media_type=media_type, stat_result=stat)


class RangedFile(FileResponse):
    """A file or ranges of it; a range that cannot be served is answered as every error is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused: Response | None = None

        async def send_or_refuse(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in _RANGE_PROBLEMS:
                code, detail = _RANGE_PROBLEMS[message["status"]]
                found = Headers(raw=message["headers"])
                refused = problem(
                    message["status"], code, detail, instance=scope["path"],
                    hint="Send Range: bytes=<first>-<last> within the file, or none for the whole.",
                    headers={name: found[name] for name in ("content-range",) if name in found},
                )  # fmt: skip
            elif refused is None:
                await send(message)

        await super().__call__(scope, receive, send_or_refuse)
        if refused is not None:
            await refused(scope, receive, send)


def docs_page(document: dict[str, object]) -> str:
    """The REST interface as one plain page; it needs no script and nothing from elsewhere."""
    rows = []
    paths = document["paths"]
    assert isinstance(paths, dict)  # noqa: S101 - for the type checker
    for path, operations in paths.items():
        for method, operation in operations.items():
            codes = ", ".join(operation["responses"])
            cells = (f"<code>{method.upper()} {html.escape(path)}</code>", operation["summary"], codes)
            rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Rumbo API</title><h1>Rumbo API</h1>"
        "<p>The full contract, with examples: <a href=/api/v1/openapi.json>/api/v1/openapi.json</a>. "
        "Errors are <code>application/problem+json</code>; POSTs take an <code>Idempotency-Key</code>. "
        "Live: <code>WS /api/v1/live</code>.</p><table border=1 cellpadding=6>"
        "<tr><th>Operation<th>What it does<th>Answers</tr>" + "".join(rows) + "</table></html>"
    )
