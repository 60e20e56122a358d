"""The Kafka topics: names, keys and settings. Applied by `transport`, never created by accident."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rumbo.events.fields import ALERT, POSITION, TRIP_STATE

PLANS = "rumbo.plans"
CLOCK = "rumbo.clock"
GEOFENCES = "rumbo.geofences"
POSITIONS = POSITION.topic
TRIP_STATES = TRIP_STATE.topic
ALERTS = ALERT.topic

CLOCK_KEY = "clock"
PARTITIONS = 6
WEEK_MS = 7 * 86_400_000
MAX_PLAN_BYTES = 8 * 1024 * 1024
"""A 1,500 km route's plan is about 4 MB of JSON before compression."""


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    key: str
    description: str
    partitions: int
    config: tuple[tuple[str, str], ...]


_COMPACT = (("cleanup.policy", "compact"), ("message.timestamp.type", "LogAppendTime"))
"""Append time is what settles a plan (ADR 0003), so the broker must set it."""
_DELETE = (
    ("cleanup.policy", "delete"),
    ("retention.ms", str(WEEK_MS)),
    ("message.timestamp.type", "LogAppendTime"),  # so that the lake's broker_time is the broker's
)

TOPICS = (
    Topic(
        PLANS,
        "trip_id",
        "A trip's plan and its amendments.",
        PARTITIONS,
        (*_COMPACT, ("max.message.bytes", str(MAX_PLAN_BYTES))),
    ),
    Topic(
        CLOCK, CLOCK_KEY, "The world clock's changes.", 1, (*_COMPACT, ("segment.bytes", str(4 * 1024**2)))
    ),
    Topic(
        GEOFENCES,
        "geofence_id",
        "Areas that a person has drawn, each with all its versions.",
        1,
        (*_COMPACT, ("segment.bytes", str(4 * 1024**2))),
    ),
    Topic(POSITIONS, POSITION.key, POSITION.description, PARTITIONS, _DELETE),
    Topic(TRIP_STATES, TRIP_STATE.key, TRIP_STATE.description, PARTITIONS, _DELETE),
    Topic(ALERTS, ALERT.key, ALERT.description, PARTITIONS, _DELETE),
)


def topics_for(replication: int) -> tuple[Topic, ...]:
    """The topics where each has so many copies: with more than one, all but one must have what was acknowledged."""
    if replication == 1:
        return TOPICS
    in_sync = (("min.insync.replicas", str(replication - 1)),)
    return tuple(replace(topic, config=(*topic.config, *in_sync)) for topic in TOPICS)


DRIVE_GROUP = "rumbo.drive"
"""Consumer group of the drive workers; its committed metadata is the world time driven so far."""
STREAM_GROUP = "rumbo.stream"
"""Group under which the stream publishes the offsets that are safe in the lake, so that lag shows."""
ALERTS_GROUP = "rumbo.stream-alerts"
"""Group in which the alerts' transactions commit how far the positions are looked through."""
