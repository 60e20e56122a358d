"""What a schema cannot say: whether a scenario's parts fit each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.route import MAX_WAYPOINTS
from rumbo.domain.vehicle import spec_of
from rumbo.errors import InvalidInput
from rumbo.scenarios.days import check_rule, within
from rumbo.scenarios.demand import Commuters, Deliveries, Lines, Loops, Recurring, RideHailing
from rumbo.scenarios.fleets import classes_of, names_of
from rumbo.scenarios.model import MAX_VEHICLES, Scenario, device_of
from rumbo.scenarios.read import Path
from rumbo.scenarios.values import DAY_MS, HOUR_MS, Window, length_ms, time_ms

type Problem = tuple[Path, str]


def problems_of(scenario: Scenario) -> list[Problem]:
    """(path, what is wrong and what to do) of everything that does not fit."""
    return [
        *_general(scenario),
        *_devices(scenario),
        *_fleets(scenario),
        *_demand(scenario),
        *_closures(scenario),
    ]


def _general(scenario: Scenario) -> Iterator[Problem]:
    if scenario.time_zone != "region":
        try:
            ZoneInfo(scenario.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield (
                ("time_zone",),
                f"there is no time zone {scenario.time_zone!r}; use a name such as Europe/Madrid, or region",
            )
    if time_ms(scenario.day_starts) > 12 * HOUR_MS:
        yield ("day_starts",), "a day starts from 00:00 to 12:00"
    if scenario.vehicle_count > MAX_VEHICLES:
        yield (
            ("fleets",),
            f"they have {scenario.vehicle_count:,} vehicles in all; the most is {MAX_VEHICLES:,}",
        )
    if not 0 < length_ms(scenario.span) <= 3_660 * DAY_MS:
        yield ("span",), "it must be longer than nothing and at most ten years"


def _devices(scenario: Scenario) -> Iterator[Problem]:
    for name, profile in scenario.device_profiles.items():
        try:
            device_of(name, profile)
        except InvalidInput as exc:
            yield ("device_profiles", name, *exc.field.split("/")[:2]), _clause(exc)
    for i, faulty in enumerate(scenario.faults):
        yield from _profile(scenario, faulty.device_profile, ("faults", i, "device_profile"))
    for fleet in scenario.fleets:
        total = sum(faulty.share for faulty in scenario.faults if faulty.fleet in (None, fleet.name))
        if total > 1.0 + 1e-9:
            yield ("faults",), f"the shares for fleet {fleet.name!r} come to {total:g}; the most is 1"
    known = {fleet.name for fleet in scenario.fleets}
    for i, faulty in enumerate(scenario.faults):
        if faulty.fleet is not None and faulty.fleet not in known:
            yield (
                ("faults", i, "fleet"),
                f"there is no fleet {faulty.fleet!r}; use one of: {', '.join(sorted(known))}",
            )


def _profile(scenario: Scenario, name: str, path: Path) -> Iterator[Problem]:
    if name not in DEVICE_PROFILES and name not in scenario.device_profiles:
        known = ", ".join([*DEVICE_PROFILES, *scenario.device_profiles])
        yield path, f"there is no device profile {name!r}; use one of: {known}"


def _fleets(scenario: Scenario) -> Iterator[Problem]:
    count = Counter(fleet.name for fleet in scenario.fleets)
    for i, fleet in enumerate(scenario.fleets):
        if count[fleet.name] > 1:
            yield ("fleets", i, "name"), f"two fleets are called {fleet.name!r}; rename one"
        for name in names_of(fleet.device_profile):
            yield from _profile(scenario, name, ("fleets", i, "device_profile"))
        if not fleet.vehicle_class or not fleet.driver or not fleet.device_profile:
            yield ("fleets", i), "a mix needs at least one name"
        for kind in classes_of(fleet):
            try:
                spec_of(kind, fleet.spec)
            except InvalidInput as exc:
                yield ("fleets", i, "spec", *exc.field.split("/")), _clause(exc)
                break


def _demand(scenario: Scenario) -> Iterator[Problem]:
    known = {fleet.name for fleet in scenario.fleets}
    used = Counter(demand.fleet for demand in scenario.demand)
    for i, demand in enumerate(scenario.demand):
        path: Path = ("demand", i)
        if demand.fleet not in known:
            yield (
                (*path, "fleet"),
                f"there is no fleet {demand.fleet!r}; use one of: {', '.join(sorted(known))}",
            )
        elif used[demand.fleet] > 1:
            yield (*path, "fleet"), f"fleet {demand.fleet!r} has two demands; give each a fleet of its own"
        if not isinstance(demand, Loops):
            key = "when" if isinstance(demand, Recurring) else "days"
            try:
                check_rule(getattr(demand, key), with_times=key == "when")
            except InvalidInput as exc:
                yield (*path, key), _clause(exc)
        if type(demand) in _OF_KIND:
            for below, said in _OF_KIND[type(demand)](demand, time_ms(scenario.day_starts)):
                yield (*path, *below), said
    for name in sorted(known - set(used)):
        at = next(i for i, fleet in enumerate(scenario.fleets) if fleet.name == name)
        yield (
            ("fleets", at, "name"),
            f"nothing under demand drives fleet {name!r}; add it, or remove the fleet",
        )


def _commuters(demand: Commuters, starts_ms: int) -> Iterator[Problem]:
    yield from _window(demand.out, ("out",), starts_ms)
    yield from _window(demand.back, ("back",), starts_ms)
    if time_ms(demand.back.until) <= time_ms(demand.out.since):
        yield ("back", "until"), "people would go home before they went to work"


def _deliveries(demand: Deliveries, starts_ms: int) -> Iterator[Problem]:
    yield from _window(demand.hours, ("hours",), starts_ms)
    if not 1 <= demand.stops[0] <= demand.stops[1] <= MAX_WAYPOINTS - 2:
        yield ("stops",), f"write [least, most], from 1 to {MAX_WAYPOINTS - 2}"
    if length_ms(demand.dwell.most) < length_ms(demand.dwell.least):
        yield ("dwell", "most"), "it is less than the least"


def _lines(demand: Lines, starts_ms: int) -> Iterator[Problem]:
    for i, line in enumerate(demand.lines):
        hours = Window.model_validate({"from": line.first, "until": line.last})
        for (key,), said in _window(hours, (), starts_ms):
            yield ("lines", i, "first" if key == "from" else "last"), said
        if len(line.stops) == 1:
            yield ("lines", i, "stops"), "a line has at least two stops"
        if length_ms(line.headway) < 30_000:
            yield ("lines", i, "headway"), "it is less than 30 s"


def _ride_hailing(demand: RideHailing, starts_ms: int) -> Iterator[Problem]:
    yield from _window(demand.hours, ("hours",), starts_ms)
    if time_ms(demand.hours.until) > starts_ms + DAY_MS - HOUR_MS:
        yield ("hours", "until"), "it must leave an hour to drive back before the next day starts"
    if not any(demand.by_hour):
        yield ("by_hour",), "all hours are 0"


def _loops(demand: Loops, _starts_ms: int) -> Iterator[Problem]:
    if length_ms(demand.lasting) + length_ms(demand.spread) >= length_ms(demand.every):
        yield ("every",), "a round with its spread must be over before the next begins: make it longer"
    if length_ms(demand.every) < 10_000 or length_ms(demand.lasting) < 1_000:
        yield ("every",), "it is less than 10 s, or `lasting` less than 1 s"


_OF_KIND: Mapping[type, Callable[[Any, int], Iterator[Problem]]] = {
    Commuters: _commuters,
    Deliveries: _deliveries,
    Lines: _lines,
    Loops: _loops,
    RideHailing: _ride_hailing,
}


def _window(window: Window, path: Path, starts_ms: int) -> Iterator[Problem]:
    for name, at in (("from", window.since), ("until", window.until)):
        if not within(at, starts_ms):
            yield (
                (*path, name),
                f"{at} is not within the day that starts at day_starts; after midnight write 25:00",
            )
    if time_ms(window.until) < time_ms(window.since):
        yield (*path, "until"), f"{window.until} is before {window.since}; after midnight write 25:00"


def _closures(scenario: Scenario) -> Iterator[Problem]:
    for i, closure in enumerate(scenario.closures):
        if time_ms(closure.until) <= time_ms(closure.since):
            yield ("closures", i, "until"), "it is not after its beginning"
        if (closure.kind == "slow") != (closure.speed_factor is not None):
            yield ("closures", i, "speed_factor"), "a slow zone needs one, a closed road has none"


def _clause(exc: InvalidInput) -> str:
    return f"{exc.message.rstrip('.')}; {exc.hint}".rstrip("; ")
