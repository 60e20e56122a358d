"""CSV files that people fetch, RFC 4180 in UTF-8: with commas, or as Excel reads them where decimals have a comma."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from io import StringIO
from typing import Any


class Separator(StrEnum):
    """What divides the cells. A file with semicolons is as Excel reads and writes it where decimals have a comma."""

    COMMA = "comma"
    SEMICOLON = "semicolon"

    @property
    def mark(self) -> str:
        return ";" if self is Separator.SEMICOLON else ","

    @property
    def point(self) -> str:
        """What decimals stand after."""
        return "," if self is Separator.SEMICOLON else "."


def file_of(
    columns: Sequence[str], pieces: Iterable[Iterable[Sequence[Any]]], separator: Separator
) -> Iterator[bytes]:
    """A file's header and rows, a piece at a time."""
    text = StringIO(newline="")
    lines = csv.writer(text, delimiter=separator.mark, lineterminator="\r\n")
    if separator is Separator.SEMICOLON:
        text.write("\ufeff")  # without it Excel takes the file for one in the old code page
    lines.writerow(columns)
    for rows in pieces:
        lines.writerows(rows)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    if rest := text.getvalue():  # there was no piece
        yield rest.encode()
