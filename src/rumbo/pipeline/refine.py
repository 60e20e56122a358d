"""The daily refinement: landing to staging to common, a day and a layer at a time, in three steps.

`build` makes the candidates, `gate` tries the rules on them, `publish` puts them in the place of the rows that stand.
A rule of severity error that is broken stops the layer and everything above it. A day whose rows changed calls for the
days after it that were refined already, since a trip may go on over midnight; this ends where nothing changes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

import polars as pl
from pyspark.sql import SparkSession

from rumbo.domain.alert_rules import DEFAULT_RULES, AlertRules
from rumbo.errors import NotFound
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined import refined
from rumbo.lake.refined.cells import Edges
from rumbo.lake.refined.records import RECORDS
from rumbo.lake.refined_days import RefinedDays, landed_days
from rumbo.lake.tables import Layer
from rumbo.pipeline import functions
from rumbo.pipeline.refine_days import record
from rumbo.pipeline.refine_gate import Result, judge, write_results
from rumbo.pipeline.refine_publish import Change, publish
from rumbo.pipeline.refine_run import Candidates, Run, build, new_run
from rumbo.pipeline.refine_sources import Sources
from rumbo.pipeline.upkeep import join_files, remove_replaced_files

log = logging.getLogger(__name__)

LAYERS = (Layer.STAGING, Layer.COMMON)
ROWS_A_PARTITION = 400_000
MOST_PARTITIONS = 64
FEW_ROWS = 200_000
TIDY_EVERY = 20
"""Versions of a table between two rounds of joining its small files and removing what was replaced."""

type Say = Callable[[str], None]


class Step(StrEnum):
    BUILD = "build"
    GATE = "gate"
    PUBLISH = "publish"


class Status(StrEnum):
    DONE = "done"
    QUALITY_FAILURE = "quality-failure"
    NOTHING = "nothing-to-do"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one layer's day."""

    day: str
    layer: str
    step: str
    status: Status
    run: str = ""
    tables: Mapping[str, Change] = field(default_factory=dict)
    quality: Sequence[Result] = ()

    def as_dict(self) -> dict[str, object]:
        return {
            "day": self.day,
            "layer": self.layer,
            "step": self.step,
            "run": self.run,
            "tables": {name: asdict(change) for name, change in self.tables.items()},
            "quality": [result.as_dict() for result in self.quality],
            "status": self.status.value,
        }


class Refinement:
    """Refines days of a lake in one Spark session. `given`: the fleet's register (`pipeline.register`)."""

    def __init__(
        self,
        session: SparkSession,
        lake: Lake,
        given: pl.DataFrame,
        now_ms: Callable[[], int],
        say: Say,
        edges: Edges | None = None,
        rules: AlertRules = DEFAULT_RULES,
    ) -> None:
        self._session = session
        self._lake = lake
        self._given = given
        self._now_ms = now_ms
        self._say = say
        self._rules = rules
        functions.teach(session, edges)

    def refine(
        self, days: Iterable[str], layers: Sequence[Layer] = LAYERS, step: Step | None = None, run: str = ""
    ) -> Iterator[Outcome]:
        """One outcome a day and layer. A layer's broken rule stops the layers above it, not the days after it."""
        landed = landed_days(self._lake)
        waiting = sorted(set(days))
        while waiting:
            day = waiting.pop(0)
            if day not in landed:
                yield from (Outcome(day, layer.value, step or "", Status.NOTHING) for layer in layers)
                continue
            self._make_room(sum(landed[day].values()))
            changed = False
            for layer in layers:
                outcome = self._layer(day, layer, step, run)
                yield outcome
                if outcome.status is not Status.DONE:
                    break
                changed |= any(
                    change.added or change.removed or change.changed for change in outcome.tables.values()
                )
            if step in {None, Step.PUBLISH} and changed:
                self._reopen_next(day, layers, waiting, whole=step is None)

    def _layer(self, day: str, layer: Layer, step: Step | None, name: str) -> Outcome:
        candidates = Candidates(self._session, self._lake, layer)
        run: Run | None = None
        results: list[Result] = []
        changes: Mapping[str, Change] = {}
        if step in {None, Step.BUILD}:
            run = self._build(candidates, day, layer)
            changes = {table: Change(rows) for table, rows in run.rows.items()}
        run = run or candidates.newest(day, name)
        if step in {None, Step.GATE}:
            run, results = self._gate(candidates, run, shown=step is None)
            changes = {table: Change(rows) for table, rows in run.rows.items()}
            if not run.passed:
                return Outcome(
                    day, layer.value, step or "", Status.QUALITY_FAILURE, run.run, changes, results
                )
        if step in {None, Step.PUBLISH}:
            changes = self._publish(candidates, run)
        return Outcome(day, layer.value, step or "", Status.DONE, run.run, changes, results)

    def _build(self, candidates: Candidates, day: str, layer: Layer) -> Run:
        now_ms = self._now_ms()
        candidates.forget_old(now_ms)
        known = RefinedDays(self._lake)
        if layer is Layer.COMMON and not known.has(Layer.STAGING, day):
            raise NotFound(
                f"The layer staging has no {day} yet, of which common is made.",
                hint=f"First run `rumbo refine --date {day} --layer staging`.",
            )
        sources = Sources(self._session, self._lake, self._given, rules=self._rules)
        run = build(self._session, candidates, sources, new_run(day, layer, now_ms))
        # What the run saw, not what is there by now; common saw what staging was made of.
        of_staging = layer is Layer.STAGING
        landed = (
            landed_days(self._lake, run.versions).get(day, {})
            if of_staging
            else known.landed(Layer.STAGING, day)
        )
        run = replace(run, landed=landed)
        candidates.keep(run)
        self._say(f"{day} {layer}: built {sum(run.rows.values()):,} rows of {len(run.rows)} tables")
        return run

    def _gate(self, candidates: Candidates, run: Run, *, shown: bool) -> tuple[Run, list[Result]]:
        if not shown:
            sources = Sources(self._session, self._lake, self._given, run.versions, self._rules)
            candidates.show(run, sources)
        results = judge(self._session, run)
        write_results(self._session, self._lake, run, results)
        for result in results:
            if not result.passed:
                self._say(f"{run.day} {run.layer}: {result.as_text()}")
        run = candidates.judged(run, not any(result.stops for result in results))
        if not run.passed:
            self._say(
                f"{run.day} {run.layer}: NOT published, nor what is made of it. What stood before stands."
            )
        return run, results

    def _publish(self, candidates: Candidates, run: Run) -> dict[str, Change]:
        if not run.passed:
            raise NotFound(
                f"The run {run.run} of {run.layer} has not passed the gate.",
                hint=f"First run `rumbo refine --date {run.day} --layer {run.layer} --step gate`.",
            )
        RefinedDays(self._lake).require_newest(run.layer, run.day, run.run)
        changes = publish(self._session, self._lake, candidates, run)
        record(self._session, self._lake, [(run.day, Layer(run.layer), run.run, run.landed)])
        candidates.forget(run)
        self._tidy(Layer(run.layer))
        for name, change in changes.items():
            if change.any:
                self._say(
                    f"{run.day} {run.layer}: {name}: {change.rows:,} rows;"
                    f" {change.added:,} added, {change.removed:,} removed, {change.changed:,} changed"
                )
        return changes

    def _reopen_next(self, day: str, layers: Sequence[Layer], waiting: list[str], *, whole: bool) -> None:
        """The next day that was made before follows from this one: it is made anew."""
        known = RefinedDays(self._lake)
        after = known.next_after(day)
        if after is None or after in waiting:
            return
        stale = [layer for layer in LAYERS if known.has(layer, after)]
        if whole and set(stale) <= set(layers):
            self._say(f"{after} follows from {day}, which changed: it is made anew")
            waiting.insert(0, after)
            return
        record(self._session, self._lake, [(after, layer, "", {}) for layer in stale])
        self._say(f"{after} follows from {day}, which changed: `rumbo refine` makes it anew")

    def _make_room(self, rows: int) -> None:
        partitions = max(1 if rows < FEW_ROWS else 2, min(MOST_PARTITIONS, rows // ROWS_A_PARTITION))
        self._session.conf.set("spark.sql.shuffle.partitions", str(partitions))
        # Compiling a table's query takes longer than running a small day through it as it is.
        self._session.conf.set("spark.sql.codegen.wholeStage", str(rows >= FEW_ROWS).lower())

    def _tidy(self, layer: Layer) -> None:
        """Join small files and remove what was replaced, now and then; a failure is told and costs nothing."""
        specs = [table.spec for table in refined(layer)]
        specs += [spec for spec in RECORDS if spec.layer is layer]
        for spec in specs:
            version = open_table(self._lake, spec).version
            if not version or version % TIDY_EVERY:
                continue
            try:
                join_files(self._session, self._lake, spec)
                remove_replaced_files(self._session, self._lake, spec)
            except Exception as exc:  # noqa: BLE001  # rows are never at stake, and the day is published
                log.warning("Upkeep of %s/%s failed: %s", spec.layer, spec.name, str(exc).splitlines()[0])
