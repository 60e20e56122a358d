"""Small plans for the worker's tests, and what must be on the topics when all went well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.plan import Plan
from rumbo.domain.route import RoadClass, Route, Span
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.drive.tick import records_between
from rumbo.events.plans import clock_from_json, plan_from_json, settled_clock
from rumbo.events.topics import CLOCK, DRIVE_GROUP, PLANS
from rumbo.motion import Fleet, solve
from rumbo.transport.port import Offsets, Record, TableReader, progress_from_metadata

type Sent = dict[tuple[str, str], list[bytes]]
"""By topic and trip: payloads in order."""


def plan(number: int, start_ms: int, length_m: float = 400.0, device_profile: str = "standard") -> Plan:
    """A straight drive north, created and started at `start_ms` (world time)."""
    steps = 5
    route = Route(
        lat=tuple(round(40.0 + i * length_m / steps / 111_195.0, 6) for i in range(steps + 1)),
        lon=(3.0,) * (steps + 1),
        distance_m=tuple(round(i * length_m / steps, 3) for i in range(steps + 1)),
        spans=(Span(0.0, 13.9, 13.9, 1, "Calle Mayor", RoadClass.RESIDENTIAL),),
        provider="test",
    )
    return Plan(
        trip_id=f"trp_{number}",
        vehicle_id=f"veh_{number}",
        vehicle_class=VehicleClass.CAR,
        seed=number,
        spec=CLASS_SPECS[VehicleClass.CAR],
        device=DEVICE_PROFILES[device_profile],
        created_ms=start_ms,
        start_ms=start_ms,
        route=route,
        profile=solve(route, CLASS_SPECS[VehicleClass.CAR], number),
    )


def sent(records: Iterable[Record]) -> Sent:
    """What stands on the event topics; a trip's events are in one partition, so their order is sure."""
    found: Sent = defaultdict(list)
    for record in sorted(records, key=lambda r: (r.topic, r.partition, r.offset)):
        found[record.topic, record.key or ""].append(record.value or b"")
    return dict(found)


def due(tables: TableReader, progress: dict[int, int]) -> Sent:
    """All events from the world's beginning to each partition's progress, computed from the topics alone."""
    (clock_record,) = tables.read_all(CLOCK)
    clock = settled_clock(clock_from_json(clock_record.value or b""), clock_record.timestamp_ms)
    by_partition: dict[int, list[Plan]] = defaultdict(list)
    for record in tables.read_all(PLANS):
        settled = plan_from_json(record.value or b"").settled(record.timestamp_ms, clock)
        by_partition[record.partition].append(settled)
    found: Sent = defaultdict(list)
    for partition, plans in by_partition.items():
        first_ms = clock.changes[0].world_ms - 1
        emitted = records_between(Fleet.of(plans), first_ms, progress.get(partition, first_ms))
        for topic, pairs in emitted.items():
            for key, value in pairs:
                found[topic, key].append(value)
    return dict(found)


def progress_of(offsets: Offsets) -> dict[int, int]:
    """World time driven so far, by partition."""
    notes = {p: progress_from_metadata(c.metadata) for p, c in offsets.committed(DRIVE_GROUP, PLANS).items()}
    return {p: world_ms for p, world_ms in notes.items() if world_ms is not None}


def payloads(records: Sequence[Record], topic: str) -> list[bytes]:
    return [record.value or b"" for record in records if record.topic == topic]
