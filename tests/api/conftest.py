from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.client import TestClient
from support.serving import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def api(house: House) -> Iterator[TestClient]:
    with TestClient(house.app(), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def vehicle(api: TestClient) -> str:
    return str(api.post("/api/v1/vehicles", json={"name": "Van 7", "vehicle_class": "van"}).json()["id"])
