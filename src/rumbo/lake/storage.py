"""Where a place of the lake may lie, and what a client needs to reach it.

A place is a folder or an `abfss://container@account.dfs.core.windows.net/folder` URL. Everything that differs
between them (later: credentials) is decided here and nowhere else.
"""

from __future__ import annotations

import re
from pathlib import Path

from rumbo.errors import InvalidInput

_ABFSS = re.compile(
    r"abfss://(?P<container>[a-z0-9](?:[a-z0-9]|-(?!-)){2,62})@(?P<account>[a-z0-9]{3,24})"
    r"\.(?P<endpoint>[a-z0-9.-]+)(?P<folder>(?:/[^/?#]+)*)/?"
)
_NOT_IN_FOLDERS = "%#?"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


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


def storage_options(place: str) -> dict[str, str]:
    """What deltalake needs to open tables in a place; nothing for a folder."""
    if is_remote(place):
        raise InvalidInput(
            f"Tables in {place} cannot be read from here yet.",
            hint="Use a folder for this place of the lake.",
        )
    return {}
