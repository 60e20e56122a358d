"""Long work that a person starts on a page: a command of Rumbo's, one a lane, as a child that ends with this process.

What became of a job is kept in a file of its own in a folder, so that the last audit is known after a restart too.
"""

from __future__ import annotations

import contextlib
import logging
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

import orjson

from rumbo.api.job_kinds import KINDS, Kind, Lane, Role
from rumbo.api.job_records import ENDED, Job, JobState, kept_jobs
from rumbo.children import guarded, kill_group
from rumbo.errors import Conflict, NotFound, RumboError
from rumbo.fleet.ids import new_id
from rumbo.fleet.pages import Page, decode_key, encode_key

log = logging.getLogger(__name__)

KEPT = 100
WAITING = 10
LINES, LINE_LENGTH = 200, 1_000
"""Of the output, the newest."""
RESULT_BYTES = 2_000_000
GRACE_S = 4.0
"""A child that is cancelled has so long to end by itself."""
_KEY = re.compile(r"job_[0-9a-z]{1,40}")
_NOISE = re.compile(
    r"[0-9/]{8} [0-9:]{8} (WARN|INFO) |WARNING: |Using Spark's default|Setting default log level"
)
"""Lines of the JVM's that tell a person nothing of the work."""


@dataclass(frozen=True, slots=True)
class Launcher:
    """How jobs are run, from the composition root: the command line, and a role's environment.

    `environment` raises Unavailable where this process may not act in a role. `hide` takes secrets out of a line.
    `scenario` says how the command line is told of a scenario, and raises NotFound.
    """

    command: Sequence[str]
    environment: Callable[[Role], Mapping[str, str]]
    hide: Callable[[str], str] = str
    scenario: Callable[[str], str] = str


@dataclass(slots=True)
class _Run:
    """The child of the job that is under way."""

    job_id: str
    process: subprocess.Popen[bytes]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES))
    result: bytes = b""
    cancelled: bool = False


class Jobs:
    """The queue, and the threads that work it off, one a lane. `folder` keeps what has ended."""

    def __init__(self, launcher: Launcher, folder: Path, now_ms: Callable[[], int]) -> None:
        self._launcher = launcher
        self._folder = folder
        self._now_ms = now_ms
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {job.id: job for job in kept_jobs(folder)}
        self._runs: dict[str, _Run] = {}
        self._closing = False
        # The kernel ends a child with the thread that started it, so one thread starts all of a lane.
        self._threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"jobs-{lane}", daemon=True)
            for lane in Lane
        ]
        for thread in self._threads:
            thread.start()

    def start(self, kind: str, parameters: Mapping[str, str], token: str | None = None) -> Job:
        """Put a job in the queue; the same one again for the same `token`.

        Raises Conflict where too many wait, Unavailable where this process has not the rights it needs.
        """
        self._launcher.environment(KINDS[kind].role)
        if "scenario" in parameters:
            self._launcher.scenario(parameters["scenario"])
        job = Job(new_id("job", token), kind, dict(parameters), self._now_ms())
        with self._changed:
            if job.id in self._jobs:
                return self._jobs[job.id]
            if sum(one.state is JobState.QUEUED for one in self._jobs.values()) >= WAITING:
                raise Conflict(f"{WAITING} jobs wait already.", hint="Wait for one to end, or cancel one.")
            self._jobs[job.id] = job
            self._changed.notify_all()
        return job

    def get(self, job_id: str) -> Job:
        """Raises NotFound."""
        with self._changed:
            if job_id not in self._jobs:
                raise NotFound(f"There is no job {job_id[:60]}.", hint="GET /api/v1/jobs lists them.")
            return self._live(self._jobs[job_id])

    def page(self, kind: str | None, limit: int, cursor: str | None) -> Page[Job]:
        """Jobs, newest first. Raises InvalidInput for a cursor that this list did not give out."""
        after = decode_key("jobs", cursor, _KEY)
        with self._changed:
            jobs = [self._live(job) for job in reversed(self._jobs.values())]
        if after is not None:
            ids = [job.id for job in jobs]
            jobs = jobs[ids.index(after) + 1 :] if after in ids else []
        jobs = [job for job in jobs if kind in {None, job.kind}]
        more = len(jobs) > limit
        return Page(jobs[:limit], encode_key("jobs", jobs[limit - 1].id) if more else None)

    def cancel(self, job_id: str) -> Job:
        """End a job, and wait for that. Raises NotFound, Conflict where it has ended."""
        job = self.get(job_id)
        with self._changed:
            job = self._jobs[job_id]
            if job.state in ENDED:
                raise Conflict(f"The job has ended: {job.state}.", hint="Start another one.")
            if job.state is JobState.QUEUED:
                self._keep(
                    replace(job, state=JobState.CANCELLED, outcome="cancelled", ended_ms=self._now_ms())
                )
            elif (run := self._runs.get(job_id)) is not None:
                run.cancelled = True
                kill_group(run.process.pid, signal.SIGTERM)
                if not self._changed.wait_for(lambda: self._jobs[job_id].state in ENDED, GRACE_S):
                    kill_group(run.process.pid)
                    self._changed.wait_for(lambda: self._jobs[job_id].state in ENDED, GRACE_S)
            return self._live(self._jobs[job_id])

    def close(self) -> None:
        """End the jobs that are under way; those that wait are cancelled."""
        with self._changed:
            self._closing = True
            for run in self._runs.values():
                run.cancelled = True
                kill_group(run.process.pid)
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(2 * GRACE_S)

    def _live(self, job: Job) -> Job:
        run = self._runs.get(job.id)
        return job if run is None else replace(job, output=tuple(run.lines))

    def _next(self, lane: Lane) -> Job | None:
        waiting = (job for job in self._jobs.values() if job.state is JobState.QUEUED)
        return next((job for job in waiting if KINDS[job.kind].lane is lane), None)

    def _work(self, lane: Lane) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._next(lane) is not None)
                if self._closing:
                    return
                job = self._next(lane)
            if job is not None:
                self._perform(job)

    def _perform(self, job: Job) -> None:
        kind = KINDS[job.kind]
        with self._changed:
            if self._jobs[job.id].state is not JobState.QUEUED:
                return
            job = replace(job, state=JobState.RUNNING, begun_ms=self._now_ms())
            try:
                run = self._runs[job.id] = _Run(job.id, self._spawn(kind, job))
            except (OSError, RumboError) as exc:
                self._keep(_failed(job, str(exc), self._now_ms()))
                return
            self._jobs[job.id] = job
        readers = [
            threading.Thread(target=self._take_lines, args=(run,), name="job-output", daemon=True),
            threading.Thread(target=_take_result, args=(run,), name="job-result", daemon=True),
        ]
        with run.process:  # so that its pipes are closed
            for reader in readers:
                reader.start()
            code = run.process.wait()
            kill_group(run.process.pid)  # a dead driver must not leave its JVM behind
            for reader in readers:
                reader.join()
        with self._changed:
            del self._runs[job.id]
            self._keep(_ended(job, kind, run, code, self._now_ms()))

    def _spawn(self, kind: Kind, job: Job) -> subprocess.Popen[bytes]:
        given = dict(job.parameters)
        if "scenario" in given:
            given["scenario"] = self._launcher.scenario(given["scenario"])
        command = [*self._launcher.command, *kind.arguments(given)]
        return subprocess.Popen(
            guarded(command, signal.SIGKILL),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(self._launcher.environment(kind.role)), start_new_session=True,
        )  # fmt: skip

    def _take_lines(self, run: _Run) -> None:
        for line in _lines(run.process.stderr, LINE_LENGTH):
            text = self._launcher.hide(line.decode(errors="replace")).strip()
            if text and not _NOISE.match(text):
                run.lines.append(text[:LINE_LENGTH])

    def _keep(self, job: Job) -> None:
        """What has ended, in memory and on the disk; the oldest go."""
        self._jobs[job.id] = job
        self._changed.notify_all()
        ended = [one.id for one in self._jobs.values() if one.state in ENDED]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{job.id}.json").write_bytes(orjson.dumps(asdict(job)))
            for old in ended[:-KEPT]:
                del self._jobs[old]
                (self._folder / f"{old}.json").unlink(missing_ok=True)
        except OSError as exc:
            log.warning("A job could not be kept in %s: %s", self._folder, exc.strerror)


def _lines(stream: IO[bytes] | None, longest: int) -> Iterator[bytes]:
    """Lines as they come; of one that is too long its pieces."""
    assert stream is not None  # noqa: S101 - for the type checker
    while line := stream.readline(longest):
        yield line


def _take_result(run: _Run) -> None:
    """Keeps the last whole line: what the command says as JSON."""
    for line in _lines(run.process.stdout, RESULT_BYTES):
        if line.strip():
            run.result = line


def _ended(job: Job, kind: Kind, run: _Run, code: int, now_ms: int) -> Job:
    job = replace(job, ended_ms=now_ms, exit_code=code, output=tuple(run.lines))
    if run.cancelled:
        return replace(job, state=JobState.CANCELLED, outcome="cancelled")
    result = None
    with contextlib.suppress(orjson.JSONDecodeError):
        result = orjson.loads(run.result)
    # A command that has not got to its result failed, whatever its exit code stands for else.
    outcome = "error" if result is None else kind.outcomes.get(code, "error")
    well = outcome != "error" and code in kind.well
    return replace(job, state=JobState.DONE if well else JobState.FAILED, outcome=outcome, result=result)


def _failed(job: Job, why: str, now_ms: int) -> Job:
    return replace(job, state=JobState.FAILED, outcome="error", ended_ms=now_ms, output=(why,))
