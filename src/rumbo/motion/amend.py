"""Compiles a plan into one motion over the whole life of the trip, amendments applied.

Total: any amendments at any times give a meaningful life. What cannot apply is ignored: a pause before the start or
while paused, a resume while not paused, a reroute that comes too late, anything after the end. The rules are in
docs/motion.md ("Amendments").
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import Enum, auto

from rumbo.domain.plan import AmendmentKind, Plan, Profile
from rumbo.domain.route import Route
from rumbo.domain.trip import TripState, WaitReason
from rumbo.motion.braking import Piece, due_ms, state_at, stopping
from rumbo.motion.power import Tank, rests_of
from rumbo.motion.profile import solve
from rumbo.motion.rerouting import STEADY_MS, parted_s, shares

NEAR_M = 2.0
"""A pause that would end this close before a hold or the destination ends there."""
NEVER_EMPTY_MS = 1 << 60
NO_TIME = -1
"""In columns of times: there is none."""


@dataclass(frozen=True, slots=True)
class Change:
    """From world time `at_ms` the trip is in `state`; `eta_ms` is what is expected then (NO_TIME: nothing)."""

    at_ms: int
    state: TripState
    reason: WaitReason | None
    eta_ms: int
    length_m: float
    """Length of the route that is followed from then on."""


@dataclass(slots=True)
class Motion:
    """Pieces of constant jerk over trip time (0 is the start), closed by a standing piece, and the changes.

    `end_ms` is the world time of the last report (None while that is open). `reports` is False for a trip
    cancelled before it started. `route` is the one that is followed to the end.
    """

    route: Route
    t_s: list[float] = field(default_factory=list)
    s_m: list[float] = field(default_factory=list)
    v_mps: list[float] = field(default_factory=list)
    a_mps2: list[float] = field(default_factory=list)
    j_mps3: list[float] = field(default_factory=list)
    rests: list[int] = field(default_factory=list)
    """The pieces in which the vehicle stands in a dwell or a pause, or at the end."""
    changes: list[Change] = field(default_factory=list)
    end_ms: int | None = None
    reports: bool = True

    def add(self, piece: Piece) -> None:
        columns = (self.t_s, self.s_m, self.v_mps, self.a_mps2, self.j_mps3)
        for column, value in zip(columns, piece, strict=True):
            column.append(value)


class _Mode(Enum):
    SCHEDULED = auto()
    RUNNING = auto()
    PAUSED = auto()
    OVER = auto()


def compile_plan(plan: Plan) -> Motion:
    """The whole life of a trip as far as its amendments decide it: a pure function of the plan."""
    life = _Life(plan)
    at_ms = plan.created_ms
    for amendment in plan.amendments:
        at_ms = max(at_ms, amendment.at_ms)
        life.until(at_ms)
        match amendment.kind:
            case AmendmentKind.PAUSE:
                life.pause(at_ms)
            case AmendmentKind.RESUME:
                life.resume(at_ms)
            case AmendmentKind.CANCEL:
                life.cancel(at_ms)
            case AmendmentKind.REROUTE if amendment.route is not None:
                life.reroute(at_ms, amendment.route)
    return life.closed()


class _Life:
    """The trip as it unfolds: `profile` runs from trip time `offset_ms`, or stands at `stand_*`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.limits = plan.spec.limits
        self.motion = Motion(plan.route)
        self.mode = _Mode.SCHEDULED
        self.profile: Profile = plan.profile
        self.offset_ms = 0
        self.told = 0
        """How many of the running profile's own changes are already in the motion."""
        self.own = self._own_changes()
        self.stand_m = 0.0
        self.stand_ms = 0
        """Trip time at which the standstill of a pause is reached."""
        self.dwell_left_s = 0.0
        self.from_m, self.hold_s = 0.0, 0.0
        """Where the running profile began, and how long it stood there first."""
        self.resume_ms: int | None = None
        """Trip time at which an accepted resume takes effect."""
        self.tank = Tank(plan.spec, plan.energy_start * plan.spec.capacity_kwh)
        self.empty_ms = self._empty_ms()
        self._change(min(plan.created_ms - plan.start_ms, 0), TripState.SCHEDULED, eta_ms=self.own[-1].at_ms)

    def until(self, at_ms: int) -> None:
        """Let everything happen that is due at world time `at_ms` without further decisions."""
        now = at_ms - self.plan.start_ms
        if self.mode is _Mode.SCHEDULED and now >= 0:
            self.mode = _Mode.RUNNING
        if self.resume_ms is not None and now >= self.resume_ms:
            self._restart(self.resume_ms)
        while self.mode is _Mode.RUNNING and self.own[self.told].at_ms <= min(at_ms, self.empty_ms):
            self.motion.changes.append(self.own[self.told])
            self.told += 1
            if self.told == len(self.own):
                self._arrive()
        if self.mode is _Mode.RUNNING and self.empty_ms <= at_ms:
            self._end(self.empty_ms, TripState.FAILED, WaitReason.OUT_OF_ENERGY)

    def pause(self, at_ms: int) -> None:
        self.resume_ms = None
        if self.mode is _Mode.RUNNING:
            now = at_ms - self.plan.start_ms
            self._halt(now)
            self._change(now, TripState.PAUSED)
            self.mode = _Mode.PAUSED

    def resume(self, at_ms: int) -> None:
        if self.mode is _Mode.PAUSED and self.resume_ms is None:
            self.resume_ms = max(at_ms - self.plan.start_ms, self.stand_ms)
            self.until(at_ms)

    def cancel(self, at_ms: int) -> None:
        if self.mode is _Mode.OVER:
            return
        self._end(at_ms, TripState.CANCELLED)

    def _end(self, at_ms: int, state: TripState, reason: WaitReason | None = None) -> None:
        """End before the destination: at once in name, on the road at the standstill."""
        now = at_ms - self.plan.start_ms
        if self.mode is _Mode.RUNNING:
            self._halt(now)
        self.motion.reports = self.mode is not _Mode.SCHEDULED
        self._change(now, state, reason=reason)
        self.motion.end_ms = max(at_ms, self.stand_ms + self.plan.start_ms if self.motion.reports else at_ms)
        self.mode, self.resume_ms = _Mode.OVER, None

    def _empty_ms(self) -> int:
        """World time at which the running profile has nothing left to drive with."""
        after_ms = self.tank.empty_after(self.motion, self.offset_ms / 1000.0, self.profile)
        return NEVER_EMPTY_MS if after_ms is None else self.plan.start_ms + self.offset_ms + after_ms

    def reroute(self, at_ms: int, route: Route) -> None:
        """Follow another route, if all that has been told of the vehicle is the same on it."""
        now, old = at_ms - self.plan.start_ms, self.motion.route
        match self.mode:
            case _Mode.SCHEDULED if (route.lat[0], route.lon[0]) == (old.lat[0], old.lon[0]):
                self.motion.route = route
                self._run(self._solved(0.0, 0.0, self.profile.start_ms))
                self._change(now, TripState.SCHEDULED, self.own[-1].at_ms, WaitReason.REROUTED)
            case _Mode.PAUSED if shares(old, route, self.stand_m):
                self.motion.route = route
                self._change(now, TripState.PAUSED, reason=WaitReason.REROUTED)
            case _Mode.RUNNING:
                self._reroute_under_way(now, route)

    def _reroute_under_way(self, now_ms: int, route: Route) -> None:
        old, run_ms = self.motion.route, now_ms - self.offset_ms
        at_m = state_at(self.profile, run_ms, old.length_m).s_m
        if not shares(old, route, at_m):
            return
        self.motion.route = route
        fresh = self._solved(self.from_m, self.hold_s, self.profile.start_ms)
        if (run_ms + STEADY_MS) / 1000.0 > parted_s(self.profile, fresh):
            self.motion.route = old
            return
        told = self.told
        self._run(fresh)
        self.told = told
        self._change(now_ms, self.motion.changes[-1].state, self.own[-1].at_ms, WaitReason.REROUTED)

    def _solved(self, from_m: float, hold_s: float, start_ms: int) -> Profile:
        plan = self.plan
        return solve(
            self.motion.route, plan.spec, plan.seed, from_m,
            driver=plan.driver, hold_s=hold_s, start_ms=start_ms,
        )  # fmt: skip

    def _run(self, profile: Profile) -> None:
        self.profile, self.told = profile, 0
        self.own = self._own_changes()
        self.empty_ms = self._empty_ms()

    def closed(self) -> Motion:
        if self.mode is _Mode.SCHEDULED:
            self.until(self.plan.start_ms)
        if self.resume_ms is not None:
            self._restart(self.resume_ms)
        if self.mode is _Mode.RUNNING:
            self.until(self.own[-1].at_ms)
        if not self.motion.t_s:
            self.motion.add((0.0, 0.0, 0.0, 0.0, 0.0))
        return self.motion

    def _change(
        self, now_ms: int, state: TripState, eta_ms: int = NO_TIME, reason: WaitReason | None = None
    ) -> None:
        length_m = self.motion.route.length_m
        self.motion.changes.append(Change(now_ms + self.plan.start_ms, state, reason, eta_ms, length_m))

    def _own_changes(self) -> list[Change]:
        """What the profile does if nobody interferes, from its start to the arrival."""
        base = self.plan.start_ms + self.offset_ms
        eta = base + due_ms(self.profile.duration_s)
        length_m = self.motion.route.length_m
        changes = []
        if not (self.profile.holds and self.profile.holds[0].start_s <= 0.0):
            changes.append(Change(base, TripState.DRIVING, None, eta, length_m))
        for hold in self.profile.holds:
            changes.append(Change(base + due_ms(hold.start_s), TripState.WAITING, hold.reason, eta, length_m))
            changes.append(Change(base + due_ms(hold.end_s), TripState.DRIVING, None, eta, length_m))
        changes.append(Change(eta, TripState.ARRIVED, None, eta, length_m))
        return changes

    def _arrive(self) -> None:
        self._copy(self.profile.duration_s)
        self._stand(self.offset_ms / 1000.0 + self.profile.duration_s, self.motion.route.length_m)
        self.motion.end_ms = self.motion.changes[-1].at_ms
        self.mode = _Mode.OVER

    def _halt(self, now_ms: int) -> None:
        """Come to a standstill as soon as the limits allow, or where the profile stands anyway."""
        profile, end_m, run_ms = self.profile, self.motion.route.length_m, now_ms - self.offset_ms
        run_s, base_s = run_ms / 1000.0, self.offset_ms / 1000.0
        state = state_at(profile, run_ms, end_m)
        self.dwell_left_s = 0.0
        following = next((h for h in profile.holds if due_ms(h.end_s) > run_ms), None)
        if following is not None and due_ms(following.start_s) <= run_ms:
            self._stop_at(min(run_s, following.end_s), following.at_m)
            if following.reason is WaitReason.DWELL:
                self.dwell_left_s = max(round(following.end_s - run_s, 3), 0.0)
            return
        pieces, stand_s, stand_m = stopping(state, base_s + run_s, self.limits)
        next_m = following.at_m if following else end_m
        if stand_m > next_m - NEAR_M:
            self._stop_at(following.start_s if following else profile.duration_s, next_m)
            if following is not None and following.reason is WaitReason.DWELL:
                self.dwell_left_s = round(following.end_s - following.start_s, 3)
            return
        self._copy(run_s)
        for piece in pieces:
            self.motion.add(piece)
        self._stand(stand_s, stand_m)

    def _stop_at(self, run_s: float, at_m: float) -> None:
        """Follow the profile to profile time `run_s` and stand there."""
        self._copy(run_s)
        self._stand(self.offset_ms / 1000.0 + run_s, at_m)

    def _copy(self, until_s: float) -> None:
        """Append the running profile's pieces that start before profile time `until_s`."""
        p, base_s, motion = self.profile, self.offset_ms / 1000.0, self.motion
        n, before = bisect_left(p.t_s, until_s), len(motion.t_s)
        motion.rests += [before + i for i in rests_of(p, until_s)]
        motion.t_s.extend([base_s + t_s for t_s in p.t_s[:n]] if base_s else p.t_s[:n])
        motion.s_m.extend(p.s_m[:n])
        motion.v_mps.extend(p.v_mps[:n])
        motion.a_mps2.extend(p.a_mps2[:n])
        motion.j_mps3.extend(p.j_mps3[:n])

    def _stand(self, t_s: float, at_m: float) -> None:
        self.motion.rests.append(len(self.motion.t_s))
        self.motion.add((t_s, at_m, 0.0, 0.0, 0.0))
        self.stand_m, self.stand_ms = at_m, due_ms(t_s)

    def _restart(self, now_ms: int) -> None:
        """Drive on from the standstill; where that is the destination, arrive at once."""
        plan, self.resume_ms = self.plan, None
        if self.stand_m >= self.motion.route.length_m - 1e-3:
            self._change(now_ms, TripState.ARRIVED, plan.start_ms + now_ms)
            self.motion.end_ms = plan.start_ms + now_ms
            self.mode = _Mode.OVER
            return
        self.from_m, self.hold_s = self.stand_m, self.dwell_left_s
        self.offset_ms, self.mode = now_ms, _Mode.RUNNING
        self._run(self._solved(self.from_m, self.hold_s, plan.start_ms + now_ms))
