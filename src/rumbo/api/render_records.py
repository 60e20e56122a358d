"""From what is known of a trip to the contract's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np

from rumbo.api.fields import to_text
from rumbo.api.models_trip_records import EventKind
from rumbo.api.trip_records import MOST_EVENTS, Events, Facts, Tracks
from rumbo.fleet.orders import TripView
from rumbo.fleet.rules import time_text
from rumbo.fleet.trip_truth import StateChange, TruthTrack
from rumbo.lake.trip_rows import FLAGS, Reports, Row

_UNITS = {"overspeed": "m/s", "idling": "s"}
_FACTS = (
    "moving_s", "stopped_s", "paused_s", "idle_s", "stops", "max_speed_mps", "energy_kwh", "co2_kg", "reroutes",
    "reports",
)  # fmt: skip


def tracks_json(trip_id: str, tracks: Tracks) -> dict[str, Any]:
    return {
        "trip_id": trip_id,
        "planned": _truth(tracks.planned),
        "truth": _truth(tracks.truth),
        "reported": _reports(tracks.reported),
        "cleaned": _reports(tracks.cleaned),
        "flag_labels": FLAGS,
    }


def _truth(track: TruthTrack | None) -> dict[str, Any] | None:
    if track is None:
        return None
    return {
        "step_ms": track.step_ms,
        "time_ms": track.time_ms.tolist(),
        "lat": np.round(track.lat, 7).tolist(),
        "lon": np.round(track.lon, 7).tolist(),
        "speed_mps": np.round(track.speed_mps, 2).tolist(),
        "limit_mps": [None if isnan(limit) else round(limit, 2) for limit in track.limit_mps.tolist()],
        "distance_m": np.round(track.distance_m, 1).tolist(),
    }


def _reports(reports: Reports | None) -> dict[str, Any] | None:
    if reports is None:
        return None
    columns = dict(reports.columns)
    given = columns["topic"]
    topics = list(dict.fromkeys(given))
    number = {topic: i for i, topic in enumerate(topics)}
    columns["topic"] = [number[topic] for topic in given]
    return {"rows": reports.rows, "topics": topics} | columns


def events_json(trip_id: str, events: Events) -> dict[str, Any]:
    told = (events.driving, events.alerts, events.flagged)
    items = [
        *_states([_change(state) for state in events.states]),
        *(_driving(row) for row in events.driving[:MOST_EVENTS]),
        *(_alert(row) for row in events.alerts[:MOST_EVENTS]),
        *(_flagged(row) for row in events.flagged[:MOST_EVENTS]),
    ]
    items.sort(key=lambda item: item["at"])
    return {"trip_id": trip_id, "items": items, "truncated": any(len(rows) > MOST_EVENTS for rows in told)}


def _event(kind: EventKind, name: str, at_ms: int, until_ms: int | None, **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "reason": None, "flags": [], "lat": None, "lon": None, "distance_m": None, "seq": None, "value": None,
        "threshold": None, "unit": "", "road_name": "",
    }  # fmt: skip
    return {"at": to_text(at_ms), "until": to_text(until_ms), "kind": kind, "name": name} | nothing | more


def _change(state: StateChange | Row) -> Row:
    if not isinstance(state, StateChange):
        return state
    return {
        "time_ms": state.at_ms, "state": state.state.value, "reason": state.reason and state.reason.value,
        "lat": state.lat, "lon": state.lon, "distance_m": state.distance_m,
    }  # fmt: skip


def _states(changes: Sequence[Row]) -> list[dict[str, Any]]:
    ends = [after["time_ms"] for _, after in pairwise(changes)]
    return [
        _event(
            EventKind.STATE,
            change["state"],
            change["time_ms"],
            end,
            reason=change["reason"],
            lat=round(change["lat"], 7),
            lon=round(change["lon"], 7),
            distance_m=round(change["distance_m"], 1),
        )
        for change, end in zip(changes, [*ends, None], strict=True)
    ]


def _driving(row: Row) -> dict[str, Any]:
    return _event(
        EventKind.DRIVING,
        row["kind"],
        row["begin_ms"],
        row["end_ms"],
        lat=row["lat"],
        lon=row["lon"],
        seq=row["first_seq"],
        value=row["peak"],
        threshold=row["threshold"],
        unit=_UNITS.get(row["kind"], "m/s²"),
        road_name=row["road_name"] or "",
    )


def _alert(row: Row) -> dict[str, Any]:
    return _event(
        EventKind.ALERT,
        row["rule"],
        row["begin_ms"],
        row["time_ms"],
        lat=row["lat"],
        lon=row["lon"],
        seq=row["first_seq"],
        value=row["value"],
        threshold=row["threshold"],
        unit=row["unit"] or "",
        road_name=row["road_name"] or "",
    )


def _flagged(row: Row) -> dict[str, Any]:
    flags = [flag for bit, flag in enumerate(FLAGS) if row["flags"] >> bit & 1]
    place = {name: row[name] for name in ("lat", "lon", "distance_m", "seq")}
    return _event(EventKind.REPORT, "flagged", row["time_ms"], None, flags=flags, **place)


def facts_json(trip_id: str, known: Facts) -> dict[str, Any]:
    facts, vehicle = known.facts or {}, known.vehicle or {}
    told = _planned(known.view, known.planned_end_ms) if known.view is not None else _landed(known.life or {})
    exact = {name: facts.get(name) for name in _FACTS}
    if facts:  # the plan tells begin and end to the ms, the lake all else
        for name in ("delay_s", "distance_m", "planned_distance_m"):
            exact[name] = facts[name]
        if known.view is None:
            exact |= {
                name: _at(facts[name])
                for name in ("planned_begin_at", "planned_end_at", "begin_at", "end_at")
            }
            exact |= {"state": facts["final_state"], "reason": facts["final_reason"]}
    return (
        {
            "trip_id": trip_id,
            "vehicle_name": vehicle.get("name"),
            "vehicle_class": vehicle.get("vehicle_class"),
            "device_profile": known.view.row.device_profile if known.view else vehicle.get("device_profile"),
            "has_plan": known.view is not None,
            "refined": bool(facts),
        }
        | told
        | exact
    )


def _planned(view: TripView, planned_end_ms: int | None) -> dict[str, Any]:
    """By the plan as it stands now."""
    row, now = view.row, view.snapshot
    begun = (now is not None and now.distance_m > 0) or view.state.value not in {"scheduled", "cancelled"}
    ahead_ms = view.ended_ms if view.ended_ms is not None else view.eta_ms
    known = (
        ahead_ms is not None
        and planned_end_ms is not None
        and view.state.value not in {"cancelled", "failed"}
    )
    return {
        "vehicle_id": row.vehicle_id,
        "state": view.state,
        "reason": None,
        "booked_at": to_text(row.created_ms),
        "planned_begin_at": to_text(row.start_ms),
        "begin_at": to_text(row.start_ms) if begun else None,
        "planned_end_at": to_text(planned_end_ms),
        "end_at": to_text(view.ended_ms),
        "delay_s": (ahead_ms - planned_end_ms) / 1000 if known and ahead_ms and planned_end_ms else None,
        "planned_distance_m": round(row.distance_m, 1),
        "distance_m": None if now is None else round(now.distance_m, 1),
    }


def _landed(life: Row) -> dict[str, Any]:
    """By the changes of its state, as the lake has them."""
    return {
        "vehicle_id": life["vehicle_id"],
        "state": life["state"],
        "reason": life["reason"],
        "booked_at": _at(life["booked_at"]),
        "planned_begin_at": None,
        "begin_at": _at(life["begin_at"]),
        "planned_end_at": _at(life["planned_end_at"]),
        "end_at": _at(life["end_at"]),
        "delay_s": None,
        "planned_distance_m": life["planned_distance_m"],
        "distance_m": life["distance_m"],
    }


def lake_trip_json(row: Row) -> dict[str, Any]:
    return {
        "trip_id": row["trip_id"],
        "vehicle_id": row["vehicle_id"],
        "vehicle_name": row["name"],
        "vehicle_class": row["vehicle_class"],
        "state": row["state"],
        "reason": row["reason"],
        "booked_at": _at(row["booked_at"]),
        "begin_at": _at(row["begin_at"]),
        "end_at": _at(row["end_at"]),
        "distance_m": row["distance_m"],
        "delay_s": row["delay_s"],
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else time_text(round(moment.timestamp() * 1000))
