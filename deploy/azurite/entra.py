"""Gives tokens as Microsoft Entra does, for the account that Azurite plays, and makes its containers.

Only who shows the secret of an application gets one. Azurite looks at a token's claims and not at who signed it, so
this (compose.azurite.yaml) is for trying Rumbo without a cloud, and no protection of anything. Standard library only.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

SECRETS = Path("/run/secrets")
READY = Path("/tmp/ready")  # noqa: S108  # of this container alone
PORT = 8443
LIFE_S = 3600
TENANT = os.environ["RUMBO_AZURE_TENANT_ID"]
ACCOUNT = os.environ["AZURITE_ACCOUNT"]
CONTAINERS = ("landing", "staging", "common")
SECRET_OF = {
    os.environ["RUMBO_AZURE_STREAM_CLIENT_ID"]: SECRETS / "azure_stream",
    os.environ["RUMBO_AZURE_BATCH_CLIENT_ID"]: SECRETS / "azure_batch",
}
KEY = secrets.token_bytes(32)


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token_of(client: str) -> str:
    """A JWT with the claims that Azurite looks at."""
    now = int(time.time())
    claims = {
        "aud": "https://storage.azure.com", "iss": f"https://sts.windows.net/{TENANT}/", "appid": client,
        "nbf": now - 1, "iat": now, "exp": now + LIFE_S,
    }  # fmt: skip
    text = (
        f"{_coded(json.dumps({'typ': 'JWT', 'alg': 'HS256'}).encode())}.{_coded(json.dumps(claims).encode())}"
    )
    return f"{text}.{_coded(hmac.digest(KEY, text.encode(), 'sha256'))}"


def answer(path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and JSON for a POST to the token endpoint."""
    client, secret = form.get("client_id", ""), form.get("client_secret", "")
    if path != f"/{TENANT}/oauth2/v2.0/token" or form.get("grant_type") != "client_credentials":
        return 400, {"error": "invalid_request", "error_description": f"There is no {path} here."}
    file = SECRET_OF.get(client)
    if file is None or not hmac.compare_digest(file.read_text("utf-8").strip().encode(), secret.encode()):
        return 401, {"error": "invalid_client", "error_description": "Unknown application or wrong secret."}
    return 200, {"token_type": "Bearer", "expires_in": LIFE_S, "access_token": token_of(client)}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self) -> None:
        """The one method of a token endpoint."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1 << 16)).decode()
        status, told = answer(self.path, {name: values[0] for name, values in parse_qs(body).items()})
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def make_containers() -> None:
    """The account's three containers; those that are there stay. Waits for Azurite."""
    trusted = ssl.create_default_context(cafile=str(SECRETS / "azurite_ca"))
    bearer = {"Authorization": f"Bearer {token_of('setup')}", "x-ms-version": "2023-11-03"}
    for name in CONTAINERS:
        url = f"{os.environ['RUMBO_AZURE_ENDPOINT']}/{ACCOUNT}/{name}?restype=container"
        while True:
            try:
                urlopen(Request(url, method="PUT", headers=bearer), timeout=10, context=trusted).close()  # noqa: S310  # ours
            except URLError as problem:
                if getattr(problem, "code", 0) != 409:  # it is there
                    sys.stderr.write(f"{name}: {problem}\n")
                    time.sleep(1)
                    continue
            break


def main() -> None:
    """Serve until the container is stopped."""
    server = ThreadingHTTPServer(("", PORT), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(SECRETS / "azurite_certificate", SECRETS / "azurite_key")
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    make_containers()
    READY.touch()
    server.serve_forever()


if __name__ == "__main__":
    main()
