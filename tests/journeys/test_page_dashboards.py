"""The dashboards through the page: a real Chromium against the real API, over a small lake written without Spark.

No broker and no stream take part in what a dashboard shows: the API reads the lake.
"""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from rumbo.lake.places import Lake
from rumbo.regions import Region, RoadEdges
from rumbo.stack.ports import choose
from support.axe import serious_problems
from support.browser import ROOT, screenshot
from support.dashboard_rows import HARBOUR, HILL, VAN, day, fill, moment
from support.lake_rows import put
from support.pages import SLOW_MS, opened
from support.serving import House
from support.stack import HARBOUR as PORT
from support.stack import HOSPITAL, STADIUM, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Served:
    """The web app and the API over a lake that is empty at first."""

    url: str
    lake: Lake

    @property
    def is_refined(self) -> bool:
        return (Path(self.lake.common) / "vehicle_days").exists()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, monaco_region: Region) -> Iterator[Served]:
    house = House(tmp_path_factory.mktemp("house"), regions=[monaco_region], web_dist=ROOT / "web" / "dist")
    port = choose(1)[0]
    server = uvicorn.Server(uvicorn.Config(house.app(), port=port, log_config=None))
    thread = threading.Thread(target=server.run, name="api")
    thread.start()
    try:
        wait_for(lambda: server.started, "the API", 60)
        yield Served(f"http://127.0.0.1:{port}", house.lake)
    finally:
        server.should_exit = True
        thread.join(30)
        house.close()


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with opened(browser, served.url) as page:
        yield page


def edges_of(region: Region) -> list[str]:
    """Some roads that the region knows."""
    found = RoadEdges.of([region])
    assert found is not None
    lat, lon = (
        pa.array([place[axis] for place in (PORT, HOSPITAL, STADIUM)], pa.float64()) for axis in (0, 1)
    )
    nothing = (
        pa.nulls(3, pa.float64()),
        pa.nulls(3, pa.float64()),
        pa.nulls(3, pa.string()),
        pa.nulls(3, pa.string()),
    )
    return [str(edge) for edge in found(lat, lon, *nothing).to_pylist() if edge]


def fill_maps(lake: Lake, edges: list[str]) -> None:
    put(
        lake,
        "common.road_speeds_hourly",
        [
            {
                "hour_date": day(5),
                "hour_at": moment(5, hour),
                "edge_id": edge,
                "road_name": "Quai",
                "n": 5,
                "mean_mps": hour,
            }
            for edge in edges
            for hour in (8, 9)
        ],
    )
    put(
        lake,
        "common.cell_hours",
        [
            {
                "hour_date": day(5),
                "hour_at": moment(5, hour),
                "h3_cell": cell,
                "reports": 9,
                "present_s": 600.0 * hour,
            }
            for hour, cell in ((8, HARBOUR), (9, HARBOUR), (9, HILL))
        ],
    )


@pytest.fixture(scope="module")
def refined(served: Served, monaco_region: Region) -> Served:
    if not served.is_refined:
        fill(served.lake)
        fill_maps(served.lake, edges_of(monaco_region))
    return served


def go(page: Page, served: Served, query: str = "") -> None:
    page.goto(f"{served.url}/dashboards{query}")


def settled(page: Page) -> None:
    """Every figure is there."""
    expect(page.get_by_test_id("headline")).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)
    expect(page.locator('.dash-card[data-busy="true"]')).to_have_count(0, timeout=SLOW_MS)


def test_a_person_is_told_what_to_do_before_a_day_is_refined_and_sees_it_afterwards(
    page: Page, served: Served, monaco_region: Region
) -> None:
    if served.is_refined:
        pytest.skip("another test has filled the lake before")
    page.keyboard.press("g")
    page.keyboard.press("d")
    nothing = page.get_by_test_id("nothing-refined")
    expect(nothing).to_contain_text("rumbo refine")
    expect(nothing.get_by_role("link")).to_have_attribute("href", "/pipeline")
    assert serious_problems(page) == []
    screenshot(page, "dashboards-nothing")

    fill(served.lake)
    fill_maps(served.lake, edges_of(monaco_region))
    page.get_by_test_id("look-again").click()
    settled(page)
    expect(page.get_by_test_id("filter-from")).to_have_value("2026-03-04")
    expect(page.get_by_test_id("filter-to")).to_have_value("2026-03-06")
    expect(page.get_by_test_id("total-distance_m")).to_contain_text("65 km")
    assert serious_problems(page) == []
    screenshot(page, "dashboards")


def test_figures_follow_the_days_and_vehicles_of_the_address(page: Page, refined: Served) -> None:
    go(page, refined, "?from=2026-03-05&to=2026-03-05")
    settled(page)
    expect(page.get_by_test_id("total-distance_m")).to_contain_text("40 km")
    expect(page.get_by_test_id("total-distance_m")).to_contain_text("▲ 166.7 %")
    expect(page.get_by_test_id("total-on_time")).to_contain_text("75%")

    page.get_by_test_id("filter-fleet").select_option("north")
    expect(page.get_by_test_id("total-distance_m")).to_contain_text("10 km")
    expect(page).to_have_url(re.compile(r"from=2026-03-05&to=2026-03-05&fleet=north$"))
    page.reload()
    settled(page)
    expect(page.get_by_test_id("filter-fleet")).to_have_value("north")
    expect(page.get_by_test_id("total-distance_m")).to_contain_text("10 km")
    expect(page.get_by_test_id("card-energy_classes")).to_contain_text("20 kWh/100 km")
    page.get_by_test_id("filter-clear").click()
    expect(page.get_by_test_id("total-distance_m")).to_contain_text("40 km")

    go(page, refined, "?from=2026-05-01&to=2026-05-02")
    expect(page.get_by_test_id("no-days")).to_contain_text("Fri, Mar 6")
    page.get_by_test_id("no-days").get_by_role("button").click()
    settled(page)
    expect(page.get_by_test_id("total-distance_m")).to_contain_text("65 km")


def test_a_chart_is_read_by_keyboard_as_a_table_and_as_a_file(page: Page, refined: Served) -> None:
    go(page, refined)
    settled(page)
    card = page.get_by_test_id("card-trips")
    chart = card.get_by_role("slider")
    chart.focus()
    chart.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", "Mar 5, Distance 40 km")
    expect(card.locator(".readout")).to_contain_text("40 km")

    page.get_by_test_id("table-trips").click()
    table = page.get_by_test_id("rows-trips")
    expect(table.get_by_role("row")).to_have_count(4)
    assert serious_problems(page) == []
    expect(table.get_by_role("row").nth(2)).to_contain_text("40 km")

    with page.expect_download() as got:
        page.get_by_test_id("csv-drivers").click()
    assert got.value.suggested_filename == "drivers_2026-03-04_2026-03-06.csv"
    lines = list(csv.DictReader(StringIO(Path(got.value.path()).read_text("utf-8"))))
    assert {line["vehicle_id"]: float(line["distance_m"]) for line in lines}[VAN] == 35_000.0


def test_the_map_shows_density_speeds_and_flows_hour_by_hour(page: Page, refined: Served) -> None:
    go(page, refined, "?hour=9")
    settled(page)
    drawn = page.get_by_test_id("figure-map")
    # Hours are the region's: 8 and 9 in UTC are 9 and 10 in Monaco in March.
    expect(drawn).to_have_attribute("data-features", "1", timeout=SLOW_MS)
    slider = page.get_by_test_id("hour-slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(drawn).to_have_attribute("data-features", "2")
    expect(page.get_by_test_id("hour-shown")).to_have_text(re.compile("^10:00.11:00$"))
    page.get_by_test_id("hour-all").click()
    expect(drawn).to_have_attribute("data-features", "2")
    expect(drawn).to_have_attribute("data-drawn", "density", timeout=SLOW_MS)
    drawn.scroll_into_view_if_needed()
    screenshot(page, "dashboards-density")

    page.get_by_test_id("layer-road_speeds").click()
    expect(page).to_have_url(re.compile(r"layer=road_speeds"))
    expect(drawn).to_have_attribute("data-features", re.compile("[1-3]"), timeout=SLOW_MS)
    expect(page.get_by_test_id("map-key")).to_contain_text("km/h")
    page.get_by_test_id("table-map").click()
    expect(page.get_by_test_id("rows-map")).to_contain_text("Quai")
    page.get_by_test_id("table-map").click()

    page.get_by_test_id("layer-flows").click()
    expect(page.get_by_test_id("rows-map").or_(drawn)).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_test_id("map-key")).to_contain_text("pale to strong")
    expect(drawn).to_have_attribute("data-drawn", "flows", timeout=SLOW_MS)
    drawn.scroll_into_view_if_needed()
    screenshot(page, "dashboards-flows")


def test_it_speaks_spanish_in_the_dark(page: Page, refined: Served) -> None:
    page.emulate_media(color_scheme="dark")
    page.evaluate("localStorage.setItem('rumbo.language', 'es')")
    go(page, refined)
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Paneles")
    expect(page.get_by_test_id("csv-trips")).to_have_attribute("href", re.compile("separator=semicolon"))
    assert serious_problems(page) == []
    screenshot(page, "dashboards-es-dark")
