"""How fast roads were driven, by hour of the day."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, IN_SPAN, Figure, hour
from rumbo.lake.refined.words import GOOD_FIX, GOOD_TIME, count, number, text

SQL = f"""
SELECT
    edge_id,
    {hour("hour_at")} AS hour,
    max(road_name) AS road_name,
    max(road_class) AS road_class,
    CAST(sum(n) AS BIGINT) AS reports,
    sum(mean_mps * n) / sum(n) AS mean_mps,
    max(limit_mps) AS limit_mps
FROM common.road_speeds_hourly
WHERE hour_date {IN_SPAN}
GROUP BY edge_id, hour
ORDER BY reports DESC, edge_id, hour
"""

OF_SOME = f"""
WITH {CHOSEN}
SELECT
    p.edge_id,
    {hour("p.event_time")} AS hour,
    max(p.road_name) AS road_name,
    max(p.road_class) AS road_class,
    count(*) AS reports,
    avg(p.speed_mps) AS mean_mps,
    max(p.speed_limit_mps) AS limit_mps
FROM staging.positions p
JOIN chosen c ON c.vehicle_id = p.vehicle_id AND c.vehicle_date = p.event_date
WHERE p.event_date {IN_SPAN} AND p.edge_id IS NOT NULL AND p.state = 'driving' AND {GOOD_FIX} AND {GOOD_TIME}
GROUP BY p.edge_id, hour
ORDER BY reports DESC, p.edge_id, hour
"""

FIGURE = Figure(
    "road_speeds",
    "Speed by road and hour",
    "one road edge in one hour of the day, the busiest first",
    (
        text("edge_id", "The road between two junctions, in the direction of driving."),
        count("hour", "Hour of the day in `time_zone`, 0 to 23."),
        text("road_name", "Name or number of the road; empty where it has none."),
        text("road_class", "Class of the road."),
        count("reports", "Reports of moving vehicles."),
        number("mean_mps", "m/s", "Mean speed."),
        number("limit_mps", "m/s", "Speed limit; null where the map knows none.", nullable=True),
    ),
    SQL,
    OF_SOME,
    shapes=("edge_id",),
)
