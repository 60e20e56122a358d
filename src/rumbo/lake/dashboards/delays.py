"""How late trips arrived: a histogram of whole minutes with open ends."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, IN_SPAN, Figure
from rumbo.lake.refined.words import count, seconds

EARLIEST_MIN, LATEST_MIN = -10, 20
"""What is earlier, or later, is counted in the first, or the last bin."""

SQL = f"""
WITH {CHOSEN},
arrived AS (
    SELECT least(greatest(CAST(ceil(t.delay_s / 60.0) AS BIGINT) - 1, {EARLIEST_MIN - 1}), {LATEST_MIN}) AS minute
    FROM common.trip_facts t
    JOIN chosen c ON c.vehicle_id = t.vehicle_id AND c.vehicle_date = t.end_date
    WHERE t.end_date {IN_SPAN} AND t.delay_s IS NOT NULL
),
bins AS (
    SELECT unnest(generate_series((SELECT min(minute) FROM arrived), (SELECT max(minute) FROM arrived))) AS minute
)
SELECT
    CASE WHEN b.minute >= {EARLIEST_MIN} THEN b.minute * 60.0 END AS from_s,
    CASE WHEN b.minute < {LATEST_MIN} THEN (b.minute + 1) * 60.0 END AS to_s,
    count(a.minute) AS trips
FROM bins b
LEFT JOIN arrived a ON a.minute = b.minute
GROUP BY b.minute
ORDER BY b.minute
"""

FIGURE = Figure(
    "delays",
    "Delays of arrived trips",
    "one minute of delay, from the earliest trip to the latest; what is beyond the ends is in the open bins",
    (
        seconds("from_s", "Delays above this; null: no lower end.", nullable=True),
        seconds("to_s", "Delays up to this, taken too; null: no upper end.", nullable=True),
        count("trips", "Trips that arrived so late; negative delays are early."),
    ),
    SQL,
)
