"""Why and how long vehicles stood."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, IN_SPAN, Figure
from rumbo.lake.refined.words import count, seconds, text

SQL = f"""
WITH {CHOSEN},
stays AS (
    SELECT s.vehicle_id, s.reason, s.stay_began_at, sum(s.duration_s) AS stood_s
    FROM common.stops s
    JOIN chosen c ON c.vehicle_id = s.vehicle_id AND c.vehicle_date = s.stop_date
    WHERE s.stop_date {IN_SPAN}
    GROUP BY s.vehicle_id, s.reason, s.stay_began_at
)
SELECT
    reason,
    count(*) AS stays,
    sum(stood_s) AS stood_s,
    avg(stood_s) AS mean_s,
    quantile_cont(stood_s, 0.5) AS median_s,
    quantile_cont(stood_s, 0.9) AS p90_s
FROM stays
GROUP BY reason
ORDER BY stood_s DESC, reason
"""

FIGURE = Figure(
    "stops",
    "Stops and dwell by reason",
    "one reason to stand",
    (
        text("reason", "signal, queue, stop_sign, give_way, crossing, dwell, paused, parked."),
        count("stays", "Stays, each once however many days it lasts."),
        seconds("stood_s", "Their length within the span."),
        seconds("mean_s", "Mean length within the span."),
        seconds("median_s", "Median length."),
        seconds("p90_s", "Length that 90 % stay below."),
    ),
    SQL,
)
