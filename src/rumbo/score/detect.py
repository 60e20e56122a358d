"""A plain detection of trips and stops from reported positions: the baseline that a table can be compared with.

By the rules that trackers' back ends commonly use (Traccar's are of this kind): a vehicle that stays within 200 m for
180 s stops there; a silence of an hour ends a trip.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from rumbo.score.grade import haversine


@dataclass(frozen=True, slots=True)
class Detection:
    """`stay_m` and `stop_s` make a stop, `gap_s` of silence ends a trip, `still_mps` is slower than driving."""

    stay_m: float = 200.0
    stop_s: float = 180.0
    gap_s: float = 3600.0
    least_trip_m: float = 200.0
    still_mps: float = 1.0


def detected(positions: pl.LazyFrame, rules: Detection | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Trips and stops in positions (columns vehicle_id, event_time, lat, lon, speed_mps), shaped as `tables` wants.

    Repeated reports and any order are fine. Trips have vehicle_id, begin, end, distance_m; stops vehicle_id, begin,
    end, lat, lon.
    """
    rules = rules or Detection()
    steps = _steps(positions, rules)
    runs = (
        steps.with_columns(run=pl.struct("vehicle_id", "what").rle_id())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("vehicle_id", "what").first(), pl.col("from_").first().alias("begin"),
            pl.col("event_time").last().alias("end"), pl.col("step_m").sum().alias("distance_m"),
            pl.col("lat", "lon").median(),
        )
    )  # fmt: skip
    lasts = (pl.col("end") - pl.col("begin")).dt.total_milliseconds() >= rules.stop_s * 1000
    stop = (pl.col("what") == "still") & lasts
    marked = runs.with_columns(what=pl.when(stop).then(pl.lit("stop")).when(pl.col("what") == "gap")
                               .then(pl.lit("gap")).otherwise(pl.lit("drive")))  # fmt: skip
    joined = (
        marked.with_columns(run=pl.struct("vehicle_id", "what").rle_id())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("vehicle_id", "what").first(), pl.col("begin").first(), pl.col("end").last(),
            pl.col("distance_m").sum(), pl.col("lat", "lon").first(),
        )
        .collect()
    )  # fmt: skip
    trips = joined.filter((pl.col("what") == "drive") & (pl.col("distance_m") >= rules.least_trip_m))
    stops = joined.filter(pl.col("what") == "stop")
    return trips.select("vehicle_id", "begin", "end", "distance_m"), stops.select(
        "vehicle_id", "begin", "end", "lat", "lon"
    )


def _steps(positions: pl.LazyFrame, rules: Detection) -> pl.LazyFrame:
    """From one report of a vehicle to its next: how far, and whether it stood, drove or was silent (`what`)."""
    names = ["vehicle_id", "event_time", "lat", "lon", "speed_mps"]
    ordered = positions.select(names).unique(["vehicle_id", "event_time"], keep="any").sort(names[:2])
    before = [pl.col(name).shift(1).over("vehicle_id").alias(f"{name}_before") for name in names[1:]]
    steps = ordered.with_columns(before).filter(pl.col("event_time_before").is_not_null())
    steps = steps.with_columns(
        from_=pl.col("event_time_before"),
        took_s=(pl.col("event_time") - pl.col("event_time_before")).dt.total_milliseconds() / 1000,
        step_m=haversine("lat_before", "lon_before", "lat", "lon"),
    )
    slow = (pl.col("speed_mps") < rules.still_mps) & (pl.col("speed_mps_before") < rules.still_mps)
    stayed = pl.col("step_m") < rules.stay_m
    still = stayed & (slow | (pl.col("took_s") >= rules.stop_s))
    silent = (pl.col("took_s") >= rules.gap_s) & ~stayed
    return steps.with_columns(
        what=pl.when(silent).then(pl.lit("gap")).when(still).then(pl.lit("still")).otherwise(pl.lit("drive"))
    )
