"""The real drives: 1 Hz speeds of 22 vehicles in 241 trips, as they lie in the `fastsim` wheel.

The wheel (2.1.5, Apache-2.0) carries a subset of the travel survey of the Chicago Metropolitan Agency for Planning
(2007), one folder a vehicle with one file of speeds a day and a list of trips, and the published cycles.
It is no dependency of Rumbo: `python -m tools.drives` fetches it for who works on Rumbo, as `make setup-dev` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from rumbo.errors import NotFound
from rumbo.motion.arrays import Floats, Ints
from rumbo.realism.half import Half
from rumbo.realism.trace import STANDING_MPS, Trace

MPH = 0.44704
"""m/s in a mile an hour, exactly."""
CYCLES = ("udds", "hwfet", "us06", "wltc_3b")
"""Published: city, highway and hard driving of the US EPA, and the world's, class 3b."""
_CYCLES = Path("fastsim/resources/cycles")
_DRIVES = _CYCLES / "cmap_subset"


@dataclass(frozen=True, slots=True)
class Drives:
    """Trips by vehicle, divided by a rule that looks at no figure: see `split`."""

    vehicles: Mapping[str, Sequence[Trace]]

    def half(self, which: Half) -> list[Trace]:
        names = split(self.vehicles)[which is Half.JUDGING]
        return [trace for name in names for trace in self.vehicles[name]]


def split(vehicles: Iterable[str]) -> tuple[list[str], list[str]]:
    """Vehicles in order of their names: the 1st, 3rd, … may be used to choose parameters, the others judge."""
    ordered = sorted(vehicles)
    return ordered[0::2], ordered[1::2]


def read_drives(folder: Path) -> Drives:
    """All trips of all vehicles. Raises NotFound where the drives have not been fetched."""
    root = folder / _DRIVES
    if not root.is_dir():
        raise NotFound(
            f"There are no real drives in {folder}.",
            hint="Fetch them once (a wheel of 12 MB, in a checkout): .venv/bin/python -m tools.drives",
        )
    return Drives({path.name: list(_vehicle(path)) for path in sorted(root.iterdir()) if path.is_dir()})


def read_cycle(name: str, folder: Path) -> Trace:
    """A published cycle of one speed a second, such as `udds`."""
    speeds = _columns(folder / _CYCLES / f"{name}.csv", "cycMps")["cycMps"]
    return Trace((speeds.cast(pl.Float64).to_numpy(),))


def _vehicle(folder: Path) -> Iterator[Trace]:
    samples = pl.concat([_columns(path, "timestamp", "speed_mph") for path in sorted(folder.glob("2*.csv"))])
    time_s = _seconds(samples["timestamp"])
    speed = samples["speed_mph"].cast(pl.Float64).to_numpy() * MPH
    trips = _columns(folder / "trips.csv", "start_ts", "end_ts")
    begins = np.searchsorted(time_s, _seconds(trips["start_ts"]))
    ends = np.searchsorted(time_s, _seconds(trips["end_ts"]), side="right")
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
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


def _columns(path: Path, *names: str) -> pl.DataFrame:
    return pl.read_csv(path, columns=list(names), schema_overrides=dict.fromkeys(names, pl.String))


def _seconds(texts: pl.Series) -> Ints:
    """Whole seconds of local times; only their differences count."""
    times = texts.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="ms").dt.epoch("ms").to_numpy()
    return np.rint(times / 1000).astype(np.int64)
