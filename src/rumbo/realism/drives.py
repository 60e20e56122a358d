"""The real drives: 1 Hz speeds of 22 vehicles in 231 trips, as they lie in the `fastsim` wheel.

The wheel (2.1.5, Apache-2.0) carries a subset of the travel survey of the Chicago Metropolitan Agency for Planning
(2007), one folder a vehicle with one file of speeds a day and a list of trips, and the published cycles.
It is no dependency of Rumbo: `python -m tools.drives` fetches it for who works on Rumbo.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from rumbo.errors import NotFound
from rumbo.motion.arrays import Floats, Ints
from rumbo.realism.trace import STANDING_MPS, Trace

FOLDER = Path(".cache/rumbo/drives")
MPH = 0.44704
"""m/s in a mile an hour, exactly."""
_CYCLES = Path("fastsim/resources/cycles")
_DRIVES = _CYCLES / "cmap_subset"
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - the files' local time; only differences count


@dataclass(frozen=True, slots=True)
class Drives:
    """Trips by vehicle, divided by a rule that looks at no figure: see `split`."""

    fitting: Sequence[Trace]
    judging: Sequence[Trace]


def split(vehicles: Sequence[str]) -> tuple[list[str], list[str]]:
    """Vehicles in order of their names: the 1st, 3rd, … may be used to choose parameters, the others judge."""
    ordered = sorted(vehicles)
    return ordered[0::2], ordered[1::2]


def read_drives(folder: Path = FOLDER) -> Drives:
    """All trips of all vehicles. Raises NotFound where the drives have not been fetched."""
    root = folder / _DRIVES
    if not root.is_dir():
        raise NotFound(
            f"There are no real drives in {folder}.",
            hint="Fetch them once (a wheel of 2 MB): .venv/bin/python -m tools.drives",
        )
    fitting, judging = split([path.name for path in root.iterdir() if path.is_dir()])
    return Drives(
        [trace for name in fitting for trace in _vehicle(root / name)],
        [trace for name in judging for trace in _vehicle(root / name)],
    )


def read_cycle(name: str, folder: Path = FOLDER) -> Trace:
    """A published cycle of one speed a second, such as `udds`."""
    rows = _rows(folder / _CYCLES / f"{name}.csv")
    return Trace((np.array([float(row["cycMps"]) for row in rows]),))


def _vehicle(folder: Path) -> Iterator[Trace]:
    samples = [row for path in sorted(folder.glob("2*.csv")) for row in _rows(path)]
    time_s = np.array([_seconds(row["timestamp"]) for row in samples])
    speed = np.array([float(row["speed_mph"]) * MPH for row in samples])
    for trip in _rows(folder / "trips.csv"):
        begin = int(np.searchsorted(time_s, _seconds(trip["start_ts"])))
        end = int(np.searchsorted(time_s, _seconds(trip["end_ts"]), side="right"))
        if end - begin >= 2:
            yield Trace(tuple(stretches(time_s[begin:end], speed[begin:end])))


def stretches(time_s: Ints, speed: Floats) -> list[Floats]:
    """One speed for each second. The loggers leave standing out: a gap between standing samples is a stop."""
    step = np.diff(time_s)
    standing = (speed[1:] < STANDING_MPS) & (speed[:-1] < STANDING_MPS)
    cuts = np.flatnonzero((step > 1) & ~standing) + 1
    made = []
    for at, values in zip(np.split(time_s, cuts), np.split(speed, cuts), strict=True):
        filled = np.zeros(int(at[-1] - at[0]) + 1)
        filled[at - at[0]] = values
        made.append(filled)
    return made


def _rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _seconds(text: str) -> int:
    return round((datetime.fromisoformat(text) - _EPOCH).total_seconds())
