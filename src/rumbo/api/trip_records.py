"""All that is known of one trip: its plan tells the truth, the lake what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rumbo.api.lake import LakeTables
from rumbo.api.models_trip_records import TrackLayer
from rumbo.errors import NotFound
from rumbo.fleet.orders import TripView
from rumbo.fleet.service import FleetService
from rumbo.fleet.trip_truth import (
    StateChange,
    TruthTrack,
    as_first_planned,
    planned_end_ms,
    state_changes,
    truth_track,
)
from rumbo.fleet.vehicle_service import VehicleService
from rumbo.fleet.world import WorldView
from rumbo.lake.export import Selection, export
from rumbo.lake.formats import json_value
from rumbo.lake.kinds import ExportFormat
from rumbo.lake.made import made_of_report
from rumbo.lake.refined.words import LONGEST_TRIP_DAYS
from rumbo.lake.trip_list import LakeTripFilter, latest_trips
from rumbo.lake.trip_rows import Days, Reports, Row, rows_of_trip

MOST = 5_000
"""Moments or reports of a layer."""
MOST_EVENTS = 1_000
"""Of a kind."""
_LIVES = ("staging.trip_states", "landing.trip_states")
_CLOCK_OFF = timedelta(days=1)
"""A device's clock may be off: reports are looked for on the day before and after, too."""
_DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tracks:
    planned: TruthTrack | None = None
    truth: TruthTrack | None = None
    reported: Reports | None = None
    cleaned: Reports | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """`states` of plan or lake; the others are rows of the lake. Times are ms since the epoch."""

    states: Sequence[StateChange | Row]
    driving: Sequence[Row]
    alerts: Sequence[Row]
    flagged: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is: the trip as planned here, its row of trip_facts, its life as the lake tells it, its vehicle."""

    view: TripView | None
    facts: Row | None
    life: Row | None
    vehicle: Row | None
    planned_end_ms: int | None


@dataclass(frozen=True, slots=True)
class _Known:
    trip_id: str
    view: TripView | None
    life: Row | None
    days: Days


class TripRecords:
    """Reads plans from the database and the rest from the lake, within the bounds that `LakeTables` sets.

    All methods raise NotFound for a trip that neither knows, and what the lake raises.
    """

    def __init__(
        self, fleet: FleetService, vehicles: VehicleService, world: WorldView, lake: LakeTables
    ) -> None:
        self._fleet, self._vehicles, self._world, self._lake = fleet, vehicles, world, lake

    def tracks(self, trip_id: str, layers: Collection[TrackLayer]) -> Tracks:
        """The layers asked for; of those of the lake only where asked for it is read."""
        known = self._known(trip_id)
        plan = None if known.view is None else known.view.plan
        planned = truth = reported = cleaned = None
        now_ms = self._world.now_ms()
        if plan is not None and TrackLayer.TRUTH in layers:
            truth = truth_track(plan, now_ms, MOST)
        if plan is not None and TrackLayer.PLANNED in layers:
            planned = as_first_planned(
                plan, plan.start_ms + round(plan.profile.duration_s * 1000) + _DAY_MS, MOST
            )
        if wanted := [
            table
            for layer, table in (
                (TrackLayer.REPORTED, "landing.positions"),
                (TrackLayer.CLEANED, "staging.positions"),
            )
            if layer in layers
        ]:
            with (
                self._lake.turn() as turn,
                rows_of_trip(
                    turn.lake, trip_id, wanted, known.days, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s
                ) as rows,
            ):
                reported = rows.reported(MOST) if TrackLayer.REPORTED in layers else None
                cleaned = rows.cleaned(MOST) if TrackLayer.CLEANED in layers else None
        return Tracks(planned, truth, _some(reported), _some(cleaned))

    def events(self, trip_id: str) -> Events:
        """What happened up to now, of each kind up to MOST_EVENTS and one more where there are more."""
        known = self._known(trip_id)
        tables = ("common.driving_events", "landing.alerts", "staging.positions")
        with (
            self._lake.turn() as turn,
            rows_of_trip(
                turn.lake,
                trip_id,
                tables if known.view is not None else (*tables, *_LIVES),
                known.days,
                memory_mb=turn.memory_mb,
                timeout_s=turn.timeout_s,
            ) as rows,
        ):
            most = MOST_EVENTS + 1
            found = rows.driving_events(most), rows.alerts(most), rows.flagged(most)
            lived: Sequence[StateChange | Row] = [] if known.view is not None else rows.states()
        if known.view is not None and known.view.plan is not None:
            lived = state_changes(known.view.plan, self._world.now_ms())
        return Events(lived, *found)

    def facts(self, trip_id: str) -> Facts:
        known = self._known(trip_id)
        with (
            self._lake.turn() as turn,
            rows_of_trip(
                turn.lake,
                trip_id,
                ("common.trip_facts", "common.dim_vehicle"),
                Days(known.days.first, known.days.last + timedelta(days=1)),
                memory_mb=turn.memory_mb,
                timeout_s=turn.timeout_s,
            ) as rows,
        ):
            vehicle_id = known.view.row.vehicle_id if known.view else (known.life or {})["vehicle_id"]
            facts, vehicle = rows.facts(), rows.vehicle(vehicle_id)
        end_ms = None
        if known.view is not None and known.view.plan is not None:
            end_ms = planned_end_ms(known.view.plan)
            vehicle = self._vehicle(vehicle_id) or vehicle
        return Facts(known.view, facts, known.life, vehicle, end_ms)

    def report(self, trip_id: str, seq: int) -> dict[str, Any]:
        """One report from Kafka to the last row made of it."""
        known = self._known(trip_id)
        with self._lake.turn() as turn:
            found = made_of_report(
                turn.lake, trip_id, seq, known.days, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s
            )
        made: dict[str, Any] = json_value(asdict(found))
        return made

    def export(self, trip_id: str, form: ExportFormat, folder: Path) -> Path:
        """Its reports as a file in a folder, as `rumbo export --trip` writes them."""
        self._known(trip_id)
        out = folder / f"{trip_id}.{form.value.replace('geoparquet', 'geo.parquet')}"
        with self._lake.turn() as turn:
            export(turn.lake, Selection(trip_id=trip_id), form, out, memory_mb=turn.memory_mb)
        return out

    def of_the_lake(self, wanted: LakeTripFilter, limit: int, after: tuple[int, str] | None) -> list[Row]:
        """Trips of refined days, the latest first."""
        with self._lake.turn() as turn:
            return latest_trips(
                turn.lake, wanted, limit, after, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s
            )

    def _known(self, trip_id: str) -> _Known:
        try:
            view = self._fleet.get_trip(trip_id)
        except NotFound:
            return self._in_lake(trip_id)
        end_ms = view.row.outlook.end_ms
        last_ms = min(self._world.now_ms(), self._world.now_ms() if end_ms is None else end_ms)
        first_ms = min(view.row.start_ms, last_ms)
        return _Known(trip_id, view, None, _days(_moment(first_ms), _moment(last_ms)))

    def _in_lake(self, trip_id: str) -> _Known:
        with (
            self._lake.turn() as turn,
            rows_of_trip(
                turn.lake, trip_id, _LIVES, None, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s
            ) as rows,
        ):
            life = rows.life()
        if life is None:
            raise NotFound(
                "Neither the database nor the lake knows this trip.",
                hint="GET /api/v1/trips and GET /api/v1/lake/trips list them.",
                field="trip_id",
            )
        return _Known(trip_id, None, life, _days(life["begin_at"] or life["booked_at"], life["last_at"]))

    def _vehicle(self, vehicle_id: str) -> Row | None:
        try:
            vehicle = self._vehicles.get(vehicle_id).vehicle
        except NotFound:
            return None
        return {"name": vehicle.name, "vehicle_class": vehicle.vehicle_class.value}


def _days(first: datetime, last: datetime) -> Days:
    """The days between two moments and one beside each, of a trip without end no more than the longest takes."""
    least = (first - _CLOCK_OFF).date()
    return Days(least, min((last + _CLOCK_OFF).date(), least + timedelta(days=LONGEST_TRIP_DAYS + 2)))


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _some(reports: Reports | None) -> Reports | None:
    return reports if reports is not None and reports.rows else None
