"""What a person reads where the stream cannot go on. The texts are Spark's, Delta's and deltalake's own, shortened."""

from __future__ import annotations

import pytest

from rumbo.errors import CannotStart, RumboError, Unavailable
from rumbo.pipeline.failures import LONGEST, explained

QUERY = (
    "\n=== Streaming Query ===\nIdentifier: [id = 6e37f3bc, runId = e02eab75]\nCurrent State: INITIALIZING"
)
JAVA = "An error occurred while calling o298.load.\n: "
PROXY = 'An exception was raised by the Python Proxy. Return Message: Traceback (most recent call last):\n  File "a"\n'

SAID: dict[str, tuple[str, type[RumboError], str, str]] = {
    "a checkpoint of a newer Spark": (
        "Failed to read log file file:/data/the lake/landing/_checkpoints/stream/offsets/0. "
        "[INVALID_LOG_VERSION.MAX_SUPPORTED_VERSION] UnsupportedLogVersion. The maximum supported log version is v2, "
        "but encountered v99. The log file was produced by a newer version of Spark. SQLSTATE: KD002" + QUERY,
        CannotStart,
        "The checkpoint /data/the lake/landing/_checkpoints/stream cannot be read: another version of Spark wrote",
        "lands only what the lake lacks",
    ),
    "a garbled checkpoint": (
        "Failed to read log file file:/l/_checkpoints/stream/offsets/7. [MALFORMED_LOG_FILE] Log file was malformed: "
        "failed to read correct log version from nonsense. SQLSTATE: KD002" + QUERY,
        CannotStart,
        "The checkpoint /l/_checkpoints/stream cannot be read: a file of it is broken or was cut off.",
        "Bring the folder back as it was, or delete it",
    ),
    "an empty file in a checkpoint": (
        "Failed to read log file file:/l/_checkpoints/alerts-v1/commits/7. Incomplete log file" + QUERY,
        CannotStart,
        "The checkpoint /l/_checkpoints/alerts-v1 cannot be read: a file of it is broken or was cut off.",
        "delete it",
    ),
    "a full disk in a table's folder": (
        PROXY + "py4j.protocol.Py4JJavaError: An error occurred while calling o1.save.\n: org.apache.spark."
        "SparkException: [TASK_WRITE_FAILED] Task failed while writing rows to file:/lake/landing/positions. "
        "SQLSTATE: 58030\n"
        "\tat x\nCaused by: org.apache.hadoop.fs.FSError: java.io.IOException: No space left on device",
        Unavailable,
        "The disk is full: /lake/landing/positions cannot be written.",
        "Nothing is lost",
    ),
    "a full disk at a checkpoint": (
        JAVA + "org.apache.hadoop.fs.FSError: java.io.IOException: No space left on device\n\tat x",
        Unavailable,
        "The disk is full.",
        "Make room",
    ),
    "a commit that is missing": (
        JAVA + "org.apache.spark.sql.delta.DeltaIllegalStateException: [DELTA_VERSIONS_NOT_CONTIGUOUS] Versions (0, 1, "
        "3) are not contiguous. \nA gap in the delta log between versions 0 and 3 was detected.",
        CannotStart,
        "The Delta log of a table is broken: a commit is missing.",
        "Bring back",
    ),
    "a commit that cannot be read": (
        JAVA + "org.apache.spark.SparkException: [FAILED_READ_FILE.NO_HINT] Encountered error while reading file "
        "file:///l/landing/positions/_delta_log/00000000000000000002.json.  SQLSTATE: KD001\n\tat x",
        CannotStart,
        "The Delta log of /l/landing/positions is broken: a commit cannot be read.",
        "move",
    ),
    "a log without its beginning": (
        JAVA + "org.apache.spark.sql.delta.DeltaFileNotFoundException: [DELTA_TRUNCATED_TRANSACTION_LOG] "
        "file:/l/landing/positions/_delta_log/00000000000000000000.json: Unable to reconstruct state at version 3",
        CannotStart,
        "The Delta log of /l/landing/positions is broken: its beginning is missing.",
        "move the table's folder",
    ),
    "a topic that was made again while the stream ran": (
        "[KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED] Some data may have been lost. Reason: Partition rumbo.trip-"
        "states-3 offset was changed from 20 to 0." + QUERY,
        CannotStart,
        "The topic rumbo.trip-states is not the one from which this lake was fed",
        "a lake of its own",
    ),
    "a topic that was deleted while the stream ran": (
        "[KAFKA_DATA_LOSS.PARTITIONS_DELETED] Some data may have been lost. Reason: Partitions Set(rumbo.positions-0, "
        "rumbo.positions-1) have been deleted." + QUERY,
        Unavailable,
        "Kafka has no topic rumbo.positions any more",
        "Rows in the lake are safe",
    ),
    "records that Kafka dropped by age": (
        "[KAFKA_DATA_LOSS.START_OFFSET_RESET] Some data may have been lost. Reason: Starting offset for "
        "rumbo.positions-3 was 20 but consumer reset to 900." + QUERY,
        Unavailable,
        "Kafka no longer has records that were not landed yet.",
        "_checkpoints/stream",
    ),
    "an error of our own within a batch": (
        PROXY + "rumbo.errors.Unavailable: Kafka is away.\n" + QUERY,
        Unavailable,
        "The stream failed: rumbo.errors.Unavailable: Kafka is away.",
        "where it stopped",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_a_failure_says_what_happened_and_what_to_do(case: str) -> None:
    text, kind, message, hint = SAID[case]
    found = explained(RuntimeError(text))
    assert type(found) is kind
    assert found.message.startswith(message)
    assert hint in found.hint
    assert "\n" not in str(found)


def test_errors_of_our_own_stay_as_they_are_and_foreign_ones_are_cut_short() -> None:
    ours = Unavailable("Kafka is away.")
    assert explained(ours) is ours
    assert len(explained("x" * 5000, "The search for alerts").message) < LONGEST + 50
    assert explained(None, "The search for alerts").message == "The search for alerts failed: no reason given"
