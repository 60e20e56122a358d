"""Pages of a list: an opaque cursor that says where the next page begins."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from rumbo.errors import InvalidInput

MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page[T]:
    items: list[T]
    next_cursor: str | None = None


def encode_cursor(kind: str, number: int) -> str:
    """A cursor of lists of `kind` after row `number`."""
    return base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode().rstrip("=")


def decode_cursor(kind: str, cursor: str | None) -> int | None:
    """The row number in a cursor; None for none. Raises InvalidInput where the list did not give it out."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
        given, _, number = text.partition(":")
        if given == kind and number.isdecimal() and len(number) < 19:
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise InvalidInput(
        "The cursor is not one that this list gave out.",
        hint="Pass `next_cursor` of the page before unchanged, or none for the first page.",
        field="cursor",
    )
