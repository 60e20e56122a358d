"""Vehicles as CSV (RFC 4180), written for spreadsheets and read as they write it.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and the apostrophe is
taken off when it is read: what is exported and imported again is the same to the letter. Both hold at the cell's
beginning and after what may divide cells, for Excel divides by what its country says, whatever is quoted.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from pydantic import ValidationError

from rumbo.api.csv_file import Separator, file_of
from rumbo.api.models_vehicles import VehicleIn
from rumbo.api.problems import said
from rumbo.domain.vehicle import LIMIT_RANGES, SPEC_RANGES, Vehicle
from rumbo.errors import TooLarge, UnreadableFile

MAX_ROWS = 20_000
SPEC = ("energy", *SPEC_RANGES, *(f"limits/{name}" for name in LIMIT_RANGES))
COLUMNS = ("id", "name", "vehicle_class", "fleet", "tags", "driver", "device_profile", "energy_level", *SPEC)
_FREE = frozenset({"name", "fleet", "tags"})
"""Texts that people choose."""
_CHARSETS = {"": "utf-8", "utf-8": "utf-8", "us-ascii": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1",
             "utf-16": "utf-16"}  # fmt: skip
_SEP = re.compile(r"sep=([,;\t])[\r\n]")
"""Excel's own first line."""
_NUMBER = re.compile(r"[+-]?\d{1,30}([.]\d{1,30})?([eE][+-]?\d{1,3})?", re.ASCII)
_BEGIN, _FORMULA = r"(^|[;,\t])((?:[^\S\t]|\")*)", r"(?='*[=+\-@\uff1d\uff0b\uff0d\uff20])"
_PLAIN, _GUARDED = re.compile(_BEGIN + _FORMULA), re.compile(_BEGIN + "'" + _FORMULA)


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in a line (the first is 1), and in which column."""

    line: int
    column: str
    detail: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The vehicles in a file, each with its line, and what is wrong with the other lines."""

    vehicles: list[tuple[int, VehicleIn]]
    errors: list[CellError]


def written(pieces: Iterable[list[Vehicle]], separator: Separator) -> Iterator[bytes]:
    """A file of vehicles, a piece at a time, in UTF-8. Numbers read back as the same numbers."""
    rows = ([_cells(vehicle, separator.point) for vehicle in vehicles] for vehicles in pieces)
    return file_of(COLUMNS, rows, separator)


def read(body: bytes, charset: str = "") -> Rows:
    """The vehicles in a file whose cells are divided by commas, semicolons or tabs.

    Raises UnreadableFile where it is no such file, TooLarge for too many lines.
    """
    text = _decoded(body, charset)
    divided = _SEP.match(text)
    delimiter = divided[1] if divided else _delimiter(text)
    lines = _lines(text, delimiter)
    if divided:
        next(lines)
    columns = _columns(*next(lines, (1, [""])))
    found = Rows([], [])
    for count, (line, cells) in enumerate(lines, 1):
        if count > MAX_ROWS:
            raise TooLarge(f"The file has more than {MAX_ROWS:,} vehicles.", hint="Split it.")
        _read_line(found, line, columns, cells, "," if delimiter == "," else ".,")
    return found


def _cells(vehicle: Vehicle, point: str) -> list[str]:
    spec = _flat(vehicle.overrides)
    numbers = {"energy_level": vehicle.energy_level, **spec}
    texts = {
        "id": vehicle.id,
        "name": guarded(vehicle.name),
        "vehicle_class": vehicle.vehicle_class.value,
        "fleet": guarded(vehicle.fleet or ""),
        "tags": guarded(";".join(vehicle.tags)),
        "driver": vehicle.driver.value,
        "device_profile": vehicle.device_profile,
        "energy": spec.get("energy", ""),
    }
    return [
        texts[name] if name in texts else repr(numbers[name]).replace(".", point) if name in numbers else ""
        for name in COLUMNS
    ]


def _flat(overrides: Mapping[str, Any]) -> dict[str, Any]:
    limits = overrides.get("limits", {})
    return {**overrides, **{f"limits/{name}": value for name, value in limits.items()}}


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return _PLAIN.sub(r"\1\2'", text)


def _unguarded(text: str) -> str:
    return _GUARDED.sub(r"\1\2", text)


def _decoded(body: bytes, charset: str) -> str:
    codec = _CHARSETS.get(charset.lower())
    if codec is None:
        raise UnreadableFile(
            f"The charset {charset[:40]!r} is not known.", hint=f"Use one of: {', '.join(_CHARSETS)[2:]}."
        )
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        codec = "utf-16"
    try:
        return body.removeprefix(BOM_UTF8).decode(codec)
    except UnicodeDecodeError as exc:
        line = body.count(b"\n", 0, exc.start) + 1
        raise UnreadableFile(
            f"Line {line} is not {codec.upper()}.",
            hint="Save the file as 'CSV UTF-8', or send charset=windows-1252 with its type.",
        ) from exc


def _delimiter(text: str) -> str:
    """That which divides the first line into most of our columns."""
    header = text.lstrip("\r\n").splitlines()[:1]
    names = header[0].replace('"', "").lower() if header else ""
    return max(",;\t", key=lambda mark: sum(name.strip() in COLUMNS for name in names.split(mark)))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not blank, each with its number. Raises UnreadableFile for quotes that do not match."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as exc:
        raise UnreadableFile(
            f"Line {line}: {exc}.", hint="Close what quotes open, and double each quote inside quotes."
        ) from exc


def _columns(line: int, header: list[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    what, seen = "", set[str]()
    for name in names:
        if name not in COLUMNS:
            what = f"there is no column {name[:40]!r}"
        elif name in seen:
            what = f"the column {name} is there twice"
        if what:
            break
        seen.add(name)
    if not what and "name" not in seen:
        what = "no column is called name"
    if what:
        raise UnreadableFile(f"Line {line}: {what}.", hint=f"Use: {', '.join(COLUMNS)}.")
    return names


def _read_line(found: Rows, line: int, columns: list[str], cells: list[str], points: str) -> None:
    if any(cell.strip() for cell in cells[len(columns) :]):
        found.errors.append(CellError(line, "", f"It has {len(cells)} cells for {len(columns)} columns."))
        return
    given = {
        name: cell if name in _FREE else cell.strip()
        for name, cell in zip(columns, cells, strict=False)
        if cell.strip()
    }
    try:
        found.vehicles.append((line, VehicleIn.model_validate(_entry(given, points))))
    except ValidationError as exc:
        for error in exc.errors(include_url=False, include_context=False, include_input=False):
            found.errors.append(CellError(line, str(next(iter(error["loc"]), "")), f"{said(error)}."))


def _entry(given: Mapping[str, str], points: str) -> dict[str, Any]:
    """The line as POST /vehicles takes it."""
    entry: dict[str, Any] = {}
    spec: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for name, cell in given.items():
        if name == "tags":
            entry[name] = [tag for tag in _unguarded(cell).split(";") if tag.strip()]
        elif name in _FREE:
            entry[name] = _unguarded(cell)
        elif name.startswith("limits/"):
            limits[name.removeprefix("limits/")] = _number(cell, points)
        elif name in SPEC:
            spec[name] = cell if name == "energy" else _number(cell, points)
        else:
            entry[name] = _number(cell, points) if name == "energy_level" else cell
    return entry | {"spec": spec | ({"limits": limits} if limits else {})}


def _number(cell: str, points: str) -> float | str:
    """The number in a cell whose decimals stand after one of `points`; what is no number stays as it is."""
    text = cell.replace(",", ".", 1) if "," in points else cell
    return float(text) if _NUMBER.fullmatch(text) else cell
