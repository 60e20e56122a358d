"""The gate: every rule of a layer's tables tried on the candidates, and the results written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from pyspark.sql import SparkSession

from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined import Check, Refined, Severity, refined
from rumbo.lake.refined.records import QUALITY_RESULTS
from rumbo.lake.tables import Layer
from rumbo.pipeline import schema
from rumbo.pipeline.landing import create_tables
from rumbo.pipeline.refine_meet import until_alone
from rumbo.pipeline.refine_run import Run

SAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule found."""

    table: str
    rule: str
    severity: str
    description: str
    passed: bool
    rows_checked: int
    rows_broken: int
    sample: Sequence[object] = ()

    @property
    def stops(self) -> bool:
        return not self.passed and self.severity == Severity.ERROR

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self) -> str:
        rows = "".join(f"\n    {json.dumps(row, ensure_ascii=False)}" for row in self.sample)
        broken = f"{self.rows_broken:,} rows break the rule"
        return f"{self.severity}: {self.table}: {broken} {self.rule}: {self.description}{rows}"


def judge(session: SparkSession, run: Run) -> list[Result]:
    """Try the rules of the layer's tables on the views, which show the candidates."""
    results = []
    for table in refined(Layer(run.layer)):
        days = run.days[table.spec.name]
        checks = list(checks_of(table))
        counted = " UNION ALL ".join(
            f"SELECT {number} AS rule, count(*) AS n FROM ({check.sql.replace('{day}', day)})"  # noqa: S608  # ours
            for number, check in enumerate(checks)
            for day in days
        )
        broken = {
            row["rule"]: row["n"]
            for row in session.sql(f"SELECT rule, sum(n) AS n FROM ({counted}) GROUP BY rule").collect()  # noqa: S608
        }
        for number, check in enumerate(checks):
            rows = broken.get(number, 0)
            sample = _sample(session, check, days) if rows else []
            results.append(
                Result(
                    table.spec.name, check.name, check.severity.value, check.description,
                    not rows, run.rows[table.spec.name], rows, sample,
                )
            )  # fmt: skip
    return results


def checks_of(table: Refined) -> Iterator[Check]:
    """The table's rules, and that its columns hold what they are declared to."""
    never_null = [column.name for column in table.spec.columns if not column.nullable]
    of_day = f"{table.day} = DATE '{{day}}' AND " if table.day else ""
    yield Check(
        "never_null",
        Severity.ERROR,
        "Columns that are declared never null have values.",
        f"SELECT * FROM {table.view} WHERE {of_day}(" + " OR ".join(f"{n} IS NULL" for n in never_null) + ")",  # noqa: S608
    )
    yield from table.checks


def _sample(session: SparkSession, check: Check, days: Sequence[str]) -> list[object]:
    found: list[object] = []
    for day in days:
        broken = check.sql.replace("{day}", day)
        rows = session.sql(f"SELECT to_json(struct(*)) AS row FROM ({broken}) LIMIT {SAMPLE_ROWS}").collect()  # noqa: S608
        found += [json.loads(row["row"]) for row in rows]
    return found[:SAMPLE_ROWS]


def write_results(session: SparkSession, lake: Lake, run: Run, results: Sequence[Result]) -> None:
    """Append them to common/quality_results; a second time for the same run changes nothing."""
    at = datetime.now(UTC)
    rows = [
        (
            date.fromisoformat(run.day), run.run, run.layer, result.table, result.rule, result.severity,
            result.description, int(result.passed), result.rows_checked, result.rows_broken,
            json.dumps(result.sample, ensure_ascii=False) if result.sample else None, at,
        )
        for result in results
    ]  # fmt: skip
    frame = schema.frame_of(session, QUALITY_RESULTS, rows).coalesce(1)

    def append() -> None:
        if open_table(lake, QUALITY_RESULTS).lacks_columns():
            create_tables(session, lake, (QUALITY_RESULTS,))
        writer = frame.write.format("delta").mode("append")
        writer = writer.option("txnAppId", f"rumbo-gate/{run.layer}/{run.run}").option("txnVersion", "1")
        writer.save(lake.table_path(QUALITY_RESULTS))

    until_alone(append, f"{QUALITY_RESULTS.layer}/{QUALITY_RESULTS.name}")
