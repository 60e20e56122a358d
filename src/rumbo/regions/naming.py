"""The names of a thing, as the base map and the place search keep them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

LANGUAGES = ("es", "en")
_OTHER_NAMES = (
    "alt_name",
    "official_name",
    "short_name",
    "old_name",
    "loc_name",
    "int_name",
)


def label_names(tags: Mapping[str, str]) -> dict[str, str]:
    """`name`, `name:es`, `name:en` as the base map's style reads them, and `script` where it is not Latin."""
    name = tags.get("name")
    if not name:
        return {}
    names = {"name": name}
    names |= {key: tags[key] for key in (f"name:{lang}" for lang in LANGUAGES) if tags.get(key)}
    script = script_of(name)
    if script != "Latin":
        names["script"] = script
    return names


def search_names(tags: Mapping[str, str]) -> list[str]:
    """All further names under which a person may look for the thing: translations, old and short ones."""
    found = [value for key, value in tags.items() if key in _OTHER_NAMES or key.startswith("name:")]
    parts = (part.strip() for value in found for part in value.split(";"))
    return list(dict.fromkeys(part for part in parts if part and part != tags.get("name")))


def script_of(text: str) -> str:
    """The script of the first letter in `text`, such as Latin, Greek, Cyrillic or Han."""
    for char in text:
        if char.isalpha():
            word = unicodedata.name(char, "LATIN").split()[0]
            return "Han" if word.startswith("CJK") else word.capitalize()
    return "Latin"
