"""Tries what an identity may do in a place of the lake: write, read, rename and delete a small file of its own.

In an account it speaks the services' REST interfaces, since their answers say more than the clients' errors: the DFS
endpoint, which Spark uses, and for reading the Blob endpoint too, which deltalake uses and which may be closed to this
network while the other is open. https://learn.microsoft.com/rest/api/storageservices/data-lake-storage-gen2
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import quote

import httpx

from rumbo.errors import CannotStart, NotFound, RumboError, Unavailable
from rumbo.lake.access import Access, Identity
from rumbo.lake.places import Lake
from rumbo.lake.refusals import explain
from rumbo.lake.storage import Container, container_of, is_remote, no_identity

TIMEOUT_S = 15.0
VERSION = "2023-11-03"
SCOPE = "https://storage.azure.com/.default"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CONTENT = b"rumbo doctor\n"


class Probe(Protocol):
    """A place, as one identity reaches it. Each step raises one of our errors, which says what to do."""

    def write(self, name: str) -> None: ...
    def read(self, name: str) -> None: ...
    def rename(self, name: str, to: str) -> None: ...
    def delete(self, name: str) -> None: ...
    def close(self) -> None: ...


def probe(lake: Lake, place: str) -> Probe:
    """Raises CannotStart where the process has no identity for an account, or cannot sign in with it."""
    return AccountProbe(lake, place) if is_remote(place) else FolderProbe(Path(place))


@dataclass(frozen=True, slots=True)
class FolderProbe:
    """A folder on this machine; where it is not there yet, the one above that is: nothing is made that stays."""

    place: Path

    @property
    def folder(self) -> Path:
        return next((one for one in (self.place, *self.place.parents) if one.is_dir()), self.place)

    def write(self, name: str) -> None:
        try:
            (self.folder / name).write_bytes(CONTENT)
        except OSError as exc:
            raise self._told("written", exc) from exc

    def read(self, name: str) -> None:
        try:
            same = (self.folder / name).read_bytes() == CONTENT
        except OSError as exc:
            raise self._told("read", exc) from exc
        if not same:
            raise Unavailable(f"What was written in {self.folder} reads differently.")

    def rename(self, name: str, to: str) -> None:
        try:
            os.replace(self.folder / name, self.folder / to)  # noqa: PTH105  # what the lake's writers use
        except OSError as exc:
            raise self._told("renamed", exc) from exc

    def delete(self, name: str) -> None:
        try:
            (self.folder / name).unlink()
        except OSError as exc:
            raise self._told("deleted", exc) from exc

    def close(self) -> None:
        """Nothing is kept open."""

    def _told(self, done: str, exc: OSError) -> CannotStart:
        user = f"user {os.getuid()}"
        return CannotStart(
            f"Files in {self.folder} cannot be {done} ({exc.strerror or exc}).",
            hint=f"Give {user} the right to, free space on its disk, or name another folder.",
        )


class AccountProbe:
    """A place in a storage account. Signs in when it is made."""

    def __init__(self, lake: Lake, place: str) -> None:
        if lake.access.identity is None:
            raise no_identity(place, lake.access)
        self._lake, self._place, self._at = lake, place, container_of(place)
        access = lake.access
        trusted = ssl.create_default_context(cafile=None if access.ca_file is None else str(access.ca_file))
        self._client = httpx.Client(verify=trusted, timeout=TIMEOUT_S)
        try:
            token = self._signed_in(access, lake.access.identity)
        except BaseException:
            self._client.close()
            raise
        self._client.headers.update({"Authorization": f"Bearer {token}", "x-ms-version": VERSION})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def write(self, name: str) -> None:
        if self._lake.access.is_flat:
            self._call(
                "PUT", self._blob(name), "write", content=CONTENT, headers={"x-ms-blob-type": "BlockBlob"}
            )
            return
        self._call("PUT", f"{self._dfs(name)}?resource=file", "write")
        self._call("PATCH", f"{self._dfs(name)}?action=append&position=0", "write", content=CONTENT)
        self._call("PATCH", f"{self._dfs(name)}?action=flush&position={len(CONTENT)}", "write")

    def read(self, name: str) -> None:
        urls = [self._blob(name)] if self._lake.access.is_flat else [self._dfs(name), self._blob(name)]
        for url in urls:
            if self._call("GET", url, "read").content != CONTENT:
                raise Unavailable(f"What was written in {self._place} reads differently.")

    def rename(self, name: str, to: str) -> None:
        if self._lake.access.is_flat:
            self._call("PUT", self._blob(to), "rename", headers={"x-ms-copy-source": self._blob(name)})
            self._call("DELETE", self._blob(name), "rename")
            return
        source = quote(f"/{self._at.name}/{self._path(name)}")
        self._call(
            "PUT", self._dfs(to), "rename", headers={"x-ms-rename-source": source, "If-None-Match": "*"}
        )

    def delete(self, name: str) -> None:
        if self._lake.access.is_flat:
            self._call("DELETE", self._blob(name), "delete")
        else:
            self._call("DELETE", f"{self._dfs(name)}?recursive=false", "delete")

    def _signed_in(self, access: Access, identity: Identity) -> str:
        form = {"client_id": identity.client_id, "scope": SCOPE, "grant_type": "client_credentials"}
        if identity.token_file is not None:
            assertion = identity.token_file.read_text(encoding="utf-8").strip()
            form |= {"client_assertion_type": ASSERTION, "client_assertion": assertion}
        elif identity.secret is not None:
            form["client_secret"] = identity.secret.reveal()
        answer = self._sent("POST", access.token_url, "sign in", data=form)
        try:
            told = answer.json()
        except ValueError:
            told = {}
        if not isinstance(told.get("access_token"), str):
            raise self._error(
                f"HttpException {answer.status_code} {told.get('error_description', '')}", "sign in"
            )
        return str(told["access_token"])

    def _path(self, name: str) -> str:
        return f"{self._at.folder}/{name}".strip("/")

    def _dfs(self, name: str) -> str:
        return self._url(self._at.host, self._at, name)

    def _blob(self, name: str) -> str:
        return self._url(self._at.blob_host, self._at, name)

    def _url(self, host: str, at: Container, name: str) -> str:
        endpoint = self._lake.access.endpoint
        base = f"{endpoint}/{at.account}" if endpoint else f"https://{host}"
        return f"{base}/{at.name}/{quote(self._path(name))}"

    def _call(
        self,
        method: str,
        url: str,
        doing: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        answer = self._sent(method, url, doing, content=content, headers=headers)
        if answer.is_success:
            return answer
        code = answer.headers.get("x-ms-error-code", "")
        text = f"{answer.status_code}, {method}, {code} {answer.text[:500]}"
        if code in {"PathNotFound", "BlobNotFound", "SourcePathNotFound"}:
            raise NotFound(f"The file that was written in {self._place} is not there.")
        raise self._error(text, doing)

    def _sent(self, method: str, url: str, doing: str, **what: object) -> httpx.Response:
        try:
            return self._client.request(method, url, **what)  # type: ignore[arg-type]
        except httpx.HTTPError as exc:
            where = "AzureADAuthenticator " if doing == "sign in" else ""
            kind = "ConnectException" if isinstance(exc, httpx.TransportError) else type(exc).__name__
            raise self._error(f"{where}{str(exc) or kind} {kind}", doing) from exc

    def _error(self, text: str, doing: str) -> RumboError:
        told = explain(text, self._lake, self._place, doing)
        return told or Unavailable(
            f"{self._place} does not let us {doing}.", hint=self._lake.access.hidden_in(text)
        )


def forget(probe: Probe, *names: str) -> None:
    """Remove what is left of a probe's files, where it can."""
    for name in names:
        with suppress(RumboError):
            probe.delete(name)
