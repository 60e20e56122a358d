"""Plans kept in memory, for reading one costs far more than using it."""

from __future__ import annotations

import threading
from collections import OrderedDict

from rumbo.domain.plan import Plan


class PlanCache:
    """Plans as first made, newest used last, bounded by the bytes they take compressed. Thread-safe."""

    def __init__(self, max_bytes: int = 8_000_000) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._plans: OrderedDict[str, tuple[int, Plan]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, trip_id: str) -> Plan | None:
        with self._lock:
            if trip_id not in self._plans:
                return None
            self._plans.move_to_end(trip_id)
            return self._plans[trip_id][1]

    def put(self, trip_id: str, plan: Plan, size: int) -> None:
        with self._lock:
            self._bytes += size - self._plans.pop(trip_id, (0, plan))[0]
            self._plans[trip_id] = (size, plan)
            while self._bytes > self._max_bytes and len(self._plans) > 1:
                self._bytes -= self._plans.popitem(last=False)[1][0]
