"""Microsoft Entra's token endpoint for tests: client secrets and federated tokens in, short-lived JWTs out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

TENANT = "7f0e54c1-3b1c-4a5f-9d1e-0a4f6a1d2b3c"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(slots=True)
class Tokens:
    """Whoever is in `principals` (client id -> secret) or `federated` (client id -> assertion) gets a token."""

    principals: dict[str, str] = field(default_factory=dict)
    federated: dict[str, str] = field(default_factory=dict)
    life_s: int = 3600
    issued: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    """How often somebody came with a token that had ended."""
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def answer(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and JSON for a POST to `/<tenant>/oauth2/v2.0/token`."""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        client = form.get("client_id", "")
        if path.strip("/").split("/")[0] != TENANT:
            return _error(
                400,
                "invalid_request",
                90002,
                "Tenant not found. Check to make sure you have the correct tenant ID.",
            )
        if client not in self.principals and client not in self.federated:
            return _error(
                400, "unauthorized_client", 700016, f"Application with identifier '{client}' was not found."
            )
        if (
            form.get("scope") != "https://storage.azure.com/.default"
            or form.get("grant_type") != "client_credentials"
        ):
            return _error(
                400,
                "invalid_scope",
                70011,
                "The provided value for the input parameter 'scope' is not valid.",
            )
        if "client_assertion" in form:
            expected = self.federated.get(client)
            if form.get("client_assertion_type") != ASSERTION or form["client_assertion"].strip() != expected:
                return _error(401, "invalid_client", 700213, "No matching federated identity record found.")
        elif not form.get("client_secret") or form["client_secret"] != self.principals.get(client):
            return _error(401, "invalid_client", 7000215, "Invalid client secret provided.")
        self.issued[client] += 1
        return 200, {
            "token_type": "Bearer",
            "expires_in": self.life_s,
            "ext_expires_in": self.life_s,
            "access_token": self.token_of(client),
        }

    def token_of(self, client: str) -> str:
        now = int(time.time())
        claims = {
            "aud": "https://storage.azure.com", "iss": f"https://sts.windows.net/{TENANT}/", "appid": client,
            "nbf": now - 1, "iat": now, "exp": now + self.life_s, "jti": secrets.token_hex(8),
        }  # fmt: skip
        head = _encoded(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
        body = _encoded(json.dumps(claims).encode())
        return f"{head}.{body}.{self._signed(f'{head}.{body}')}"

    def _signed(self, text: str) -> str:
        return _encoded(hmac.new(self._key, text.encode(), hashlib.sha256).digest())

    def client_of(self, header: str) -> str | None:
        """Whose valid token an Authorization header brings; None for none, a foreign one, or one that has ended."""
        kind, _, token = header.partition(" ")
        text, _, signature = token.rpartition(".")
        if kind != "Bearer" or not hmac.compare_digest(signature, self._signed(text)):
            return None
        claims = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
        if not claims["nbf"] <= time.time() < claims["exp"]:
            self.ended[claims["appid"]] += 1
            return None
        return str(claims["appid"])


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _error(status: int, error: str, number: int, text: str) -> tuple[int, dict[str, Any]]:
    return status, {
        "error": error,
        "error_description": f"AADSTS{number}: {text} Trace ID: 00000000-0000-0000-0000-000000000000",
        "error_codes": [number],
    }
