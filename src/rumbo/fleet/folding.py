"""What a person who searches takes for the same text."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """The text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
