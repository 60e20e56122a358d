"""Who a process is to Azure, and how it reaches the storage account.

A process has one identity: the stream's writes landing and nothing else, the batch's reads landing and writes staging
and common, a reader's reads. A secret is held in a `Secret`, which shows itself to nobody: not in `repr`, not in an
f-string, not in a pickle. It leaves it in two places only, both in this process' memory: the options of deltalake's
client (`lake/storage.py`) and Hadoop's configuration (`pipeline/session.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from rumbo.errors import CannotStart

AUTHORITY = "https://login.microsoftonline.com"
"""Microsoft's public cloud."""
HIDDEN = "***"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")
_NAMESPACES = ("hierarchical", "flat")


class Secret:
    """A client secret, or the file that it is read from each time, so that a renewed one counts at once."""

    __slots__ = ("_file", "_text")

    def __init__(self, text: str = "", file: Path | None = None) -> None:
        self._text = text
        self._file = file

    def reveal(self) -> str:
        """The secret. Raises CannotStart where its file cannot be read or is empty."""
        if self._file is None:
            return self._text
        text = _read(self._file, "client secret")
        if "\n" in text or "\r" in text:
            raise CannotStart(f"{self._file} has more than one line.", hint="It must hold the secret alone.")
        return text

    def hidden_in(self, text: str) -> str:
        """A text of somebody else's, an error's say, without the secret."""
        try:
            secret = self.reveal()
        except CannotStart:
            return text
        return text.replace(secret, HIDDEN) if secret else text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret does not leave its process.")


@dataclass(frozen=True, slots=True)
class Identity:
    """A service principal: by a secret (client credentials), or by a token file of a workload identity."""

    tenant_id: str
    client_id: str
    secret: Secret | None = None
    token_file: Path | None = None

    def __str__(self) -> str:
        return f"client {self.client_id}"


@dataclass(frozen=True, slots=True)
class Access:
    """How one process reaches the accounts of its lake; with no identity it reaches folders only."""

    identity: Identity | None = None
    role: str = ""
    """Whose identity it is: stream, batch or reader; named in messages."""
    authority: str = AUTHORITY
    endpoint: str = ""
    """Base URL that takes the place of `https://<account>.dfs…` and `https://<account>.blob…`; the account's name
    becomes the first part of the path. For emulators."""
    ca_file: Path | None = None
    """PEM file with the certificate authorities to trust instead of the machine's."""
    is_flat: bool = False
    """The account has no hierarchical namespace: its Blob service is used, and folders have no rights."""

    @property
    def token_url(self) -> str:
        tenant = self.identity.tenant_id if self.identity else "common"
        return f"{self.authority}/{tenant}/oauth2/v2.0/token"

    def hidden_in(self, text: str) -> str:
        """A text without this access' secret."""
        secret = self.identity.secret if self.identity else None
        return text if secret is None else secret.hidden_in(text)

    def trust(self) -> None:
        """Make this process' clients that read the system's certificates trust those of `ca_file` instead."""
        if self.ca_file is not None:
            os.environ["SSL_CERT_FILE"] = str(self.ca_file)


LOCAL = Access()
"""For lakes in folders."""


def read_access(given: Mapping[str, str]) -> Access:
    """An access from the settings of one role, as `Settings.azure` gives them.

    Raises CannotStart for settings that contradict each other, are half given, or name files that cannot be read. No
    message holds a secret.
    """
    role = given["role"]
    authority = _url(given["authority"] or AUTHORITY, "RUMBO_AZURE_AUTHORITY")
    endpoint = _url(given["endpoint"], "RUMBO_AZURE_ENDPOINT") if given["endpoint"] else ""
    if given["namespace"] not in _NAMESPACES:
        raise CannotStart(f"RUMBO_AZURE_NAMESPACE must be {' or '.join(_NAMESPACES)}.")
    ca_file = _file(given["ca_file"], "RUMBO_AZURE_CA_FILE")
    return Access(
        _identity(given, f"RUMBO_AZURE_{role.upper()}_"),
        role,
        authority,
        endpoint,
        ca_file,
        given["namespace"] == "flat",
    )


def _identity(given: Mapping[str, str], prefix: str) -> Identity | None:
    client, tenant = given["client_id"], given["tenant_id"]
    ways = [name for name in ("client_secret", "client_secret_file", "federated_token_file") if given[name]]
    names = ", ".join(prefix + name.upper() for name in ways)
    if not client:
        if ways:
            raise CannotStart(
                f"{names} is set, but not whose it is.", hint=f"Set {prefix}CLIENT_ID as well, or neither."
            )
        return None
    if len(ways) != 1:
        raise CannotStart(
            f"{prefix}CLIENT_ID is set with {'no way to sign in' if not ways else 'more than one way: ' + names}.",
            hint=f"Set one of {prefix}CLIENT_SECRET, {prefix}CLIENT_SECRET_FILE, {prefix}FEDERATED_TOKEN_FILE.",
        )
    if not tenant:
        raise CannotStart("RUMBO_AZURE_TENANT_ID is not set.", hint="`az account show` tells it: tenantId.")
    if not _GUID.fullmatch(client):
        raise CannotStart(
            f"{prefix}CLIENT_ID is not the id of an application.", hint="It looks like 00000000-0000-0000-…"
        )
    if not re.fullmatch(r"[A-Za-z0-9.-]+", tenant):
        raise CannotStart("RUMBO_AZURE_TENANT_ID is no tenant's id or domain.")
    token_file = _file(given["federated_token_file"], prefix + "FEDERATED_TOKEN_FILE")
    if token_file is not None:
        return Identity(tenant, client, token_file=token_file)
    secret_file = _file(given["client_secret_file"], prefix + "CLIENT_SECRET_FILE")
    secret = Secret(given["client_secret"], secret_file)
    secret.reveal()
    return Identity(tenant, client, secret)


def _file(text: str, setting: str) -> Path | None:
    if not text:
        return None
    path = Path(text).absolute()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise CannotStart(f"{setting} names {path}, which cannot be read as a file.")
    return path


def _read(path: Path, what: str) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as exc:
        raise CannotStart(f"The file with the {what}, {path}, cannot be read.") from exc
    if not text:
        raise CannotStart(f"The file with the {what}, {path}, is empty.")
    return text


def _url(text: str, setting: str) -> str:
    if not _HTTPS.fullmatch(text) or not urlsplit(text).hostname:
        raise CannotStart(f"{setting} must be an address that begins with https://.")
    return text.rstrip("/")
