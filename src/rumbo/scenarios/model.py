"""A scenario as it is written in its file. What a value means stands in its description, which the schema carries."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field

from rumbo.domain.device import DeviceSpec, Faults, Gnss, Link, Reporting
from rumbo.domain.vehicle import Driver, VehicleClass
from rumbo.scenarios.demand import Demand
from rumbo.scenarios.values import Length, Name, Record, Share, Spot, Text, TimeOfDay, Weight

MAX_VEHICLES = 100_000
MAX_SEED = 2**53 - 1
SCHEMA_ID = "urn:rumbo:scenario:1"


class Profile(Record):
    """A kind of device of the scenario's own: a ready-made one and what differs from it."""

    based_on: str = Field("standard", max_length=40)
    reporting: dict[str, Any] = Field({}, description=f"Of: {', '.join(Reporting.__slots__)}.")
    gnss: dict[str, Any] = Field({}, description=f"Of: {', '.join(Gnss.__slots__)}.")
    link: dict[str, Any] = Field({}, description=f"Of: {', '.join(Link.__slots__)}.")
    faults: dict[str, Any] = Field({}, description=f"Of: {', '.join(Faults.__slots__)}.")
    schema_version: int | None = None


class Fleet(Record):
    """Vehicles of one kind of use. A mix is a mapping from name to weight."""

    name: Name
    count: Annotated[int, Field(ge=1, le=MAX_VEHICLES)]
    vehicle_class: VehicleClass | dict[VehicleClass, Weight] = VehicleClass.CAR
    driver: Driver | dict[Driver, Weight] = Driver.NORMAL
    spec: dict[str, Any] = Field(
        {},
        description="What differs from the class's parameters: {mass_kg: 1800, limits: {max_speed_mps: 30}}.",
    )
    electric_share: Share = Field(0.0, description="Cars and vans among them that drive on a battery.")
    device_profile: str | dict[str, Weight] = "standard"
    tags: Annotated[tuple[Name, ...], Field(max_length=20)] = ()


class FaultyShare(Record):
    """Part of a fleet, or of all, that has a worse device than its fleet's."""

    share: Share
    device_profile: str
    fleet: Name | None = None


class ClosureSpec(Record):
    """A road closed, or slow, for a time."""

    kind: Literal["closed", "slow"] = "closed"
    at: Spot | None = Field(None, description="Its centre; left out: drawn on the map.")
    radius_m: Annotated[float, Field(ge=5.0, le=20_000.0)] = 50.0
    speed_factor: Annotated[float, Field(gt=0.0, lt=1.0)] | None = None
    day: Annotated[int, Field(ge=0, le=3_650)] = Field(0, description="Day of the scenario, the first is 0.")
    since: TimeOfDay = Field("08:00", alias="from")
    until: TimeOfDay = "18:00"


class Scenario(Record):
    """Who drives, where, when, and what goes wrong. The same file, seed and region give the same trips."""

    version: Literal[1]
    name: Name
    title: Text
    title_es: Text = ""
    description: Text = ""
    description_es: Text = ""
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 1
    region: Annotated[str, Field(max_length=63)] = Field("any", description="A built region's name, or any.")
    center: Spot | None = Field(None, description="Where it takes place; left out: the region's centre.")
    radius_km: Annotated[float, Field(gt=0.0, le=5_000.0)] = Field(
        15.0, description="Places are drawn within this distance of the centre."
    )
    time_zone: Annotated[str, Field(max_length=60)] = Field(
        "region",
        description="Of all times of day: an IANA name such as Europe/Madrid, or region.",
        examples=["region"],
    )
    starts: Annotated[str, Field(pattern=r"^(now|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2})?)$")] = (
        Field("now", description="now, or a local date or date and time: 2026-03-02T06:00.")
    )
    span: Length = Field("7d", description="How long it goes on.")
    plan_ahead: Length = Field(
        "2min", description="World time by which `run` plans ahead, and waits at the start."
    )
    day_starts: TimeOfDay = Field(
        "03:00", description="When vehicles are at their bases and a new day begins."
    )
    device_profiles: Annotated[dict[Name, Profile], Field(max_length=50)] = Field({})
    fleets: Annotated[tuple[Fleet, ...], Field(min_length=1, max_length=50)]
    demand: Annotated[tuple[Demand, ...], Field(min_length=1, max_length=50)]
    faults: Annotated[tuple[FaultyShare, ...], Field(max_length=50)] = ()
    closures: Annotated[tuple[ClosureSpec, ...], Field(max_length=100)] = ()

    @property
    def key(self) -> str:
        """Six hexadecimal digits that ids carry: of the name, seed, version and sizes of the fleets."""
        sizes = ",".join(f"{fleet.name}={fleet.count}" for fleet in self.fleets)
        text = f"{self.version}/{self.name}/{self.seed}/{sizes}"
        return hashlib.sha256(text.encode()).hexdigest()[:6]

    @property
    def vehicle_count(self) -> int:
        return sum(fleet.count for fleet in self.fleets)

    def scaled(self, vehicles: int) -> Scenario:
        """The scenario with so many vehicles in all, its fleets in proportion, each with one at least."""
        total = self.vehicle_count
        counts = [max(1, fleet.count * vehicles // total) for fleet in self.fleets]
        at = max(range(len(counts)), key=lambda i: self.fleets[i].count)
        counts[at] = max(1, counts[at] + vehicles - sum(counts))
        pairs = zip(self.fleets, counts, strict=True)
        return self.model_copy(
            update={"fleets": tuple(f.model_copy(update={"count": count}) for f, count in pairs)}
        )


def schema() -> dict[str, Any]:
    """JSON Schema (Draft 2020-12) of a scenario file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
    } | Scenario.model_json_schema()


def device_of(name: str, profile: Profile) -> DeviceSpec:
    """The device that an own profile describes. Raises InvalidInput naming the wrong value."""
    from rumbo.domain.device_profiles import device_profile
    from rumbo.events.plain import from_plain, to_plain

    plain: dict[str, Any] = to_plain(device_profile(profile.based_on)) | {"name": name}
    for part in ("reporting", "gnss", "link", "faults"):
        plain[part] = plain[part] | getattr(profile, part)
    if profile.schema_version is not None:
        plain["schema_version"] = profile.schema_version
    return from_plain(DeviceSpec, plain)
