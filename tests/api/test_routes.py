"""The order of stops over REST."""

from __future__ import annotations

import pytest

from rumbo.api.models import VisitingOrderOut
from support.client import TestClient

URL = "/api/v1/routes/order"


def on_a_line(*places: float) -> list[dict[str, float]]:
    return [{"lat": 45.0 + place / 1000, "lon": -5.0} for place in places]


def test_stops_on_a_line_are_visited_in_its_order(api: TestClient) -> None:
    answer = api.post(URL, json={"waypoints": on_a_line(0, 6, 2, 4, 8), "vehicle_class": "van"})
    found = VisitingOrderOut.model_validate(answer.json())
    assert found.order == [0, 2, 3, 1, 4]
    assert found.given_duration_s is not None and found.duration_s < found.given_duration_s


def test_the_time_at_a_stop_does_not_count(api: TestClient) -> None:
    points = on_a_line(0, 4, 2, 8)
    without = api.post(URL, json={"waypoints": points}).json()
    points[1]["dwell_s"] = 600
    assert api.post(URL, json={"waypoints": points}).json() == without


@pytest.mark.parametrize(
    "body",
    [
        {"waypoints": on_a_line(*range(13))},
        {"geometry": {"type": "LineString", "coordinates": [[-5.0, 45.0], [-5.0, 45.1]]}},
    ],
)
def test_too_many_stops_or_none_are_refused(api: TestClient, body: dict[str, object]) -> None:
    answer = api.post(URL, json=body)
    assert answer.status_code == 422
    assert answer.json()["hint"]
