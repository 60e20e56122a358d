"""Where a place of the lake may lie, and what deltalake's client needs to reach it.

A place is a folder or an `abfss://container@account.dfs.core.windows.net/folder` URL. Spark reaches such a place by
Hadoop's ABFS driver through the account's DFS endpoint (`pipeline/session.py`), deltalake by its own client through
the same account's Blob endpoint; both see the same files and the same access control lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rumbo.errors import CannotStart, InvalidInput
from rumbo.lake.access import Access

_ABFSS = re.compile(
    r"abfss://(?P<container>[a-z0-9](?:[a-z0-9]|-(?!-)){2,62})@(?P<account>[a-z0-9]{3,24})"
    r"\.(?P<endpoint>[a-z0-9.-]+)(?P<folder>(?:/[^/?#]+)*)/?"
)
RETRIES = 8
"""Of one call, with growing pauses: about half a minute of a busy or unreachable account."""
_NOT_IN_FOLDERS = "%#?"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class Container:
    """The parts of an abfss:// URL."""

    name: str
    account: str
    host: str
    """The account's DFS endpoint."""
    folder: str
    """Within the container; empty for all of it."""

    @property
    def blob_host(self) -> str:
        return re.sub(r"\.dfs\.", ".blob.", self.host, count=1)


def checked_place(text: str) -> str:
    """A place in its one spelling: an absolute folder, or an abfss:// URL without a slash at its end.

    Raises InvalidInput for any other kind of URL and for a malformed one.
    """
    if not text.strip():
        raise InvalidInput("A place of the lake has no location.", hint="Name a folder or an abfss:// URL.")
    if not _SCHEME.match(text):
        folder = str(Path(text).absolute())
        if any(letter in folder for letter in _NOT_IN_FOLDERS):
            raise InvalidInput(
                f"A lake cannot be in {folder}: Delta's readers take {' '.join(_NOT_IN_FOLDERS)} for parts of a URL.",
                hint="Use a folder without them in its path.",
            )
        return folder
    if not _ABFSS.fullmatch(text):
        raise InvalidInput(
            f"{text!r} is not a place a lake can be in.",
            hint="Use a folder or abfss://container@account.dfs.core.windows.net/folder.",
        )
    return text.rstrip("/")


def is_remote(place: str) -> bool:
    return place.startswith("abfss://")


def container_of(place: str) -> Container:
    """The parts of a remote place. Raises InvalidInput for another."""
    found = _ABFSS.fullmatch(place)
    if found is None:
        raise InvalidInput(f"{place!r} is not in a storage account.")
    host = f"{found['account']}.{found['endpoint']}"
    return Container(found["container"], found["account"], host, found["folder"].strip("/"))


def storage_options(place: str, access: Access) -> dict[str, str]:
    """What deltalake needs to open tables in a place; nothing for a folder. It holds the secret: never show it.

    Raises CannotStart where the process has no identity for a storage account.
    """
    if not is_remote(place):
        return {}
    identity = access.identity
    if identity is None:
        raise no_identity(place, access)
    access.trust()
    at = container_of(place)
    options = {
        "azure_storage_account_name": at.account,
        "azure_container_name": at.name,
        "azure_storage_tenant_id": identity.tenant_id,
        "azure_storage_client_id": identity.client_id,
        "azure_storage_authority_host": access.authority,
        "azure_storage_endpoint": f"{access.endpoint}/{at.account}"
        if access.endpoint
        else f"https://{at.blob_host}",
        "max_retries": str(RETRIES),
        "retry_timeout": "90s",
        "timeout": "60s",
        "connect_timeout": "10s",
    }
    if identity.token_file is not None:
        options["azure_federated_token_file"] = str(identity.token_file)
    elif identity.secret is not None:
        options["azure_storage_client_secret"] = identity.secret.reveal()
    return options


def no_identity(place: str, access: Access) -> CannotStart:
    """The error for a storage account without an identity to reach it by."""
    role = (access.role or "batch").upper()
    return CannotStart(
        f"{place} is in a storage account, and this process has no identity to reach it by.",
        hint=f"Set RUMBO_AZURE_TENANT_ID, RUMBO_AZURE_{role}_CLIENT_ID and RUMBO_AZURE_{role}_CLIENT_SECRET_FILE "
        "(docs/settings.md).",
    )
