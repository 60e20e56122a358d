"""Geofences that a person draws, with their history: each version counts for a span of event time.

What was reported before an area was drawn, or changed, is judged as it was then, whenever it is looked at (ADR 0021).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rumbo.domain.alert_rules import Geofence

MAX_GEOFENCES = 200
MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class FenceVersion:
    """What an area is for reports with an event time in [from_ms, until_ms); None: without end."""

    from_ms: int
    until_ms: int | None
    fence: Geofence

    def counts_at(self, time_ms: int) -> bool:
        return self.from_ms <= time_ms and (self.until_ms is None or time_ms < self.until_ms)


@dataclass(frozen=True, slots=True)
class DrawnGeofence:
    """An area and all that it was, oldest first; no two versions count at once."""

    id: str
    versions: tuple[FenceVersion, ...]

    @property
    def newest(self) -> FenceVersion:
        return self.versions[-1]

    @property
    def stands(self) -> bool:
        """Whether nobody has taken it away."""
        return self.newest.until_ms is None

    def changed(self, fence: Geofence, from_ms: int) -> DrawnGeofence:
        """It is `fence` from then on. A version that would only begin then has never counted, and is left out."""
        return replace(self, versions=(*self._until(from_ms), FenceVersion(from_ms, None, fence)))

    def ended(self, from_ms: int) -> DrawnGeofence:
        """It is no more from then on. One that would only begin then stays for an instant that nobody reports."""
        kept = self._until(from_ms)
        return replace(self, versions=kept or (replace(self.newest, until_ms=self.newest.from_ms),))

    def pruned(self, before_ms: int) -> DrawnGeofence:
        """Without versions that ended before, but for the newest."""
        *old, newest = self.versions
        kept = (one for one in old if one.until_ms is not None and one.until_ms >= before_ms)
        return replace(self, versions=(*kept, newest))

    def _until(self, from_ms: int) -> tuple[FenceVersion, ...]:
        begun = tuple(one for one in self.versions if one.from_ms < from_ms)
        if begun and begun[-1].until_ms is None:
            begun = (*begun[:-1], replace(begun[-1], until_ms=from_ms))
        return begun
