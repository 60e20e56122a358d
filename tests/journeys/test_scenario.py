"""A faulty fleet through the whole stack, and the same days as history: to the byte the same events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from rumbo.domain.device import Fault
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS, REJECTED
from rumbo.regions import Region
from support.stack import Stack, parse_ms

pytestmark = [pytest.mark.journey, pytest.mark.jvm, pytest.mark.timeout(900)]

VEHICLES = 24
AHEAD = timedelta(minutes=20)
"""From the start of the stack to the first trip: however long the stack needs to get ready."""
FAST = 60.0
SCENARIO = """
version: 1
name: worst-day
title: Everything goes wrong
time_zone: UTC
starts: {starts}
span: 45min
plan_ahead: 2h
radius_km: 2
device_profiles:
  worst:
    based_on: chaos
    faults: {{frozen_per_hour: 60, teleport_per_hour: 60, dropped_share: 0.05, breaking_share: 0.05}}
fleets:
  - {{name: worst, count: 21, vehicle_class: {{car: 2, van: 1}}, device_profile: worst, electric_share: 0.3}}
  - {{name: old, count: 3, device_profile: legacy}}
demand:
  - {{kind: loops, fleet: worst, every: 45min, lasting: 4min, routes: 6}}
  - {{kind: loops, fleet: old, every: 45min, lasting: 4min, routes: 2}}
"""


@pytest.fixture(scope="module")
def starts() -> datetime:
    """A whole minute."""
    return (datetime.now(UTC) + AHEAD).replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory, starts: datetime) -> Path:
    file = tmp_path_factory.mktemp("scenario") / "worst.yaml"
    file.write_text(SCENARIO.format(starts=f"{starts:%Y-%m-%dT%H:%M}"))
    return file


@pytest.fixture(scope="module")
def driven(
    tmp_path_factory: pytest.TempPathFactory, monaco_region: Region, scenario: Path, starts: datetime
) -> Iterator[Stack]:
    """A stack in which the scenario has run to its end."""
    stack = Stack(data_folder(tmp_path_factory, monaco_region), speed=1, more=("--scenario", str(scenario)))
    try:
        stack.start()
        assert stack.world_ms() < starts.timestamp() * 1000, "the stack was not ready in time"
        stack.wait_until(lambda: len(stack.all_trips()) == VEHICLES, "all trips are planned", 240.0)
        stack.post("/world/rate", {"rate": FAST})
        stack.wait_until(
            lambda: {trip["state"] for trip in stack.all_trips()} == {"arrived"}, "all have arrived", 240.0
        )
        yield stack
    finally:
        stack.kill()


def data_folder(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Path:
    data = tmp_path_factory.mktemp("data")
    (data / "regions").symlink_to(region.dir.parent)
    return data


def all_landed(stack: Stack, until_ms: float) -> bool:
    """Whether all that was sent up to a moment of the world is in the lake."""
    told = stack.get("/pipeline")
    driven_ms = told["worker"]["world_ms"] or 0
    return driven_ms >= until_ms and not any(topic["lag"] for topic in told["topics"].values())


def landed(data: Path, table: str, but: str = "") -> pl.DataFrame:
    spec = REJECTED if table == REJECTED.name else LANDED_EVENTS[table]
    lake = Lake(*(str(data / "lake" / layer) for layer in ("landing", "staging", "common")))
    rows = open_table(lake, spec).scan()
    if but:
        rows = rows.filter(pl.col("state") != but)
    return rows.select(pl.col("payload").cast(pl.Binary)).sort("payload").collect()


def test_every_fault_of_a_scenario_is_accounted_for_and_the_baseline_is_graded(driven: Stack) -> None:
    report = driven.audit("--wait", "120")
    assert report["balanced"] and report["trips"] == VEHICLES
    assert report["rejected"] > 20 and report["dropped_by_fault"] > 20
    declared = {flag.labels[0] for flag in Fault}
    accounted = {name for name, fault in report["faults"].items() if fault["expected"] == fault["found"] > 0}
    assert accounted == declared
    scores = driven.said("score", "--data", str(driven.data), "--json")
    assert scores["trips"]["true"] == VEHICLES
    assert 0.5 <= scores["trips"]["recall"] <= 1.0 and 0.3 <= scores["trips"]["precision"] <= 1.0


def test_history_holds_the_same_bytes_as_what_was_driven(
    driven: Stack,
    scenario: Path,
    starts: datetime,
    tmp_path_factory: pytest.TempPathFactory,
    monaco_region: Region,
) -> None:
    over_ms = starts.timestamp() * 1000 + 3_600_000  # what devices held back is sent by then
    driven.wait_until(lambda: all_landed(driven, over_ms), "all is in the lake", 120.0)
    other = data_folder(tmp_path_factory, monaco_region)
    last = max(parse_ms(trip["start_at"]) for trip in driven.all_trips()) / 1000
    days = ("--from", f"{starts:%Y-%m-%d}", "--to", f"{datetime.fromtimestamp(last, UTC):%Y-%m-%d}")
    made = driven.said("backfill", "--scenario", str(scenario), *days, "--data", str(other), "--json")
    assert made["trips"] == VEHICLES
    positions = landed(other, "rumbo.positions")
    assert positions.equals(landed(driven.data, "rumbo.positions")) and len(positions) > 1_000
    assert landed(other, "rejected").equals(landed(driven.data, "rejected"))
    # When a trip was ordered is another matter: history orders each at its start.
    states = landed(other, "rumbo.trip-states", but="scheduled")
    assert states.equals(landed(driven.data, "rumbo.trip-states", but="scheduled"))
    assert sum(json.loads(row)["state"] == "arrived" for row in states["payload"].to_list()) == VEHICLES
