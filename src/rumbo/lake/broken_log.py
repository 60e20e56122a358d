"""Delta logs on a disk that lack something: which commit, and what to do about it.

A commit file without a byte is what a full disk or a power cut leaves. Readers take it for a commit that did nothing,
so the rows that it added would be missing without a word.
"""

from __future__ import annotations

import json
from pathlib import Path

from rumbo.errors import Unavailable
from rumbo.lake.tables import Layer, TableSpec

_LOG = "_delta_log"


def require_whole_log(path: str, spec: TableSpec) -> None:
    """Raises Unavailable where a commit since the last checkpoint is empty or missing. Accounts are not looked at."""
    commits = _commits(path)
    for before, commit in zip([None, *commits], commits, strict=False):
        if commit.stat().st_size == 0 or (before is not None and int(commit.stem) != int(before.stem) + 1):
            raise broken(spec, commit)


def damaged_commit(path: str) -> Path | None:
    """The first commit since the last checkpoint that cannot be read, or before which one is missing."""
    before: Path | None = None
    for commit in _commits(path):
        try:
            lines = commit.read_text("utf-8").splitlines()
            whole = bool(lines) and all(isinstance(json.loads(line), dict) for line in lines)
        except (OSError, ValueError):
            whole = False
        if not whole or (before is not None and int(commit.stem) != int(before.stem) + 1):
            return commit
        before = commit
    return None


def broken(spec: TableSpec, commit: Path) -> Unavailable:
    """What to say of it."""
    anew = "delete the table's folder and refine its days again"
    if spec.layer is Layer.LANDING:
        anew = "move its folder and landing/_checkpoints away: the stream lands again what Kafka still holds"
    return Unavailable(
        f"The table {spec.layer}/{spec.name} cannot be read: its log is damaged at {commit.name}.",
        hint=f"Nothing was changed. Put {commit} and those before it back from a copy; without one, {anew}.",
    )


def _commits(path: str) -> list[Path]:
    """Commit files from the last checkpoint on, in order; none where the table is in an account."""
    log = Path(path.removeprefix("file://")) / _LOG
    if "://" in str(log) or not log.is_dir():
        return []
    try:
        since = int(json.loads((log / "_last_checkpoint").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        since = 0
    commits = (file for file in log.glob("*.json") if file.stem.isdecimal())
    return sorted(file for file in commits if int(file.stem) >= since)
