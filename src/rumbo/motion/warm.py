"""Gets the kernels ready: compiles them once after an installation, and loads them in each process from then on."""

from __future__ import annotations

import shutil

import numpy as np

from rumbo.events.fields import POSITION
from rumbo.motion.fleet import Fleet
from rumbo.motion.power import ignition_on
from rumbo.motion.traces import Traces
from rumbo.motion.wire import keys, payloads


def warm() -> None:
    """Call every kernel that a worker needs once, on nobody.

    Takes a second, or half a minute of CPU where nothing is compiled yet.
    """
    fleet = Fleet.of()
    emission = fleet.emit(0, 0)
    payloads(emission)
    keys(POSITION, emission.positions)
    nothing = np.zeros(0, dtype=np.int64)
    states = fleet.states(nothing, nothing)
    ignition_on(fleet.trips, fleet.store.tables, nothing, nothing, states.piece)


def warm_traces() -> None:
    """The same for `traces`, which only exports need."""
    list(Traces(Fleet.of(), 0, 0, 1))


def forget_older() -> None:
    """Remove what was compiled from sources that have changed since; a folder that others may share is left alone."""
    from rumbo.motion.kernels.jit import BESIDE, cache_folder

    now = cache_folder()
    for folder in BESIDE.glob("kernels-*"):
        if folder != now:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    from rumbo.transport.batches import Batcher  # not for those who only call `warm`

    warm()
    warm_traces()
    Batcher()
    forget_older()
