"""Jobs as they are told and kept."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from rumbo.api.fields import to_text
from rumbo.api.job_kinds import KINDS


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Job:
    """Wall times in ms. `outcome` is the command's own word, `result` what it printed as JSON."""

    id: str
    kind: str
    parameters: Mapping[str, str]
    created_ms: int
    state: JobState = JobState.QUEUED
    outcome: str = ""
    begun_ms: int | None = None
    ended_ms: int | None = None
    exit_code: int | None = None
    output: Sequence[str] = ()
    result: Any = None

    def as_dict(self, *, whole: bool) -> dict[str, Any]:
        """The contract's JobOut; in lists without result, and only the last line of the output."""
        return {
            "id": self.id,
            "kind": self.kind,
            "parameters": dict(self.parameters),
            "state": self.state,
            "outcome": self.outcome,
            "created_at": to_text(self.created_ms),
            "begun_at": to_text(self.begun_ms),
            "ended_at": to_text(self.ended_ms),
            "exit_code": self.exit_code,
            "output": list(self.output if whole else self.output[-1:]),
            "result": self.result if whole else None,
        }


def kept_jobs(folder: Path) -> list[Job]:
    """Jobs that earlier processes ended, oldest first; files that are none are passed over."""
    jobs = []
    for file in folder.glob("job_*.json"):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            raw = orjson.loads(file.read_bytes())
            if raw["kind"] in KINDS:
                jobs.append(Job(**raw | {"state": JobState(raw["state"])}))
    return sorted(jobs, key=lambda job: (job.created_ms, job.id))
