from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from rumbo.regions.timezone import timezone_of


@pytest.mark.parametrize(
    ("country", "lat", "lon", "zone"),
    [
        ("ES", 40.4, -3.7, "Europe/Madrid"),
        ("ES", 28.1, -15.4, "Atlantic/Canary"),
        ("MC", 43.7, 7.4, "Europe/Monaco"),
        ("US", 34.0, -118.2, "America/Los_Angeles"),
        ("FJ", -17.0, -179.9, "Pacific/Fiji"),
        ("MX", 20.97, -89.6, "America/Merida"),
        (None, 45.0, 10.0, "Etc/GMT-1"),
        (None, 45.0, -70.0, "Etc/GMT+5"),
        (None, 51.0, 0.1, "Etc/UTC"),
        ("XX", 51.0, 0.1, "Etc/UTC"),
    ],
)
def test_a_region_shows_the_time_of_its_countrys_nearest_city(
    country: str | None, lat: float, lon: float, zone: str
) -> None:
    assert timezone_of(country, lat, lon) == zone
    assert ZoneInfo(zone).key == zone
