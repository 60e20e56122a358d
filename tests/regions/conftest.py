"""A town that is nobody's: south of the equator, driving on the left, far from any sea."""

from __future__ import annotations

from pathlib import Path

import pytest

from rumbo.regions import Region, build_region
from support.drawing import Drawing

LAT0, LON0, STEP = -18.97, 32.65, 0.002
"""South-west corner and mesh of the street grid, degrees: blocks of about 210 m."""
SIZE = 9
STREETS = (
    "Calle Ñandú", "Avenida José Martí", "Rua São João", "Straße der Züge", "Herbert Chitepo Street",
    "Улица Мира", "Third Street", "Fourth Street", "Fifth Street",
)  # fmt: skip


def draw_town() -> Drawing:
    town = Drawing()
    special = {
        (4, 4): {"highway": "traffic_signals"},
        (2, 4): {"highway": "stop", "direction": "forward"},
        (6, 4): {"highway": "crossing", "crossing": "uncontrolled"},
    }
    grid = {
        (row, col): town.node(LAT0 + row * STEP, LON0 + col * STEP, **special.get((row, col), {}))
        for row in range(SIZE)
        for col in range(SIZE)
    }
    for row in range(SIZE):
        highway = "primary" if row == 4 else "residential"
        town.way([grid[row, col] for col in range(SIZE)], highway=highway, name=STREETS[row])
    for col in range(SIZE):
        name = f"{'Main' if col == 4 else f'Cross {col}'} Road"
        town.way(
            [grid[row, col] for row in range(SIZE)],
            highway="secondary" if col == 4 else "residential",
            name=name,
        )
    # A give-way sign that names no direction, near the northern end of a road that comes in from the north.
    far = town.node(LAT0 + 12 * STEP, LON0)
    sign = town.node(LAT0 + 8.2 * STEP, LON0, highway="give_way")
    town.way([far, sign, grid[8, 0]], highway="tertiary", name="North Road")
    lake = town.box(LAT0 + 4.2 * STEP, LON0 + 4.2 * STEP, 0.6 * STEP)
    island = town.box(LAT0 + 4.4 * STEP, LON0 + 4.4 * STEP, 0.2 * STEP)
    town.multipolygon(lake, island, natural="water", water="lake", name="Lago Ñ", name__es="Lago Eñe")
    town.box(
        LAT0 + 1.2 * STEP, LON0 + 1.2 * STEP, 0.2 * STEP,
        building="school", building__levels="2", amenity="school", name="Colegio Peñón",
        addr__street="Calle Ñandú", addr__housenumber="7",
    )  # fmt: skip
    town.node(
        LAT0 + 4 * STEP, LON0 + 3 * STEP, place="town", name="Peñalba", name__en="Penalba", population="5200"
    )
    town.node(LAT0 + 5 * STEP, LON0 + 5 * STEP, amenity="cafe", name='Café "OR" NEAR(* AND')
    return town


@pytest.fixture(scope="session")
def town_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_town().save(tmp_path_factory.mktemp("town") / "town.osm.pbf")


@pytest.fixture(scope="session")
def town(town_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build_region("penalba-2", town_pbf, tmp_path_factory.mktemp("regions"), country="zw")
