"""The way from a device to Kafka: when its link is weak or lost, and when each report is sent for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.domain.device import Link
from rumbo.motion.arrays import Bools, Ints
from rumbo.motion.chance import drawn, exponential
from rumbo.motion.noise import two_chances, uniform

GOOD, WEAK, LOST = range(3)
NOT_YET_MS = 1 << 60
"""Of reports that wait for a link that is not known to come back."""
_CHAIN, _DELAY = 41, 42


@dataclass(frozen=True, slots=True)
class Sent:
    """Per report, ms of trip time: when it reaches Kafka, or, where it is `dropped`, when the device let it go."""

    at_ms: Ints
    stored: Bools
    dropped: Bools


def sent(link: Link, seed: int, at_ms: Ints, tunnels: list[tuple[int, int]]) -> Sent:
    """What the link does to reports recorded at `at_ms` (ascending)."""
    reach_ms = int(at_ms[-1]) if len(at_ms) else 0
    begins, kinds = chain(link, seed, reach_ms)
    while True:
        outages = _outages(begins, kinds, tunnels if link.lost_in_tunnels else [])
        tries, stored, dropped = _tries(link, at_ms, outages)
        last_ms = int(tries[tries < NOT_YET_MS].max(initial=0))
        if last_ms < begins[-1]:
            break
        # The last ones wait for a link beyond the chain so far. Its next outages let them wait longer than it seems
        # now, or not: so it grows by no more than what it has cost already.
        reach_ms = min(2 * last_ms + 1, 2 * begins[-1])
        begins, kinds = chain(link, seed, reach_ms, (begins, kinds))
    times = tries
    if any(value for _, value in (*link.delay_ms, *link.weak_delay_ms)):
        weak = np.array(kinds)[np.searchsorted(np.array(begins), tries, side="right") - 1] == WEAK
        chance = uniform(np.array([seed], dtype=np.uint64), _DELAY, np.arange(len(at_ms)))
        delay = np.where(weak, drawn(link.weak_delay_ms, chance), drawn(link.delay_ms, chance))
        times = tries + np.where(dropped, 0, np.rint(delay).astype(np.int64))
    if link.in_order:
        kept = ~dropped
        times[kept] = np.maximum.accumulate(times[kept])
    return Sent(np.minimum(times, NOT_YET_MS), stored, dropped)


type Chain = tuple[list[int], list[int]]


def chain(link: Link, seed: int, reach_ms: int, so_far: Chain | None = None) -> Chain:
    """Beginnings (ms of trip time) and kinds of the link's states, until one that begins after `reach_ms`, not lost.

    `so_far` is its beginning, which is made longer.
    From a state it goes to each other one with the same chance, so their shares of time are as their mean lengths;
    the first is drawn by these shares.
    """
    mean_s = {GOOD: link.good_s, WEAK: link.weak_s, LOST: link.lost_s}
    there = [kind for kind, mean in mean_s.items() if mean > 0.0]
    if len(there) == 1:
        return [0, reach_ms + 1], [GOOD, GOOD]
    pick = two_chances(seed, _CHAIN)[0] * (link.good_s + link.weak_s + link.lost_s)
    kind = GOOD if pick < link.good_s else WEAK if pick < link.good_s + link.weak_s else LOST
    begins, kinds = so_far or ([0], [kind])
    while begins[-1] <= reach_ms or kinds[-1] == LOST:
        length, which = two_chances(seed, _CHAIN, len(begins))
        begins.append(begins[-1] + max(1, round(mean_s[kinds[-1]] * 1000.0 * exponential(length))))
        others = [kind for kind in there if kind != kinds[-1]]
        kinds.append(others[0] if len(others) == 1 or which < 0.5 else others[1])
    return begins, kinds


def _outages(begins: list[int], kinds: list[int], tunnels: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches without a link, of the chain and of tunnels, joined where they meet."""
    lost = [(begins[i], begins[i + 1]) for i in range(len(begins) - 1) if kinds[i] == LOST]
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(lost + tunnels):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined


def _tries(link: Link, at_ms: Ints, outages: list[tuple[int, int]]) -> tuple[Ints, Bools, Bools]:
    """When the device puts each report on the link; which wait in its store; which are lost there.

    When the link is back, what waits goes out `burst_ms` apart; what is recorded meanwhile joins the queue where the
    device keeps order. What is not out by the next outage waits again.
    """
    times = at_ms.copy()
    stored, dropped = np.zeros(len(at_ms), dtype=np.bool_), np.zeros(len(at_ms), dtype=np.bool_)
    queue = _Queue(len(at_ms))
    for number, (begin, end) in enumerate(outages):
        following = outages[number + 1][0] if number + 1 < len(outages) else NOT_YET_MS
        first, after, last = np.searchsorted(at_ms, (begin, end, following)).tolist()
        queue.add(first, after)
        if not len(queue):
            continue
        stored[queue.fresh()] = True
        excess = len(queue) - link.buffer
        if excess > 0:  # each report drops the one that is `buffer` places before it
            pushers = queue.rows[queue.head + link.buffer : queue.tail]
            gone = queue.take(excess)
            times[gone] = np.maximum(at_ms[pushers], begin)
            dropped[gone] = True
        if end >= NOT_YET_MS:
            times[queue.take(len(queue))] = NOT_YET_MS
            break
        if link.in_order:
            queue.add(after, after + _joining(link, at_ms[after:last], end, len(queue)))
        # Of what waits, only what goes out before the next outage is looked at.
        slots = min(len(queue), -(-(following - end) // link.burst_ms)) if link.burst_ms else len(queue)
        times[queue.take(slots)] = end + link.burst_ms * np.arange(slots)
    return times, stored, dropped


class _Queue:
    """Reports that wait, each taken in once: so an outage costs what comes and goes, not what stays."""

    def __init__(self, most: int) -> None:
        self.rows = np.empty(most, dtype=np.int64)
        self.head = self.tail = 0
        self._seen = 0

    def __len__(self) -> int:
        return self.tail - self.head

    def add(self, first: int, after: int) -> None:
        self.rows[self.tail : self.tail + after - first] = np.arange(first, after)
        self.tail += after - first

    def fresh(self) -> Ints:
        """Those that wait and have not been asked for yet."""
        begin, self._seen = max(self.head, self._seen), self.tail
        return self.rows[begin : self.tail]

    def take(self, count: int) -> Ints:
        """The first ones, which wait no longer."""
        self.head += count
        return self.rows[self.head - count : self.head]


def _joining(link: Link, later_ms: Ints, back_ms: int, waiting: int) -> int:
    """How many of the reports made after the link is back find the queue not yet empty."""
    if not waiting:
        return 0
    slots = back_ms + link.burst_ms * (waiting + np.arange(len(later_ms)))
    free = np.flatnonzero(later_ms >= slots)
    return int(free[0]) if free.size else len(later_ms)
