"""The figures of the dashboards over REST: few at a time, each within bounds of time and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import partial
from typing import Any

import pyarrow as pa

from rumbo.api.csv_file import Separator, file_of
from rumbo.api.lake import LakeTables
from rumbo.api.turns import Turn
from rumbo.api.vehicles_csv import guarded
from rumbo.errors import InvalidInput, NotFound, TooLarge
from rumbo.lake.catalog import OSM_ATTRIBUTION
from rumbo.lake.dashboards import Figure, figures
from rumbo.lake.dashboards.ask import Question, asked, cell_shapes, refined_days
from rumbo.lake.formats import json_value

PATIENCE_S = 8.0
"""A page asks for all its figures at about the same time."""
MOST_ROWS, MOST_CSV_ROWS = 20_000, 500_000
MOST_DAYS = 366
USUAL_DAYS = 7

type RoadShapes = Callable[[Iterable[str]], Mapping[str, list[tuple[float, float]]]]
"""Road edges -> their lines (longitude, latitude); those that nobody knows are left out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for; days that it leaves open are the last ones that have data."""

    first_day: date | None = None
    last_day: date | None = None
    fleet: str | None = None
    vehicle_class: str | None = None
    vehicle_id: str | None = None
    time_zone: str = "UTC"
    resolution: int = 9


class Dashboards:
    """Reads common, and staging where a figure of some vehicles needs it, as the readers' identity may.

    All methods raise Unavailable where the lake cannot be read, where too many ask at once and where it takes too long.
    """

    def __init__(self, lake: LakeTables, roads: RoadShapes, patience_s: float = PATIENCE_S) -> None:
        self._turn = partial(lake.turn, patience_s)
        self._roads = roads

    def listed(self) -> dict[str, Any]:
        """The contract's FiguresOut."""
        with self._turn() as turn:
            days = refined_days(turn.lake)
        return {"days": days, "items": [described(figure) for figure in figures().values()]}

    def rows(self, name: str, wanted: Asked) -> dict[str, Any]:
        """The contract's FigureOut. Raises NotFound for a figure, InvalidInput for a span."""
        figure = find_figure(name)
        with self._turn() as turn:
            question = _question(turn, wanted)
            items, versions, more = _read(turn, figure, question)
        shapes = self._shapes(figure, items)
        return {
            "figure": described(figure),
            "from": question.first_day if question else wanted.first_day,
            "to": question.last_day if question else wanted.last_day,
            "versions": versions,
            "items": items,
            "truncated": more,
            "shapes": shapes,
            "attribution": OSM_ATTRIBUTION if "edge_id" in figure.shapes else "",
        }

    def csv(self, name: str, wanted: Asked, separator: Separator) -> tuple[str, bytes]:
        """The figure as a file, RFC 4180 in UTF-8, and its name; all rows. Raises what `rows` raises, and TooLarge."""
        figure = find_figure(name)
        with self._turn() as turn:
            question = _question(turn, wanted)
            days = f"_{question.first_day}_{question.last_day}" if question else ""
            text = _written(figure, _batches(turn, figure, question), separator)
        return f"{figure.name}{days}.csv", text

    def _shapes(self, figure: Figure, items: list[dict[str, Any]]) -> dict[str, Any]:
        if not figure.shapes:
            return {}
        names = {row[column] for row in items for column in figure.shapes}
        if "edge_id" not in figure.shapes:
            return cell_shapes(names)
        lines = self._roads(names)
        return {name: {"type": "LineString", "coordinates": line} for name, line in lines.items()}


def _question(turn: Turn, wanted: Asked) -> Question | None:
    """None where nothing is refined and no day is named: there is nothing to ask."""
    first, last = wanted.first_day, wanted.last_day
    if first is None or last is None:
        days = refined_days(turn.lake)
        if not days:
            return None
        last = last or max(days[-1], first or days[-1])
        week = last - timedelta(days=USUAL_DAYS - 1)
        first = first or (max(days[0], week) if days[0] <= last else week)
    if first > last:
        raise InvalidInput(
            f"The span ends on {last}, before it begins.", hint="Swap from and to.", field="from"
        )
    if (last - first).days >= MOST_DAYS:
        raise InvalidInput(
            f"{(last - first).days + 1} days are more than the {MOST_DAYS} of one span.",
            hint="Ask for fewer days.",
            field="from",
        )
    return Question(
        first,
        last,
        wanted.fleet,
        wanted.vehicle_class,
        wanted.vehicle_id,
        wanted.time_zone,
        wanted.resolution,
    )


def _batches(turn: Turn, figure: Figure, question: Question | None) -> Iterator[pa.RecordBatch]:
    if question is None:
        return
    with asked(turn.lake, figure, question, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s) as found:
        yield from found.batches


def _read(
    turn: Turn, figure: Figure, question: Question | None
) -> tuple[list[dict[str, Any]], dict[str, int | None], bool]:
    """Rows, the most that are given, the versions of the tables, and whether there were more."""
    if question is None:
        return [], {}, False
    items: list[dict[str, Any]] = []
    with asked(turn.lake, figure, question, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s) as found:
        for batch in found.batches:
            items += [json_value(row) for row in batch.slice(0, MOST_ROWS + 1 - len(items)).to_pylist()]
            if len(items) > MOST_ROWS:
                break
        return items[:MOST_ROWS], dict(found.versions), len(items) > MOST_ROWS


def described(figure: Figure) -> dict[str, Any]:
    columns = [
        {
            "name": c.name,
            "type": c.type.value,
            "unit": c.unit,
            "nullable": c.nullable,
            "description": c.description,
        }
        for c in figure.columns
    ]
    return {
        "name": figure.name,
        "title": figure.title,
        "grain": figure.grain,
        "columns": columns,
        "shapes": list(figure.shapes),
    }


def find_figure(name: str) -> Figure:
    """Raises NotFound with the names that come near."""
    known = figures()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 2, 0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else "GET /api/v1/dashboards lists them."
    raise NotFound(f"There is no figure {name[:40]!r}.", hint=hint, field="figure")


def _written(figure: Figure, batches: Iterator[pa.RecordBatch], separator: Separator) -> bytes:
    return b"".join(file_of(figure.names, _rows(figure, batches, separator.point), separator))


def _rows(figure: Figure, batches: Iterator[pa.RecordBatch], point: str) -> Iterator[list[list[str]]]:
    rows = 0
    for batch in batches:
        rows += batch.num_rows
        if rows > MOST_CSV_ROWS:
            raise TooLarge(
                f"More than {MOST_CSV_ROWS:,} rows.", hint="Ask for fewer days, or of fewer vehicles."
            )
        yield [[_cell(row[name], point) for name in figure.names] for row in batch.to_pylist()]


def _cell(value: Any, point: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    plain = json_value(value)
    if isinstance(plain, float):
        return repr(round(plain, 6)).replace(".", point)
    return "" if plain is None else str(plain)
