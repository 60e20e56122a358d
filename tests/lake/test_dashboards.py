"""Each figure of the dashboards: a small lake in, its rows out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import h3ronpy
import pyarrow as pa
import pytest

from rumbo.lake.dashboards import figures
from rumbo.lake.dashboards.ask import Question, asked, cell_shapes, refined_days
from rumbo.lake.places import Lake
from support.dashboard_rows import FAR, HARBOUR, HILL, TRUCK, VAN, day, fill, moment, report
from support.lake_rows import lake_in, put

SPAN = (day(5), day(6))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = lake_in(tmp_path)
    fill(lake)
    return lake


def rows(lake: Lake, name: str, span: tuple[date, date] = SPAN, **more: Any) -> list[dict[str, Any]]:
    figure = figures()[name]
    with asked(lake, figure, Question(*span, **more), memory_mb=256, timeout_s=60) as found:
        assert found.schema.names == list(figure.names)
        return [row for batch in found.batches for row in batch.to_pylist()]


def only(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def near(value: Any) -> Any:
    return pytest.approx(value, abs=1e-9)


def test_the_days_that_can_be_asked_for_are_those_that_are_refined(lake: Lake, tmp_path: Path) -> None:
    assert refined_days(lake) == [day(4), day(5), day(6)]
    assert refined_days(lake_in(tmp_path / "empty")) == []


def test_the_headline_sums_before_it_divides_and_stands_beside_the_days_before(lake: Lake) -> None:
    now, before = rows(lake, "totals")
    assert only(now, "span", "days", "vehicles", "distance_m", "trips_begun", "trips_arrived") == (
        "chosen", 2, 2, 50_000.0, 6, 5,
    )  # fmt: skip
    assert only(now, "on_time", "utilisation", "idle_share") == near((0.8, 6_000 / (4 * 86_400), 420 / 6_000))
    assert only(now, "energy_kwh", "co2_kg", "events_100km") == near((92.0, 24.42, 12.0))
    assert now["score"] == near(100 - 2 * 4 * 2 - 200 * 300 / 5_000)
    assert only(before, "span", "days", "distance_m", "energy_kwh") == ("before", 1, 15_000.0, None)


def test_before_anything_there_was_nothing(lake: Lake) -> None:
    _, before = rows(lake, "totals", (day(4), day(4)))
    assert only(before, "days", "vehicles", "distance_m", "on_time", "score") == (0, 0, None, None, None)


def test_kilometres_and_trips_by_day(lake: Lake) -> None:
    names = (
        "day",
        "distance_m",
        "trips_begun",
        "trips_arrived",
        "trips_broken",
        "vehicles_driving",
        "vehicles",
    )
    assert [only(row, *names) for row in rows(lake, "trips")] == [
        (day(5), 40_000.0, 5, 4, 1, 2, 2),
        (day(6), 10_000.0, 1, 1, 0, 1, 2),
    ]


def test_hours_and_utilisation_by_day(lake: Lake) -> None:
    fifth, sixth = rows(lake, "hours")
    assert only(fifth, "moving_s", "stopped_s", "utilisation") == near((4_000.0, 800.0, 4_800 / 172_800))
    assert only(sixth, "moving_s", "vehicles") == (1_000.0, 2)


def test_utilisation_by_vehicle_begins_with_the_busiest(lake: Lake) -> None:
    found = [only(row, "vehicle", "day", "duty_s") for row in rows(lake, "utilisation")]
    assert found == [
        ("=Truck", day(5), 3_600.0), ("=Truck", day(6), 0.0), ("Van 1", day(5), 1_200.0), ("Van 1", day(6), 1_200.0),
    ]  # fmt: skip


def test_punctuality_counts_more_than_five_minutes_as_late(lake: Lake) -> None:
    fifth, sixth = rows(lake, "punctuality")
    assert only(fifth, "day", "on_time", "late", "share_on_time", "median_delay_s") == (
        day(5),
        3,
        1,
        0.75,
        150.0,
    )
    assert only(sixth, "on_time", "late", "share_on_time") == (0, 1, 0.0)


def test_delays_fall_into_minutes_with_none_left_out_and_open_ends(lake: Lake) -> None:
    found = [only(row, "from_s", "to_s", "trips") for row in rows(lake, "delays")]
    assert len(found) == 20 - -2 + 1
    full = {bin_[:2]: bin_[2] for bin_ in found if bin_[2]}
    assert full == {
        (-120.0, -60.0): 1,
        (-60.0, 0.0): 1,
        (240.0, 300.0): 1,
        (300.0, 360.0): 1,
        (1_200.0, None): 1,
    }
    assert rows(lake, "delays", (day(9), day(9))) == []


def test_a_stay_over_midnight_is_one_stay(lake: Lake) -> None:
    parked, signal = rows(lake, "stops")
    assert only(parked, "reason", "stays", "stood_s", "mean_s") == ("parked", 1, 18_000.0, 18_000.0)
    assert only(signal, "reason", "stays", "stood_s", "mean_s", "median_s") == ("signal", 2, 80.0, 40.0, 40.0)


def test_idle_time_by_day(lake: Lake) -> None:
    fifth, sixth = rows(lake, "idle")
    assert only(fifth, "idle_s", "stopped_s", "idle_share") == near((360.0, 800.0, 360 / 4_800))
    assert sixth["idle_share"] == near(60 / 1_200)


def test_energy_is_divided_by_the_metres_of_those_that_tell_it(lake: Lake) -> None:
    fifth, sixth = rows(lake, "energy")
    assert only(fifth, "energy_kwh", "kwh_100km", "co2_tailpipe_kg", "co2_kg") == near(
        (92.0, 230.0, 24.0, 24.42)
    )
    assert only(sixth, "energy_kwh", "kwh_100km", "co2_kg") == (None, None, None)
    truck, van = rows(lake, "energy_classes")
    assert only(truck, "vehicle_class", "energy", "kwh_100km", "co2_g_km") == near(
        ("truck", "diesel", 300.0, 800.0)
    )
    assert only(van, "vehicle_class", "energy", "distance_m", "kwh_100km", "co2_g_km") == (
        "van", "electric", 10_000.0, near(20.0), near(42.0),
    )  # fmt: skip


def test_drivers_begin_with_the_lowest_score_of_the_spans_sums(lake: Lake) -> None:
    truck, van = rows(lake, "drivers")
    assert only(truck, "vehicle", "driver", "score") == ("=Truck", "aggressive", near(60.0))
    assert only(truck, "harsh_brakings_100km", "overspeeds_100km", "overspeed_share") == near(
        (10.0, 20 / 3, 0.1)
    )
    assert only(van, "vehicle", "distance_m", "score", "harsh_brakings_100km") == (
        "Van 1",
        20_000.0,
        90.0,
        5.0,
    )


def test_flows_join_cells_and_count_who_arrived(lake: Lake) -> None:
    found = {only(row, "from_cell", "to_cell"): row["trips"] for row in rows(lake, "flows")}
    assert found == {(HARBOUR, HILL): 2, (HILL, HARBOUR): 2, (HARBOUR, HARBOUR): 1}


@pytest.mark.parametrize("resolution", [5, 6, 7, 8, 9])
def test_coarser_cells_are_those_of_h3(lake: Lake, resolution: int) -> None:
    numbers = h3ronpy.cells_parse(pa.array([HARBOUR, HILL]))
    parents = set(
        pa.array(h3ronpy.cells_to_string(h3ronpy.change_resolution(numbers, resolution))).to_pylist()
    )
    found = rows(lake, "flows", resolution=resolution)
    assert {cell for row in found for cell in only(row, "from_cell", "to_cell")} == parents
    assert sum(row["trips"] for row in found) == 5


def test_the_vehicles_of_the_span_are_told_whatever_else_is_asked(lake: Lake) -> None:
    found = rows(lake, "vehicles", vehicle_id=VAN)
    assert [only(row, "vehicle_id", "vehicle", "vehicle_class", "fleet") for row in found] == [
        (TRUCK, "=Truck", "truck", "south"),
        (VAN, "Van 1", "van", "north"),
    ]


@pytest.mark.parametrize(
    "filters",
    [
        {"fleet": "north"},
        {"vehicle_class": "van"},
        {"vehicle_id": VAN},
        {"fleet": "north", "vehicle_id": VAN},
    ],
)
def test_each_figure_can_be_of_some_vehicles(lake: Lake, filters: dict[str, Any]) -> None:
    assert [row["distance_m"] for row in rows(lake, "trips", **filters)] == [10_000.0, 10_000.0]
    assert rows(lake, "totals", **filters)[0]["distance_m"] == 20_000.0
    assert [row["vehicle"] for row in rows(lake, "drivers", **filters)] == ["Van 1"]
    assert {row["vehicle_id"] for row in rows(lake, "utilisation", **filters)} == {VAN}
    assert [row["late"] for row in rows(lake, "punctuality", **filters)] == [0, 1]
    assert {row["reason"]: row["stood_s"] for row in rows(lake, "stops", **filters)}["signal"] == 30.0
    assert [row["vehicle_class"] for row in rows(lake, "energy_classes", **filters)] == ["van"]
    assert {only(row, "from_cell", "to_cell") for row in rows(lake, "flows", **filters)} == {
        (HARBOUR, HILL),
        (HARBOUR, HARBOUR),
    }


def test_a_value_is_bound_and_never_read_as_sql(lake: Lake) -> None:
    assert rows(lake, "trips", fleet="' OR '1'='1") == []
    assert rows(lake, "trips", fleet="north'; DROP TABLE x; --") == []


@pytest.fixture
def driven(lake: Lake) -> Lake:
    """Reports of the 5th: the van's in two hours, the truck's in one, and some that tell nothing."""
    put(
        lake,
        "staging.positions",
        [
            report(5, VAN, 0, moment(5, 7, 59, 40), speed_mps=8.0),
            report(5, VAN, 1, moment(5, 8, 0, 10), speed_mps=10.0),
            report(5, VAN, 2, moment(5, 8, 0, 40), state="waiting", speed_mps=0.0),
            report(5, VAN, 3, moment(5, 8, 10, 40), h3_cell=HILL, is_jump=1),
            report(5, TRUCK, 0, moment(5, 8, 30), speed_mps=20.0),
            report(5, TRUCK, 1, moment(5, 8, 30, 20), h3_cell=HILL, edge_id=None),
            report(4, TRUCK, 0, moment(4, 8, 30), speed_mps=99.0),
        ],
    )
    put(
        lake,
        "common.road_speeds_hourly",
        [
            {"hour_date": day(5), "hour_at": moment(5, 7), "edge_id": "1:2-3", "road_name": "Quai",
             "road_class": "primary", "n": 1, "mean_mps": 8.0, "limit_mps": 13.9},
            {"hour_date": day(5), "hour_at": moment(5, 8), "edge_id": "1:2-3", "road_name": "Quai",
             "road_class": "primary", "n": 2, "mean_mps": 15.0, "limit_mps": 13.9},
            {"hour_date": day(4), "hour_at": moment(4, 8), "edge_id": "1:2-3", "n": 1, "mean_mps": 99.0},
        ],
    )  # fmt: skip
    put(
        lake,
        "common.cell_hours",
        [
            {"hour_date": day(5), "hour_at": moment(5, 7), "h3_cell": HARBOUR, "reports": 1, "present_s": 30.0,
             "dwell_s": 0.0, "mean_speed_mps": 8.0},
            {"hour_date": day(5), "hour_at": moment(5, 8), "h3_cell": HARBOUR, "reports": 3, "present_s": 170.0,
             "dwell_s": 120.0, "mean_speed_mps": 10.0},
            {"hour_date": day(5), "hour_at": moment(5, 8), "h3_cell": HILL, "reports": 1, "present_s": 0.0,
             "dwell_s": 0.0, "mean_speed_mps": 10.0},
        ],
    )  # fmt: skip
    return lake


def test_road_speeds_are_weighted_by_reports_and_told_in_the_zone_of_who_asks(driven: Lake) -> None:
    busy, quiet = rows(driven, "road_speeds", time_zone="Europe/Madrid")
    assert only(busy, "edge_id", "hour", "reports", "mean_mps", "limit_mps") == ("1:2-3", 9, 2, 15.0, 13.9)
    assert only(quiet, "hour", "mean_mps") == (8, 8.0)
    (before,) = rows(driven, "road_speeds", (day(4), day(4)))
    assert only(before, "hour", "mean_mps") == (8, 99.0)


def test_density_by_cell_and_hour(driven: Lake) -> None:
    found = {
        only(row, "cell", "hour"): only(row, "present_s", "dwell_s", "reports")
        for row in rows(driven, "density")
    }
    assert found == {(HARBOUR, 8): (170.0, 120.0, 3), (HARBOUR, 7): (30.0, 0.0, 1), (HILL, 8): (0.0, 0.0, 1)}
    coarse = rows(driven, "density", resolution=6)
    assert [only(row, "hour", "present_s", "reports") for row in coarse] == [(8, 170.0, 4), (7, 30.0, 1)]
    assert coarse[0]["mean_speed_mps"] == near(10.0)


def test_maps_of_some_vehicles_are_made_of_their_reports_alone(driven: Lake) -> None:
    speeds = {
        row["hour"]: only(row, "reports", "mean_mps") for row in rows(driven, "road_speeds", fleet="north")
    }
    assert speeds == {7: (1, 8.0), 8: (1, 10.0)}
    density = {
        only(row, "cell", "hour"): only(row, "present_s", "dwell_s")
        for row in rows(driven, "density", vehicle_id=VAN)
    }
    assert density == {(HARBOUR, 7): (30.0, 0.0), (HARBOUR, 8): (150.0, 120.0)}
    truck = rows(driven, "density", vehicle_class="truck")
    assert {only(row, "cell", "present_s") for row in truck} == {(HARBOUR, 20.0), (HILL, 0.0)}


def test_the_reports_of_all_fleets_come_to_what_common_holds(driven: Lake) -> None:
    """Both ways to the map's figures agree: summed over the fleets, the reports give the tables' rows."""
    whole = {only(row, "edge_id", "hour"): row["reports"] for row in rows(driven, "road_speeds")}
    parts: dict[Any, int] = {}
    for fleet in ("north", "south"):
        for row in rows(driven, "road_speeds", fleet=fleet):
            parts[only(row, "edge_id", "hour")] = parts.get(only(row, "edge_id", "hour"), 0) + row["reports"]
    assert parts == whole
    present = sum(
        row["present_s"] for fleet in ("north", "south") for row in rows(driven, "density", fleet=fleet)
    )
    assert present == near(sum(row["present_s"] for row in rows(driven, "density")))


def test_a_lake_that_nobody_has_filled_gives_no_rows(tmp_path: Path) -> None:
    empty = lake_in(tmp_path / "empty")
    for name in figures():
        found = rows(empty, name)
        assert [row["span"] for row in found] == ["chosen", "before"] if name == "totals" else found == [], (
            name
        )


def test_cells_have_closed_rings_around_them() -> None:
    shapes = cell_shapes([HARBOUR, FAR, HARBOUR])
    assert shapes.keys() == {HARBOUR, FAR}
    (ring,) = shapes[HARBOUR]["coordinates"]
    assert len(ring) == 7 and ring[0] == ring[-1]
    assert all(7.3 < lon < 7.5 and 43.6 < lat < 43.8 for lon, lat in ring)
    assert cell_shapes([]) == {}
