"""The exact truth that follows from plans: reports with their faults, trips, standstills and driving events.

All frames carry times as UTC timestamps in milliseconds; units stand in the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from rumbo.domain.device import Fault
from rumbo.domain.plan import Plan
from rumbo.motion import REASONS, STATES, Fleet, Motion, compile_plan
from rumbo.motion.arrays import Ints
from rumbo.score.driving import Thresholds, driving_events
from rumbo.score.standstills import standstills

BEGINNING_MS = -1
SECONDS_A_BATCH = 200_000
TIME = pl.Datetime("ms", "UTC")

REPORTS = pl.Schema({
    "trip_id": pl.String(), "vehicle_id": pl.String(), "seq": pl.Int64(), "true_time": TIME, "event_time": TIME,
    "emit_time": TIME, "state": pl.String(), "lat": pl.Float64(), "lon": pl.Float64(), "speed_mps": pl.Float64(),
    "heading_deg": pl.Float64(), "acceleration_mps2": pl.Float64(), "distance_m": pl.Float64(),
    "copies": pl.Int64(), "faults": pl.List(pl.String()),
})  # fmt: skip
TRIPS = pl.Schema({
    "trip_id": pl.String(), "vehicle_id": pl.String(), "vehicle_class": pl.String(), "begin": TIME, "end": TIME,
    "state": pl.String(), "distance_m": pl.Float64(), "begin_lat": pl.Float64(), "begin_lon": pl.Float64(),
    "end_lat": pl.Float64(), "end_lon": pl.Float64(),
})  # fmt: skip
STOPS = pl.Schema({
    "trip_id": pl.String(), "vehicle_id": pl.String(), "begin": TIME, "end": TIME, "reason": pl.String(),
    "lat": pl.Float64(), "lon": pl.Float64(), "at_m": pl.Float64(),
})  # fmt: skip
EVENTS = pl.Schema({
    "trip_id": pl.String(), "vehicle_id": pl.String(), "kind": pl.String(), "begin": TIME, "end": TIME,
    "peak": pl.Float64(),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """Frames with the schemas REPORTS, TRIPS, STOPS and EVENTS.

    `reports` has one row a report that was recorded: `copies` says how often it was sent (0: a fault dropped it).
    `trips` end where the vehicle does, or at the moment up to which the truth was asked for (state then: not a
    final one). `stops` are standstills under way, however short, `at_m`
    along the trip; `events` what `driving.py` finds.
    """

    reports: pl.DataFrame
    trips: pl.DataFrame
    stops: pl.DataFrame
    events: pl.DataFrame


def truths(plans: Iterable[Plan], until_ms: int, thresholds: Thresholds | None = None) -> Iterator[Truth]:
    """The truth of settled plans up to a world time, some trips at a time so that memory stays bounded."""
    for batch in batches(plans):
        yield truth(batch, until_ms, thresholds)


def batches(plans: Iterable[Plan]) -> Iterator[list[Plan]]:
    """Plans of about SECONDS_A_BATCH of driving each."""
    batch: list[Plan] = []
    seconds = 0.0
    for plan in plans:
        batch.append(plan)
        seconds += plan.profile.duration_s
        if seconds >= SECONDS_A_BATCH:
            yield batch
            batch, seconds = [], 0.0
    if batch:
        yield batch


def truth(plans: Sequence[Plan], until_ms: int, thresholds: Thresholds | None = None) -> Truth:
    """The truth of settled plans up to a world time (ms since the epoch)."""
    fleet = Fleet.of(plans)
    begun = [plan for plan in plans if plan.start_ms <= until_ms]
    motions = {plan.trip_id: compile_plan(plan) for plan in begun}
    begun = [plan for plan in begun if motions[plan.trip_id].reports]
    return Truth(
        _reports(fleet, until_ms),
        _trips(fleet, begun, motions, until_ms),
        _stops(fleet, begun, motions, until_ms),
        _events(begun, motions, until_ms, thresholds or Thresholds()),
    )


def _reports(fleet: Fleet, until_ms: int) -> pl.DataFrame:
    emission = fleet.emit(BEGINNING_MS, until_ms)
    sent, dropped = emission.positions, emission.dropped
    once = np.flatnonzero(sent["copy"] == 0)

    def column(name: str) -> np.ndarray[Any, Any]:
        return np.concatenate((sent[name][once], dropped[name]))

    index, true_ms, seq = column("trip_index"), column("true_ms"), column("seq")
    state = fleet.states(index, true_ms)
    copies = pl.DataFrame({"i": sent["trip_index"], "seq": sent["seq"]}).group_by("i", "seq").len()
    rows = pl.DataFrame({
        "i": index, "seq": seq,
        "trip_id": fleet.trip_ids[index].tolist(), "vehicle_id": fleet.vehicle_ids[index].tolist(),
        "true_time": true_ms, "event_time": column("event_time"), "emit_time": column("emit_ms"),
        "state": [STATES[code].value for code in state.state.tolist()],
        "lat": state.lat, "lon": state.lon, "speed_mps": state.speed_mps, "heading_deg": state.heading_deg,
        "acceleration_mps2": state.acceleration_mps2, "distance_m": state.distance_m,
        "faults": labelled(column("faults")),
    }, schema_overrides={"trip_id": pl.String, "vehicle_id": pl.String, "state": pl.String})  # fmt: skip
    rows = rows.join(copies, on=["i", "seq"], how="left").with_columns(copies=pl.col("len").fill_null(0))
    return rows.select(REPORTS.names()).cast(REPORTS).sort("trip_id", "seq")


def labelled(bits: Ints) -> pl.Series:
    """Fault bits as lists of labels."""
    kinds = {int(value): list(Fault(int(value)).labels) for value in np.unique(bits)}
    return pl.Series([kinds[value] for value in bits.tolist()], dtype=pl.List(pl.String))


def _trips(fleet: Fleet, plans: list[Plan], motions: dict[str, Motion], until_ms: int) -> pl.DataFrame:
    rows = np.array([fleet.index[plan.trip_id] for plan in plans], dtype=np.int64)
    ends = [motions[plan.trip_id].end_ms for plan in plans]
    end_ms = np.array([until_ms if end is None else min(end, until_ms) for end in ends], dtype=np.int64)
    begin_ms = np.array([plan.start_ms for plan in plans], dtype=np.int64)
    first, last = fleet.states(rows, begin_ms), fleet.states(rows, end_ms)
    return pl.DataFrame({
        "trip_id": [plan.trip_id for plan in plans], "vehicle_id": [plan.vehicle_id for plan in plans],
        "vehicle_class": [plan.vehicle_class.value for plan in plans], "begin": begin_ms, "end": end_ms,
        "state": [STATES[code].value for code in last.state.tolist()], "distance_m": last.distance_m,
        "begin_lat": first.lat, "begin_lon": first.lon, "end_lat": last.lat, "end_lon": last.lon,
    }, schema_overrides=_texts(TRIPS)).cast(TRIPS)  # fmt: skip


def _stops(fleet: Fleet, plans: list[Plan], motions: dict[str, Motion], until_ms: int) -> pl.DataFrame:
    found = [(plan, *stand) for plan in plans for stand in standstills(plan, motions[plan.trip_id], until_ms)]
    rows = np.array([fleet.index[plan.trip_id] for plan, _, _ in found], dtype=np.int64)
    begin_ms = np.array([begin for _, begin, _ in found], dtype=np.int64)
    state = fleet.states(rows, begin_ms)
    reasons = [
        REASONS[code].value if code >= 0 else STATES[kind].value
        for code, kind in zip(state.reason.tolist(), state.state.tolist(), strict=True)
    ]
    return pl.DataFrame({
        "trip_id": [plan.trip_id for plan, _, _ in found], "vehicle_id": [plan.vehicle_id for plan, _, _ in found],
        "begin": begin_ms, "end": np.array([end for _, _, end in found], dtype=np.int64), "reason": reasons,
        "lat": state.lat, "lon": state.lon, "at_m": state.distance_m,
    }, schema_overrides=_texts(STOPS)).cast(STOPS)  # fmt: skip


def _events(
    plans: list[Plan], motions: dict[str, Motion], until_ms: int, thresholds: Thresholds
) -> pl.DataFrame:
    rows = [
        (plan.trip_id, plan.vehicle_id, event.kind, event.begin_ms, event.end_ms, event.peak)
        for plan in plans
        for event in driving_events(plan, motions[plan.trip_id], thresholds)
        if event.begin_ms <= until_ms
    ]
    plain = {name: pl.Int64() if kind == TIME else kind for name, kind in EVENTS.items()}
    return pl.DataFrame(rows, schema=plain, orient="row").cast(EVENTS)


def _texts(schema: pl.Schema) -> dict[str, Any]:
    """Texts must be told as such where a frame has no rows."""
    return {name: kind for name, kind in schema.items() if kind == pl.String()}
