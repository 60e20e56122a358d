"""Publication: a layer's candidates in the place of the rows that stand, one commit a table.

A commit replaces whole days and carries Delta's application transaction (id: the day, version: when the run read its
sources), so of two runs of a day the one that read later stands, whichever commits last, and one that is published
again changes nothing. Two at the very same time meet in Delta's commit, and the loser tries again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from rumbo.errors import Conflict
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined import Refined, refined
from rumbo.lake.tables import Layer
from rumbo.pipeline.landing import create_tables
from rumbo.pipeline.refine_meet import until_alone
from rumbo.pipeline.refine_run import Candidates, Run

ROWS_A_FILE = 500_000
"""A task writes a file, and of a million reports in one the other core would see nothing for most of a minute."""
PROPERTIES = {
    "delta.logRetentionDuration": "interval 30 days",
    "delta.deletedFileRetentionDuration": "interval 7 days",
    "delta.dataSkippingNumIndexedCols": "32",
}
_HASH, _OLD, _NEW = "row_hash", "old_hash", "new_hash"


@dataclass(frozen=True, slots=True)
class Change:
    """What a publication did to a table's rows of its days."""

    rows: int
    added: int = 0
    removed: int = 0
    changed: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def publish(
    session: SparkSession,
    lake: Lake,
    candidates: Candidates,
    run: Run,
    pause: Callable[[float], None] = time.sleep,
) -> dict[str, Change]:
    """Publish a run's tables, in the order in which they are made; tables whose rows stand already stay untouched.

    Raises Conflict where a run that read its sources later has published the day, or where others keep coming between.
    """
    changes = {}
    for table in refined(Layer(run.layer)):
        do = partial(_publish, session, lake, candidates, run, table)
        changes[table.spec.name] = until_alone(do, f"{table.spec.layer}/{table.spec.name}", pause)
    return changes


def _publish(session: SparkSession, lake: Lake, candidates: Candidates, run: Run, table: Refined) -> Change:
    if open_table(lake, table.spec).lacks_columns():
        create_tables(session, lake, (table.spec,), PROPERTIES)
    path = lake.table_path(table.spec)
    app = f"rumbo-refine/{run.day}" if table.day else "rumbo-refine"
    _require_newest(lake, run, table, app)
    new = candidates.read(run, table)
    rows = run.rows[table.spec.name]
    days = run.days[table.spec.name]
    which = f"{table.day} IN ({', '.join(f"DATE'{day}'" for day in days)})" if table.day else ""
    change = Change(rows, added=rows)
    if _has_rows(lake, table, days):
        old = session.read.format("delta").load(path)
        change = difference(old.where(which) if which else old, new, rows, table)
    if not change.any:
        return change
    about = {"run": run.run, "day": run.day, "layer": run.layer, "sources": dict(run.versions)}
    writer = (
        new.select(*table.spec.names)
        .coalesce(1 + rows // ROWS_A_FILE)
        .write.format("delta")
        .mode("overwrite")
        .option("txnAppId", app)
        .option("txnVersion", str(run.pinned_ms))
        .option("userMetadata", json.dumps(about))
    )
    (writer.option("replaceWhere", which) if which else writer).save(path)
    _require_newest(lake, run, table, app)
    return change


def _has_rows(lake: Lake, table: Refined, days: Sequence[str]) -> bool:
    """Whether rows of those days stand. Delta's log says so; a Spark query would cost a new day most of a second."""
    stands = open_table(lake, table.spec)
    return not stands.rows_by(table.day).keys().isdisjoint(days) if table.day else stands.rows() > 0


def difference(old: DataFrame, new: DataFrame, rows: int, table: Refined) -> Change:
    """Rows added, removed and changed, told apart by the table's key."""
    names = list(table.spec.names)
    digest = [sf.count(sf.lit(1)), sf.bit_xor(sf.xxhash64(*names))]
    before = old.agg(*digest).first()
    if before is None or before[0] == 0:
        return Change(rows, added=rows)
    if tuple(before) == tuple(new.agg(*digest).first() or ()):
        return Change(rows)
    key = [name for name in (table.day, *table.key) if name]
    olds = old.select(*key, sf.xxhash64(*names).alias(_OLD))
    news = new.select(*key, sf.xxhash64(*names).alias(_NEW))
    both = olds.join(news, key, "full_outer").agg(
        sf.count_if(sf.col(_OLD).isNull()),
        sf.count_if(sf.col(_NEW).isNull()),
        sf.count_if(sf.col(_OLD) != sf.col(_NEW)),
    )
    added, removed, changed = both.first() or (0, 0, 0)
    return Change(rows, added, removed, changed)


def _require_newest(lake: Lake, run: Run, table: Refined, app: str) -> None:
    """Delta skips the commit of an older run without a word: it is told here."""
    stands = open_table(lake, table.spec).transaction_version(app)
    if stands is not None and stands > run.pinned_ms:
        raise Conflict(
            f"A newer run has published {table.spec.layer}/{table.spec.name} of {run.day} already; this one is older.",
            hint="Nothing was overwritten, and nothing needs to be done.",
        )
