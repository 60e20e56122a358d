"""A scenario's days: local time, and which of them a recurrence rule means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from rumbo.errors import InvalidInput
from rumbo.scenarios.values import DAY_MS, time_ms

EPOCH = date(2001, 1, 1)
"""A Monday from which rules count where a scenario has no beginning of its own."""
_PARTS = {
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "WKST",
    "BYHOUR",
    "BYMINUTE",
}
_TIMES = {"BYHOUR", "BYMINUTE"}
_FREQS = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Local time of a scenario. `first` is the day that recurrence rules count from."""

    zone: ZoneInfo
    day_starts_ms: int
    first: date = EPOCH

    def ms(self, day: date, after_midnight_ms: int) -> int:
        """World time at which clocks show so much after midnight; 25 h is one o'clock on the next day.

        A time that the change to summer time leaves out is taken as if clocks had not been changed yet.
        """
        days, rest = divmod(after_midnight_ms, DAY_MS)
        midnight = datetime(day.year, day.month, day.day) + timedelta(days=days)  # noqa: DTZ001 - the zone follows
        local = (midnight + timedelta(milliseconds=rest)).replace(tzinfo=self.zone)
        return (local.astimezone(UTC) - _UNIX) // _MS

    def begin_ms(self, day: date) -> int:
        return self.ms(day, self.day_starts_ms)

    def end_ms(self, day: date) -> int:
        return self.begin_ms(day + timedelta(days=1))

    def day_of(self, world_ms: int) -> date:
        """The scenario's day in which a moment of world time lies."""
        local = datetime.fromtimestamp(world_ms / 1000, self.zone).date()
        return local if self.begin_ms(local) <= world_ms else local - timedelta(days=1)

    def days(self, from_ms: int, to_ms: int) -> Iterator[date]:
        """All days that have a part in [from, to)."""
        day = self.day_of(from_ms)
        while self.begin_ms(day) < to_ms:
            yield day
            day += timedelta(days=1)

    def is_on(self, rule: str, day: date) -> bool:
        return bool(_occurrences(rule, self.first, day, day + timedelta(days=1), 0))

    def times(self, rule: str, day: date) -> list[int]:
        """World times in the scenario's day at which a rule with times of day takes place."""
        found = _occurrences(rule, self.first, day, day + timedelta(days=1), self.day_starts_ms)
        return [self.ms(at.date(), ((at.hour * 60 + at.minute) * 60 + at.second) * 1000) for at in found]


@cache
def _rule(rule: str, first: date) -> object:
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - local
    return rrulestr(rule.removeprefix("RRULE:"), dtstart=start, cache=True)


def _occurrences(rule: str, first: date, since: date, until: date, offset_ms: int) -> list[datetime]:
    offset = timedelta(milliseconds=offset_ms)
    begin = datetime(since.year, since.month, since.day) + offset  # noqa: DTZ001 - local
    end = datetime(until.year, until.month, until.day) + offset  # noqa: DTZ001 - local
    found: list[datetime] = _rule(rule, first).between(begin, end, inc=True)  # type: ignore[attr-defined]
    return [at for at in found if at < end]


def check_rule(rule: str, *, with_times: bool) -> None:
    """Raises InvalidInput for a rule that is none, is never, or is finer than days where only days are asked for."""
    parts = dict(re.findall(r"([A-Z]+)=([^;]*)", rule))
    unknown = set(parts) - (_PARTS if with_times else _PARTS - _TIMES)
    if unknown or parts.get("FREQ") not in _FREQS:
        raise InvalidInput(
            f"{rule[:80]!r} is no rule that can be used here",
            hint=f"write FREQ= one of {', '.join(sorted(_FREQS))}, then of "
            f"{', '.join(sorted(_PARTS if with_times else _PARTS - _TIMES))}: FREQ=WEEKLY;BYDAY=MO,FR",
        )
    try:
        _refuse_never(parts)
        first = _rule(rule, EPOCH).after(datetime(2000, 1, 1))  # type: ignore[attr-defined] # noqa: DTZ001 - local
    except (ValueError, TypeError, IndexError) as exc:
        raise InvalidInput(
            f"{rule[:80]!r} is no recurrence rule: {exc}", hint="see RFC 5545, section 3.3.10"
        ) from exc
    if first is None:
        raise InvalidInput(f"{rule[:80]!r} is on no day at all", hint="check its BY… parts")


def _refuse_never(parts: dict[str, str]) -> None:
    """Raises ValueError for a rule that would be searched for until the year 9999."""
    days = [int(day) for day in parts.get("BYMONTHDAY", "1").split(",")]
    months = [int(month) for month in parts.get("BYMONTH", "1").split(",")]
    never = min(map(abs, days)) > max(_LONGEST_MONTH[month - 1] for month in months)
    sparse = parts["FREQ"] == "DAILY" and not {"INTERVAL", "BYSETPOS"}.isdisjoint(parts) and "BYDAY" in parts
    if never or sparse:
        raise ValueError("it may be on no day at all; say it with FREQ=WEEKLY or MONTHLY")


def within(time_of_day: str, day_starts_ms: int) -> bool:
    """Whether a time of day lies in the scenario's day that begins at `day_starts_ms`."""
    return day_starts_ms <= time_ms(time_of_day) <= day_starts_ms + DAY_MS


_UNIX = datetime.fromtimestamp(0, UTC)
_MS = timedelta(milliseconds=1)
