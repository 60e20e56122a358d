"""What /topics, /rejected, /lake/days and /jobs take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, JsonValue

from rumbo.api.fields import In
from rumbo.api.job_kinds import JobKind
from rumbo.api.job_records import JobState
from rumbo.lake.days import Verdict

Day = Annotated[
    str, Field(strict=True, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10, examples=["2026-03-05"])
]


class PartitionOut(BaseModel):
    """Offsets that a partition holds: from `first` to the one before `next`. `at` is where a tail goes on."""

    partition: int
    first: int
    next: int
    at: int


class KafkaTopicOut(BaseModel):
    name: str
    key: str = Field(description="What a record's key is.")
    description: str
    cleanup: str = Field(
        description="`delete`: records go after some time; `compact`: each key's newest stays."
    )
    records: int = Field(
        description="Offsets that it holds. Some have no record: marks of transactions, and what was compacted."
    )
    partitions: list[PartitionOut]


class KafkaTopicsOut(BaseModel):
    items: list[KafkaTopicOut]


class TopicRecordOut(BaseModel):
    partition: int
    offset: int
    timestamp: str = Field(description="When the broker took it: wall time.")
    key: str | None
    payload: str | None = Field(description="As text; null for a tombstone.")
    size: int = Field(description="Bytes of the payload.")
    cut: bool = Field(description="Whether the payload is longer than what is shown; limit=1 shows most.")


class RecordsOut(BaseModel):
    """Records in the order in which the brokers took them. There is always a `next_cursor`: a tail has no end."""

    topic: str
    items: list[TopicRecordOut]
    partitions: list[PartitionOut]
    searched: int = Field(description="Offsets that were looked through for these.")
    behind: int = Field(description="Offsets from here to the end.")
    next_cursor: str


class ReasonOut(BaseModel):
    topic: str
    rule: str
    records: int
    mended: int


class DayRecordsOut(BaseModel):
    day: str
    records: int


class RejectedRecordOut(BaseModel):
    kafka_topic: str
    kafka_partition: int
    kafka_offset: int
    broker_time: str
    rule: str = Field(description="The first rule of the contract that it broke.")
    field: str | None
    reason: str
    is_mended: bool
    mended_at: str | None
    mended_day: str | None = Field(description="The day that takes it in when it is refined.")
    note: str | None
    payload: str | None = Field(description="As text, at most 100,000 characters.")
    size: int


class RejectedOut(BaseModel):
    """Rejected records, newest first; `reasons` and `days` are of all of them, whatever the page."""

    items: list[RejectedRecordOut]
    next_cursor: str | None
    reasons: list[ReasonOut]
    days: list[DayRecordsOut]


class MendIn(In):
    topic: Annotated[str, Field(strict=True, min_length=1, max_length=200, examples=["rumbo.positions"])]
    partition: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
    offset: Annotated[int, Field(strict=True, ge=0, le=2**53)]
    payload: Annotated[str | None, Field(strict=True, max_length=200_000)] = Field(
        None, description="The whole record as it ought to be, JSON. Default: the one that was sent."
    )
    changes: Annotated[dict[str, JsonValue], Field(max_length=50)] = Field(
        default_factory=dict, description="Fields to change in it.", examples=[{"speed_mps": 3.5}]
    )
    note: Annotated[str, Field(strict=True, max_length=500)] = Field("", description="Why it is mended so.")


class MendedOut(BaseModel):
    """`day` takes the record in when it is refined."""

    event: str
    day: str
    payload: str


class LandingDayOut(BaseModel):
    rows: int
    tables: dict[str, int]
    rejected: int = Field(
        description="Records that the broker took on this day (wall time) and the stream rejected."
    )


class LayerDayOut(BaseModel):
    """`run` and `refined_at` (wall time) are of what is published; `state` is how the newest run ended."""

    rows: int
    tables: dict[str, int]
    state: Verdict
    run: str | None
    refined_at: str | None
    stale: bool = Field(description="Whether landing's rows have changed since.")
    failed_rules: int
    warned_rules: int


class LakeDayOut(BaseModel):
    day: str
    landing: LandingDayOut
    staging: LayerDayOut
    common: LayerDayOut


class LakeDaysOut(BaseModel):
    """Days by event time, in order: those with rows in landing, and those that were ever refined."""

    items: list[LakeDayOut]


class RuleOut(BaseModel):
    table: str
    rule: str
    severity: Literal["error", "warning"]
    description: str = Field(description="What is true where the rule holds.")
    passed: bool
    rows_checked: int
    rows_broken: int
    sample: list[dict[str, Any]]


class RunOut(BaseModel):
    layer: Literal["staging", "common"]
    run: str
    checked_at: str
    published: bool = Field(description="Whether what stands now is of this run.")
    rules: list[RuleOut] = Field(description="Those that were broken first.")


class DayQualityOut(BaseModel):
    """`runs` are the newest tries to refine the day, newest first."""

    day: str
    grid: LakeDayOut
    runs: list[RunOut]


class JobIn(In):
    """What a kind does not take is refused."""

    kind: JobKind
    from_: Day | None = Field(None, alias="from", description="refine: the first day.")
    to: Day | None = Field(None, description="refine: the last day, included.")
    layer: Literal["staging", "common"] | None = Field(None, description="refine: this layer only.")
    scenario: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="scenario, scenario-check: its name.", examples=["deliveries"]
    )
    speed: Annotated[float, Field(ge=0.1, le=1000)] | None = Field(
        None, description="scenario: world seconds a second."
    )
    vehicles: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="scenario: so many in all, in proportion."
    )
    days: Annotated[float, Field(ge=0.001, le=366)] | None = Field(
        None, description="scenario: for so many days instead of its own span."
    )
    seed: Annotated[int, Field(ge=0, le=2**53)] | None = Field(
        None, description="scenario: other vehicles, other trips."
    )


class JobOut(BaseModel):
    """A job. `outcome` is the command's word: done, nothing-to-do, quality-failure, balanced, unbalanced, error."""

    id: str
    kind: JobKind
    parameters: dict[str, str]
    state: JobState
    outcome: str
    created_at: str
    begun_at: str | None
    ended_at: str | None
    exit_code: int | None
    output: list[str] = Field(description="The last lines of what it said; in lists the last one.")
    result: Any = Field(description="What the command printed as JSON; null in lists.")


class JobsOut(BaseModel):
    """Jobs, newest first."""

    items: list[JobOut]
    next_cursor: str | None
