"""A test double of a storage account: Azure Data Lake Storage Gen2's DFS endpoint, the Blob surface over the same files
that deltalake's client speaks, and the token endpoint; over TLS, with access control lists and with faults to order.

It answers at `https://127.0.0.1:<port>/<account>/<container>/<path>` for every account's name, and at
`https://127.0.0.1:<port>/<tenant>/oauth2/v2.0/token`.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from rumbo.stack.ports import choose
from support.dfs_blob import blob_answer
from support.dfs_calls import Answer, Call, dfs_answer, operation
from support.dfs_tls import Authority, make_authority
from support.dfs_tokens import Tokens
from support.dfs_tree import Refused, Tree

ACCOUNT = "rumbotest"


@dataclass(slots=True)
class Fault:
    """What the double does in place of, or after (`after`), the next `times` calls that `of` takes."""

    of: Callable[[Call], bool]
    status: int = 503
    code: str = "ServerBusy"
    times: int = 1
    after: bool = False
    """Do the operation first: its success is not told."""
    cut: bool = False
    """Close the connection in place of an answer."""
    met: int = 0


@dataclass(frozen=True, slots=True)
class Logged:
    """One call as it was answered; `who` is the client id, empty without a valid token."""

    who: str
    operation: str
    container: str
    path: str
    status: int

    @property
    def writes(self) -> bool:
        return self.operation in {
            "create",
            "mkdir",
            "append",
            "flush",
            "rename",
            "delete",
            "put",
            "container",
            "copy",
        }


@dataclass(slots=True)
class Double:
    """The running double, as tests see and steer it."""

    port: int
    authority: Authority
    tree: Tree = field(default_factory=Tree)
    tokens: Tokens = field(default_factory=Tokens)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Logged] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ca_file(self) -> Path:
        return self.authority.ca_file

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def place(self, container: str, account: str = ACCOUNT) -> str:
        return f"abfss://{container}@{account}.dfs.core.windows.net"

    def by(self, who: str) -> list[Logged]:
        with self.lock:
            return [call for call in self.calls if call.who == who]

    @contextmanager
    def fault(self, fault: Fault) -> Iterator[Fault]:
        """Order a fault for as long as the block runs, or until it was met so often."""
        with self.lock:
            self.faults.append(fault)
        try:
            yield fault
        finally:
            with self.lock:
                self.faults.remove(fault)

    def answer(self, call: Call) -> Answer | None:
        """The answer to a call, None for a cut connection."""
        fault = self._fault_of(call)
        answer: Answer | None = None
        if fault is None or fault.after:
            answer = self._done(call)
        if fault is not None:
            answer = None if fault.cut else _error(call, Refused(fault.status, fault.code))
        with self.lock:
            status = answer.status if answer else 0
            self.calls.append(Logged(call.who, operation(call), call.container, call.path, status))
        return answer

    def _fault_of(self, call: Call) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.met < fault.times and fault.of(call):
                    fault.met += 1
                    return fault
        return None

    def _done(self, call: Call) -> Answer:
        if not call.who:
            return _error(
                call, Refused(401, "InvalidAuthenticationInfo", "Server failed to authenticate the request.")
            )
        try:
            with self.tree.lock:
                return blob_answer(self.tree, call) if call.is_blob else dfs_answer(self.tree, call)
        except Refused as exc:
            return _error(call, exc)


def _error(call: Call, refused: Refused) -> Answer:
    headers = {"x-ms-error-code": refused.code}
    if refused.status == 401:
        headers["WWW-Authenticate"] = 'Bearer authorization_uri="https://login.microsoftonline.com/common"'
    if refused.status in {429, 503}:
        headers["Retry-After"] = "0"
    if call.is_blob:
        body = f"<?xml version='1.0'?><Error><Code>{refused.code}</Code><Message>{refused.text}</Message></Error>"
        return Answer(refused.status, headers | {"Content-Type": "application/xml"}, body.encode())
    body = json.dumps({"error": {"code": refused.code, "message": refused.text}})
    return Answer(refused.status, headers | {"Content-Type": "application/json"}, body.encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = self._chunks()
        split = urlsplit(self.path)
        double = self.server.double
        if split.path.endswith("/oauth2/v2.0/token"):
            status, told = double.tokens.answer(split.path, body)
            self._send(Answer(status, {"Content-Type": "application/json"}, json.dumps(told).encode()))
            return
        method = self.headers.get("X-HTTP-Method-Override") or self.command
        _, _, container, *path = (*split.path.split("/", 3), "")
        call = Call(
            method,
            unquote(container),
            unquote("/".join(path)).strip("/"),
            dict(parse_qsl(split.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            body,
            double.tokens.client_of(self.headers.get("Authorization", "")) or "",
        )
        answer = double.answer(call)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        self._send(answer)

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("x-ms-request-id", "00000000-0000-0000-0000-000000000000")
        self.send_header("x-ms-version", "2024-11-04")
        if self.command == "HEAD":
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def __getattr__(self, name: str) -> object:
        if name.startswith("do_"):  # whatever the method
            return self._serve
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class' name
        """Not to standard error."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, double: Double, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", double.port), _Handler)
        self.double = double
        # The handshake is made in the connection's own thread: one client must not keep the others waiting.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is its own business."""


@contextmanager
def running(folder: Path, principals: Mapping[str, str]) -> Iterator[Double]:
    """A double with its certificates in `folder`, which knows some service principals: client id -> secret."""
    authority = make_authority(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    double = Double(choose(1)[0], authority, tokens=Tokens(dict(principals)))
    server = _Server(double, context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
