"""/scenarios: those that come with Rumbo, a person's own, and what is refused; scenarios as jobs of their own lane."""

from __future__ import annotations

from typing import Any

import pytest

from rumbo.api.models_scenarios import ScenarioOut, ScenariosOut
from rumbo.scenarios.load import ready_made
from support.client import TestClient
from support.serving import House

URL = "/api/v1/scenarios"
READY = ready_made()


def listed(api: TestClient) -> dict[str, ScenarioOut]:
    return {one.name: one for one in ScenariosOut.model_validate(api.get(URL).json()).items}


def test_the_ready_made_ones_stand_there_in_both_languages(api: TestClient) -> None:
    found = listed(api)
    assert found.keys() == READY.keys()
    assert all(one.is_ready_made and one.vehicles and one.title and one.title_es for one in found.values())
    assert api.get(f"{URL}/deliveries").json()["text"] == READY["deliveries"]


def test_a_scenario_of_ones_own_is_kept_changed_and_deleted(api: TestClient) -> None:
    text = READY["first-drive"]
    kept = ScenarioOut.model_validate(api.put(f"{URL}/my-drive", json={"text": text}).json())
    assert not kept.is_ready_made and kept.vehicles == 3
    api.put(f"{URL}/my-drive", json={"text": text + "\n# mine\n"})
    assert api.get(f"{URL}/my-drive").json()["text"].endswith("# mine\n")
    assert "my-drive" in listed(api)
    assert api.delete(f"{URL}/my-drive").status_code == 204
    assert api.get(f"{URL}/my-drive").status_code == 404


def test_what_is_wrong_is_told_by_line_and_the_older_one_stays(api: TestClient) -> None:
    text = READY["first-drive"]
    api.put(f"{URL}/my-drive", json={"text": text})
    for answer in (
        api.put(f"{URL}/my-drive", json={"text": text.replace("version: 1", "version: 9")}),
        api.post(f"{URL}/check", json={"text": text.replace("version: 1", "version: 9")}),
    ):
        assert answer.status_code == 422 and "version" in answer.json()["detail"]
    assert api.get(f"{URL}/my-drive").json()["text"] == text
    assert api.post(f"{URL}/check", json={"text": text}).json()["vehicles"] == 3


@pytest.mark.parametrize("name", ["UP", "..%2Fetc", "a_b", "-a", "a" * 61])
def test_a_name_that_is_none_is_refused(api: TestClient, name: str) -> None:
    assert api.put(f"{URL}/{name}", json={"text": READY["first-drive"]}).status_code in {404, 422}
    assert api.get(f"{URL}/{name}").status_code in {404, 422}


def test_the_ready_made_ones_stay_as_they_are(api: TestClient) -> None:
    assert api.put(f"{URL}/deliveries", json={"text": READY["first-drive"]}).status_code == 409
    assert api.delete(f"{URL}/deliveries").status_code == 409


def test_a_broken_file_hinders_no_other(api: TestClient, house: House) -> None:
    folder = house.path / "scenarios"
    folder.mkdir()
    (folder / "broken.yaml").write_text("version: [")
    (folder / "not-text.yaml").write_bytes(b"\xff\xfe")
    found = listed(api)
    assert found["broken"].problem and found["not-text"].problem and found["broken"].vehicles is None
    assert found["deliveries"].problem == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "scenario"}, 422),
        ({"kind": "audit", "scenario": "deliveries"}, 422),
        ({"kind": "scenario", "scenario": "deliveries", "speed": 5000}, 422),
        ({"kind": "scenario", "scenario": "deliveries", "vehicles": 0}, 422),
    ],
)
def test_an_order_that_cannot_be_meant_starts_nothing(
    api: TestClient, body: dict[str, Any], code: int
) -> None:
    assert api.post("/api/v1/jobs", json=body).status_code == code
    assert api.get("/api/v1/jobs").json()["items"] == []
