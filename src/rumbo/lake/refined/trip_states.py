"""staging/trip_states: the changes of trips' states, each once, however often it was landed."""

from __future__ import annotations

from rumbo.events.fields import TRIP_STATE
from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import unique
from rumbo.lake.tables import COORDINATES, EVENT_DATE, LANDED_EVENTS, Layer, TableSpec

_LANDED = LANDED_EVENTS[TRIP_STATE.topic]
_NAMES = (*TRIP_STATE.names, *(column.name for column in COORDINATES), EVENT_DATE)

SPEC = TableSpec(
    Layer.STAGING,
    "trip_states",
    "one change of a trip's state",
    tuple(next(column for column in _LANDED.columns if column.name == name) for name in _NAMES),
    (EVENT_DATE,),
)

SQL = f"""
SELECT {", ".join(_NAMES)}
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY trip_id, seq ORDER BY broker_time, kafka_topic, kafka_partition, kafka_offset
    ) AS copy
    FROM landing_trip_states
    WHERE event_date = DATE '{{day}}'
) AS landed
WHERE copy = 1
"""

REFINED = Refined(
    SPEC,
    sources=("landing_trip_states",),
    sql=SQL,
    day=EVENT_DATE,
    checks=(
        unique("staging_trip_states", EVENT_DATE, "trip_id", "seq"),
        Check(
            "ends_once",
            Severity.ERROR,
            "Nothing happens to a trip after its end.",
            """
            SELECT * FROM (
                SELECT *, lead(state) OVER (PARTITION BY trip_id ORDER BY seq) AS next_state
                FROM staging_trip_states WHERE event_date = DATE '{day}'
            ) AS ordered
            WHERE state IN ('arrived', 'cancelled', 'failed') AND next_state IS NOT NULL
            """,
        ),
    ),
)
