"""From where to where trips went."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, IN_SPAN, Figure, coarser
from rumbo.lake.refined.words import count, number, seconds, text

SQL = f"""
WITH {CHOSEN}
SELECT
    {coarser("t.begin_cell")} AS from_cell,
    {coarser("t.end_cell")} AS to_cell,
    count(*) AS trips,
    avg(t.distance_m) AS mean_distance_m,
    avg(t.duration_s) AS mean_duration_s,
    avg(t.delay_s) AS mean_delay_s
FROM common.trip_facts t
JOIN chosen c ON c.vehicle_id = t.vehicle_id AND c.vehicle_date = t.end_date
WHERE t.end_date {IN_SPAN} AND t.final_state = 'arrived' AND t.begin_cell IS NOT NULL AND t.end_cell IS NOT NULL
GROUP BY from_cell, to_cell
ORDER BY trips DESC, from_cell, to_cell
"""

FIGURE = Figure(
    "flows",
    "Origins and destinations",
    "one pair of H3 cells of `resolution` between which trips arrived, the busiest first",
    (
        text("from_cell", "Cell in which the trips began."),
        text("to_cell", "Cell in which they ended."),
        count("trips", "Trips that arrived."),
        number("mean_distance_m", "m", "Mean distance."),
        seconds("mean_duration_s", "Mean duration."),
        seconds(
            "mean_delay_s", "Mean of arrival less planned arrival; null where none tells.", nullable=True
        ),
    ),
    SQL,
    shapes=("from_cell", "to_cell"),
)
