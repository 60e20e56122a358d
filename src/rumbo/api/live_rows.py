"""Position events as the live state takes them: many at a time, and no event parsed that nobody asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from rumbo.domain.trip import TripState
from rumbo.events.fields import POSITION
from rumbo.events.texts import Texts
from rumbo.events.timetext import time_us

STATE_CODES = {state.value: code for code, state in enumerate(TripState)}
_CODES = {state.encode(): code for state, code in STATE_CODES.items()}
_TEXTS = ("vehicle_id", "trip_id", "event_time", "state")
_NUMBERS = ("seq", "lat", "lon", "heading_deg", "speed_mps")


@dataclass(frozen=True, slots=True)
class Rows:
    """Reports in the order in which they came, by column."""

    vehicle_ids: Sequence[str]
    trip_ids: Sequence[bytes]
    seqs: Sequence[int]
    times_us: Sequence[int]
    places: NDArray[np.float64]
    """[2, report]: longitude, latitude."""
    codes: NDArray[np.uint32]
    """[3, report]: state, heading in 256ths of a turn, speed in quarters of a metre a second."""
    reports: Sequence[bytes | dict[str, Any]]
    """Each whole: JSON, or parsed already."""


def rows_of_payloads(payloads: Sequence[bytes]) -> Iterator[Rows]:
    """Those that plainly are events, then those that are events all the same; others are the stream's to reject."""
    from rumbo.motion.reading import prove, values_of  # numba takes a second to import

    texts = Texts.of(payloads)
    into, good = prove(POSITION, None, texts)
    chosen = np.flatnonzero(good)
    if len(chosen):
        whole = texts.data.tobytes()
        numbers = {name: values_of(POSITION, into, name)[chosen] for name in (*_NUMBERS, "event_time")}
        trips, vehicles, states = (
            _parts(whole, into, name, chosen) for name in ("trip_id", "vehicle_id", "state")
        )
        yield Rows(
            [vehicle.decode() for vehicle in vehicles],
            trips,
            numbers["seq"].tolist(),
            numbers["event_time"].tolist(),
            np.array((numbers["lon"], numbers["lat"])),
            _codes([_CODES[state] for state in states], numbers["heading_deg"], numbers["speed_mps"]),
            [payloads[i] for i in chosen.tolist()],
        )
    if len(chosen) < len(payloads) and (
        events := list(parsed((payloads[i] for i in np.flatnonzero(~good).tolist()), _NUMBERS))
    ):
        yield rows_of_reports(events)


def rows_of_reports(reports: Sequence[dict[str, Any]]) -> Rows:
    """Of parsed events; their `event_time` must be a time."""

    def column(name: str) -> NDArray[np.float64]:
        return np.array([report[name] for report in reports], dtype=np.float64)

    return Rows(
        [report["vehicle_id"] for report in reports],
        [report["trip_id"].encode() for report in reports],
        [report["seq"] for report in reports],
        [time_us(report["event_time"]) for report in reports],
        np.array((column("lon"), column("lat"))),
        _codes(
            [STATE_CODES.get(report["state"], 0) for report in reports],
            column("heading_deg"),
            column("speed_mps"),
        ),
        reports,
    )


def _parts(whole: bytes, into: Any, name: str, chosen: NDArray[np.int64]) -> list[bytes]:
    from rumbo.motion.reading import slot_of

    slot = slot_of(POSITION, name)
    begins = into.begins[slot, chosen]
    ends = begins + into.lengths[slot, chosen]
    return [whole[begin:end] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]


def _codes(
    states: Sequence[int], heading_deg: NDArray[np.float64], speed_mps: NDArray[np.float64]
) -> NDArray[np.uint32]:
    codes = np.empty((3, len(states)), dtype=np.uint32)
    codes[0] = states
    codes[1] = np.rint(heading_deg * (256 / 360)).astype(np.int64) & 0xFF
    codes[2] = np.clip(np.rint(speed_mps * 4), 0, 255)
    return codes


def parsed(payloads: Iterable[bytes], numbers: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Events as objects, of those that have texts and numbers where they belong."""
    for payload in payloads:
        try:
            event = orjson.loads(payload)
            time_us(event["event_time"])
            if all(type(event[name]) is str for name in _TEXTS) and all(
                type(event[name]) in (int, float) for name in numbers
            ):
                yield event
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            continue
