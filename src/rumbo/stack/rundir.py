"""What a running stack leaves in its data folder so that other commands find it.

`run/lock` is held (flock) as long as the stack lives; `run/stack.json` says where it listens.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rumbo.errors import CannotStart

MIN_FREE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StackInfo:
    pid: int
    url: str
    bootstrap_servers: str


def check_data_dir(data_dir: Path, min_free_bytes: int = MIN_FREE_BYTES) -> None:
    """Make the data folder. Raises CannotStart where it can't be written or the disk is nearly full."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / f".write-test-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as exc:
        raise CannotStart(
            f"The data folder {data_dir} can't be written ({exc.strerror}).",
            hint="Choose another with --data, or give yourself the right to write there.",
        ) from exc
    free = shutil.disk_usage(data_dir).free
    if free < min_free_bytes:
        raise CannotStart(
            f"Only {free // 2**20} MiB are free on the disk of {data_dir}.",
            hint=f"Free at least {min_free_bytes // 2**20} MiB, or choose another disk with --data.",
        )


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for one stack. Raises CannotStart where another one has it."""
    with _held(data_dir, "lock", f"Another stack is running on {data_dir}."):
        yield


@contextmanager
def backfilling(data_dir: Path) -> Iterator[None]:
    """Hold the history of a data folder for one backfill: two that make the same days would both append them."""
    with _held(data_dir, "backfill.lock", f"Another backfill is at work on {data_dir}."):
        yield


@contextmanager
def airflow_locked(data_dir: Path) -> Iterator[None]:
    """Hold a data folder's Airflow. Raises CannotStart where another one has it."""
    with _held(data_dir, "airflow.lock", f"Another Airflow is running on {data_dir}."):
        yield


@contextmanager
def _held(data_dir: Path, name: str, taken: str) -> Iterator[None]:
    run_dir = data_dir / "run"
    run_dir.mkdir(parents=True, exist_ok=True)
    with (run_dir / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise CannotStart(
                taken, hint="Stop it with Ctrl-C, or choose another folder with --data."
            ) from exc
        yield


def write_info(data_dir: Path, info: StackInfo) -> None:
    path = data_dir / "run" / "stack.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(info)), encoding="utf-8")
    fresh.replace(path)


def clear_info(data_dir: Path) -> None:
    (data_dir / "run" / "stack.json").unlink(missing_ok=True)


def read_info(data_dir: Path) -> StackInfo | None:
    """Where the stack on this folder listens, or None where none is running."""
    try:
        with (data_dir / "run" / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:  # held: the stack lives
                return StackInfo(**json.loads((data_dir / "run" / "stack.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return None
