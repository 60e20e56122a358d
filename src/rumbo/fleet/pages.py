"""Pages of a list: an opaque cursor that says where the next page begins."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from rumbo.errors import InvalidInput

MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page[T]:
    items: list[T]
    next_cursor: str | None = None


def encode_cursor(kind: str, number: int) -> str:
    """A cursor of lists of `kind` after row `number`."""
    return encode_key(kind, str(number))


def encode_key(kind: str, key: str) -> str:
    """A cursor of lists of `kind` after the row with `key`, which is ASCII."""
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def decode_cursor(kind: str, cursor: str | None) -> int | None:
    """The row number in a cursor; None for none. Raises InvalidInput where the list did not give it out."""
    key = decode_key(kind, cursor, re.compile(r"[0-9]{1,18}"))
    return None if key is None else int(key)


def decode_key(kind: str, cursor: str | None, pattern: re.Pattern[str]) -> str | None:
    """The key in a cursor; None for none. Raises InvalidInput where the list did not give it out."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
        given, _, key = text.partition(":")
        if given == kind and pattern.fullmatch(key):
            return key
    except (ValueError, binascii.Error):
        pass
    raise InvalidInput(
        "The cursor is not one that this list gave out.",
        hint="Pass `next_cursor` of the page before unchanged, or none for the first page.",
        field="cursor",
    )
