"""Plan -> state at time t: solves the motion along a route and evaluates whole fleets at once."""

from __future__ import annotations

from rumbo.motion.amend import Change, Motion, compile_plan
from rumbo.motion.emit import Emission
from rumbo.motion.fleet import Fleet
from rumbo.motion.pack import REASONS, STATES
from rumbo.motion.profile import preview, solve
from rumbo.motion.snapshot import TripSnapshot, snapshot
from rumbo.motion.states import States

__all__ = [
    "REASONS",
    "STATES",
    "Change",
    "Emission",
    "Fleet",
    "Motion",
    "States",
    "TripSnapshot",
    "compile_plan",
    "preview",
    "snapshot",
    "solve",
]
