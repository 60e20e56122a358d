"""One run of the refinement of one layer's day: its candidates on the lake, and what must be known of them later.

Candidates are Parquet files in `<place>/_candidates/<run>/<table>`, which no reader of tables sees. The manifest is
written last, so a run that broke off while building is not there. Gate and publication may be other processes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from pyspark.sql import DataFrame, SparkSession

from rumbo.errors import NotFound, Unavailable
from rumbo.lake.places import Lake
from rumbo.lake.refined import Refined, refined
from rumbo.lake.tables import Layer
from rumbo.pipeline import schema
from rumbo.pipeline.refine_files import Folder
from rumbo.pipeline.refine_sources import Sources

CANDIDATES = "_candidates"
_MANIFEST = "manifest.json"
KEEP_MS = 86_400_000
"""Candidates that nobody has published in a day are removed."""


@dataclass(frozen=True, slots=True)
class Run:
    day: str
    layer: str
    run: str
    pinned_ms: int
    """Wall time at which the sources' versions were read: of two runs of a day the later pinned one stands."""
    landed: Mapping[str, int] = field(default_factory=dict)
    """Rows of the day in landing's tables, and of mended records, that it is made of."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """Of the sources, by view."""
    days: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The days that it makes anew, by table."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Candidates by table."""
    passed: bool | None = None
    """What the gate said; None before."""


def new_run(day: str, layer: Layer, now_ms: int) -> Run:
    at = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3]
    return Run(day, layer.value, f"{day}_{at}_{secrets.token_hex(3)}", now_ms)


class Candidates:
    """The candidates of one layer's place."""

    def __init__(self, session: SparkSession, lake: Lake, layer: Layer) -> None:
        self._session = session
        self._layer = layer
        self._folder = Folder(session, f"{lake.place(layer)}/{CANDIDATES}")

    def newest(self, day: str, run: str = "") -> Run:
        """The newest run of a day, or the one named. Raises NotFound where none is built."""
        names = [run] if run else [name for name in self._folder.names() if name.startswith(f"{day}_")]
        for name in reversed(names):
            if text := self._folder.read(f"{name}/{_MANIFEST}"):
                return Run(**json.loads(text))
        raise NotFound(
            f"Nothing is built of {self._layer} of {day} that waits to be checked or published.",
            hint=f"First run `rumbo refine --date {day} --layer {self._layer} --step build`.",
        )

    def keep(self, run: Run) -> None:
        self._folder.write(f"{run.run}/{_MANIFEST}", json.dumps(asdict(run)))

    def judged(self, run: Run, passed: bool) -> Run:
        run = replace(run, passed=passed)
        self.keep(run)
        return run

    def forget(self, run: Run) -> None:
        self._folder.delete(run.run)

    def forget_old(self, now_ms: int) -> None:
        before = datetime.fromtimestamp((now_ms - KEEP_MS) / 1000, UTC).strftime("%Y%m%dT%H%M%S")
        for name in self._folder.names():
            if name.count("_") == 2 and name.split("_")[1] < before:
                self._folder.delete(name)

    def put(self, run: Run, table: Refined, rows: DataFrame) -> DataFrame:
        """Write a table's candidates; returns them as they lie there."""
        path = f"{self._folder.path}/{run.run}/{table.spec.name}"
        rows.write.mode("overwrite").option("compression", "lz4").parquet(path)
        return self.read(run, table)

    def read(self, run: Run, table: Refined) -> DataFrame:
        path = f"{self._folder.path}/{run.run}/{table.spec.name}"
        declared = schema.open_schema(schema.landing_schema(table.spec))
        return self._session.read.schema(declared).parquet(path)

    def show(self, run: Run, sources: Sources) -> None:
        """The views of the layer's tables as they will be, and of what their checks compare them with."""
        for table in refined(Layer(run.layer)):
            sources.show(view for view in (*table.sources, table.view) if not view.startswith(run.layer))
        for table in refined(Layer(run.layer)):
            sources.show_candidates(table, run.days[table.spec.name], self.read(run, table))


def build(session: SparkSession, candidates: Candidates, sources: Sources, run: Run) -> Run:
    """Make a layer's candidates, table after table; each sees those before it."""
    days: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    for table in refined(Layer(run.layer)):
        made = [view for view in table.sources if view.startswith(run.layer) and view != table.view]
        lacking = [view for view in made if view.removeprefix(f"{run.layer}_") not in rows]
        if lacking:
            raise Unavailable(f"{table.view} is made before its sources {', '.join(lacking)}.")
        sources.show(view for view in (*table.sources, table.view) if view not in made)
        days[table.spec.name] = [run.day, *_reopened(session, table, run.day)]
        casts = ", ".join(
            f"CAST(`{f.name}` AS {f.dataType.simpleString()}) AS `{f.name}`"
            for f in schema.landing_schema(table.spec).fields
        )
        found = [
            session.sql(f"SELECT {casts} FROM ({table.sql_of(day)})")  # noqa: S608  # all of it is ours
            for day in days[table.spec.name]
        ]
        whole = found[0]
        for more in found[1:]:
            whole = whole.unionByName(more)
        put = candidates.put(run, table, whole)
        rows[table.spec.name] = put.count()
        sources.show_candidates(table, days[table.spec.name], put)
    run = replace(run, days=days, rows=rows, versions=dict(sources.versions))
    candidates.keep(run)
    return run


def _reopened(session: SparkSession, table: Refined, day: str) -> list[str]:
    if not table.reopens:
        return []
    return sorted(str(row[0]) for row in session.sql(table.reopens.replace("{day}", day)).collect())
