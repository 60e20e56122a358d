"""What Spark, Delta and Kafka's client say when the stream cannot go on, as errors that say what to do.

Nothing is lost in any of these cases: what landed stays, and what did not land stands in Kafka, for a week. Only a
stream that was away for longer misses something, and is told so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rumbo.errors import CannotStart, RumboError, Unavailable
from rumbo.lake.broken_log import require_whole_log
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import TableSpec

LONGEST = 300
_GO_ON = "Nothing is lost: what has not landed stands in Kafka, for a week, and the stream goes on where it stopped."
_ANEW = "The stream then reads Kafka from its beginning and lands only what the lake lacks; nothing is lost or doubled."
_OTHER_LAKE = (
    "Rows in the lake are safe, but offsets are no longer theirs: give this Kafka a lake of its own (another "
    "data folder, or an empty landing place), or bring back the Kafka that belongs to it."
)


def explained(error: BaseException | str | None, job: str = "The stream") -> RumboError:
    """The error for a person behind what a query or a call into Spark failed with; `job` is what failed."""
    if isinstance(error, RumboError):
        return error
    text = str(error) if error is not None else "no reason given"
    kinds: Sequence[Callable[[str], RumboError | None]] = (_full_disk, _of_kafka, _of_checkpoint, _of_delta)
    for kind in kinds:
        if (found := kind(text)) is not None:
            return found
    return Unavailable(
        f"{job} failed: {reason(text)}", hint="It goes on where it stopped when it is started again."
    )


def reason(text: str) -> str:
    """The one line of a long error that says what happened."""
    lines = [line for line in text.splitlines() if line.strip()]
    behind_py4j = [line[2:] for line in lines if line.startswith(": ")]
    traces = [at for at, line in enumerate(lines) if "Traceback (most recent call last)" in line]
    after_trace = [line for line in lines[traces[-1] + 1 :] if not line[0].isspace()] if traces else []
    return next(iter([*behind_py4j, *after_trace, *lines]), text).strip()[:LONGEST]


def broken_checkpoint(folder: str, why: str) -> CannotStart:
    """For a checkpoint that cannot be read; `folder` is what may be deleted."""
    return CannotStart(
        f"The checkpoint {folder} cannot be read: {why}.",
        hint=f"Bring the folder back as it was, or delete it. {_ANEW}",
    )


def other_topic(topic: str) -> CannotStart:
    """For a topic that is not the one from which the lake was fed."""
    return CannotStart(
        f"The topic {topic} is not the one from which this lake was fed: it was deleted and made again, or this "
        "is another Kafka.",
        hint=_OTHER_LAKE,
    )


def require_sound(lake: Lake, specs: Sequence[TableSpec]) -> None:
    """Raises Unavailable, naming table and commit, where a Delta log is damaged or cannot be reached."""
    for spec in specs:
        require_whole_log(lake.table_path(spec), spec)
        open_table(lake, spec)


def _full_disk(text: str) -> RumboError | None:
    if "No space left on device" not in text and "Disk quota exceeded" not in text:
        return None
    where = re.search(r"writing rows to (?:file:)?(.+?)\. SQLSTATE", text)
    return Unavailable(
        f"The disk is full{f': {where[1]} cannot be written' if where else ''}.",
        hint=f"Make room on it. {_GO_ON}",
    )


def _of_kafka(text: str) -> RumboError | None:
    moved = re.search(r"Partition (\S+)-\d+ offset was changed from (\d+) to (\d+)", text) or re.search(
        r"Starting offset for (\S+)-\d+ was (\d+) but consumer reset to (\d+)", text
    )
    if moved and int(moved[3]) < int(moved[2]):
        return other_topic(moved[1])
    if re.search(r"PARTITIONS_DELETED|UnknownTopicOrPartition|INITIAL_OFFSET_NOT_FOUND", text):
        named = re.search(r"(rumbo\.[a-z-]+?)(?:-\d+)?\b(?![\w-])", text)
        return Unavailable(
            f"Kafka has no topic {named[1] if named else 'of ours'} any more: it was deleted while the stream ran.",
            hint="Rows in the lake are safe. The next `rumbo up` makes the topic, empty, and says how to go on.",
        )
    if "DATA_LOSS" in text or "OffsetOutOfRange" in text or "data may have been" in text:
        return Unavailable(
            f"Kafka no longer has records that were not landed yet. ({reason(text)})",
            hint="They are lost: the stream was away for longer than Kafka keeps records. To go on with what it still "
            "has, delete the folder _checkpoints/stream in the landing place: rows that are in the lake stay and are "
            "not landed again.",
        )
    return None


def _of_checkpoint(text: str) -> RumboError | None:
    file = re.search(r"Failed to read log file (?:file:)?(.+?)/(?:offsets|commits|metadata)/\d+\. ", text)
    folder = file[1] if file else "of the stream (_checkpoints in the landing place)"
    version = re.search(r"maximum supported log version is (v\d+), but encountered (v\d+)", text)
    if version:
        why = f"another version of Spark wrote it ({version[2]}, this one knows up to {version[1]})"
        return broken_checkpoint(folder, why)
    if "another version of Rumbo" in text:
        return broken_checkpoint(folder, "another version of Rumbo wrote it")
    if file or "MALFORMED_LOG_FILE" in text or "Incomplete log file" in text:
        return broken_checkpoint(folder, "a file of it is broken or was cut off")
    return None


def _of_delta(text: str) -> RumboError | None:
    """Of a log that breaks while the stream runs; at the start `require_sound` names the commit."""
    if not re.search(
        r"DELTA_VERSIONS_NOT_CONTIGUOUS|DELTA_TRUNCATED|DELTA_STATE_RECOVER|_delta_log/\d+\.json", text
    ):
        return None
    file = re.search(r"(?:file:)?(?://)?(/[^\n]*?)/_delta_log/\d+\.json", text)
    gap, first = "NOT_CONTIGUOUS" in text, "TRUNCATED" in text
    why = "a commit is missing" if gap else "its beginning is missing" if first else "a commit cannot be read"
    return CannotStart(
        f"The Delta log of {file[1] if file else 'a table'} is broken: {why}.",
        hint="Bring back its _delta_log from a copy. Without one, move the table's folder and _checkpoints beside it "
        "away: the stream lands again what Kafka still holds (a week), what the table held before stays where you "
        "moved it.",
    )
