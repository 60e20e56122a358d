"""What Spark, Delta and Kafka's client say when the stream cannot go on, as errors that say what to do."""

from __future__ import annotations

from rumbo.errors import RumboError, Unavailable


def explained(error: BaseException | str | None, job: str = "The stream") -> RumboError:
    """The error for a person behind what a query or a call into Spark failed with; `job` is what failed."""
    if isinstance(error, RumboError):
        return error
    text = str(error) if error is not None else "no reason given"
    first = first_line(text)
    if "DATA_LOSS" in text or "OffsetOutOfRange" in text or "data may have been" in text:
        return Unavailable(
            f"Kafka no longer has records that were not landed yet. ({first})",
            hint="They are lost. To go on with what Kafka still has, delete the stream's checkpoint folder: rows that "
            "are in the lake stay and are not landed again.",
        )
    return Unavailable(f"{job} failed: {first}", hint="It goes on where it stopped when it is started again.")


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), text)
