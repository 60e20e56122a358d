"""From what the other parts know to samples of the declared metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rumbo.api.job_records import Job
from rumbo.lake.days import REFINED, Verdict

type Sample = tuple[str, tuple[str, ...], float]
"""A declared metric's name, its labels' values in their order, and the value."""

ACCOUNTS = ("sent", "landed", "rejected", "dropped_by_fault")
PROBLEMS: Mapping[str, Sequence[str]] = {
    "events": ("missing", "not_doubled", "extra", "doubled", "different", "misjudged", "mistyped",
               "repeated_places", "undrivable_plans"),
    "alerts": ("missing", "different", "extra", "doubled", "repeated_ids"),
}  # fmt: skip
"""What the audit's ledgers must not hold."""
REJECTED = "rejected"


def part_samples(health: Mapping[str, Any]) -> Iterator[Sample]:
    """Of the contract's HealthOut. What is wrong with a part is told there, not here."""
    yield "build_info", (health["version"],), 1.0
    for name, part in health["parts"].items():
        yield "part_up", (name,), float(part["status"] == "ok")


def pipeline_samples(pipeline: Mapping[str, Any]) -> Iterator[Sample]:
    """Of the contract's PipelineOut. A stream that never spoke has no figures, not zeros that later leap."""
    for topic, at in pipeline["topics"].items():
        yield "topic_end_offset", (topic,), at["end_offset"]
        yield "topic_landed_offset", (topic,), at["landed"]
        yield "topic_lag_records", (topic,), at["lag"]
    stream = pipeline["stream"]
    if stream["batch_duration_ms"] is not None:
        for table, rows in stream["rows_landed"].items():
            yield (
                ("rejected_rows_total", (), rows)
                if table == REJECTED
                else ("landed_rows_total", (table,), rows)
            )
    if stream["last_batch_at"] is not None:
        yield "stream_last_batch_timestamp_seconds", (), _seconds(stream["last_batch_at"])
        yield "stream_batch_duration_seconds", (), stream["batch_duration_ms"] / 1000
    if pipeline["world"]["behind_s"] is not None:
        yield "worker_behind_seconds", (), pipeline["world"]["behind_s"]


def day_samples(days: Iterable[Mapping[str, Any]], world_ms: int | None) -> Iterator[Sample]:
    """Of the grid of days and layers (LakeDayOut). Which days are over is known where world time is."""
    known = list(days)
    for layer in (layer.value for layer in REFINED):
        cells = [(day["day"], day[layer]) for day in known]
        refined = [day for day, cell in cells if cell["run"] is not None]
        yield "days_refined", (layer,), len(refined)
        yield "days_failed", (layer,), sum(cell["state"] == Verdict.FAILED for _, cell in cells)
        if refined:
            yield "day_refined_timestamp_seconds", (layer,), _seconds(f"{max(refined)}T00:00:00Z")
            newest = max(cell["refined_at"] for _, cell in cells if cell["refined_at"])
            yield "refinement_timestamp_seconds", (layer,), _seconds(newest)
        if world_ms is not None:
            today = str(datetime.fromtimestamp(world_ms / 1000, UTC).date())
            waiting = [day for day, cell in cells if day < today and _waits(cell)]
            yield "days_waiting", (layer,), len(waiting)
            if waiting:
                end = datetime.fromisoformat(f"{min(waiting)}T00:00:00Z") + timedelta(days=1)
                yield "day_waiting_timestamp_seconds", (layer,), end.timestamp()


def _waits(cell: Mapping[str, Any]) -> bool:
    """One that a rule stopped waits for a person instead."""
    return cell["state"] != Verdict.FAILED and (cell["run"] is None or cell["stale"])


def audit_samples(newest_first: Iterable[Job]) -> Iterator[Sample]:
    """Of the last audit that came to a result."""
    job = next((job for job in newest_first if isinstance(job.result, dict)), None)
    if job is None or job.ended_ms is None:
        return
    result = job.result
    yield "audit_balanced", (), float(bool(result.get("balanced")))
    yield "audit_timestamp_seconds", (), job.ended_ms / 1000
    for account in ACCOUNTS:
        yield "audit_events", (account,), result.get(account, 0)
    for ledger, problems in PROBLEMS.items():
        counts = result.get("alerts", {}) if ledger == "alerts" else result
        for problem in problems:
            yield "audit_problems", (ledger, problem), counts.get(problem, 0)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
