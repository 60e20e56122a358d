from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rumbo.regions import Region
from support.client import TestClient
from support.serving import House


@pytest.fixture
def web(house: House, tmp_path: Path) -> Iterator[TestClient]:
    dist, region = tmp_path / "dist", tmp_path / "region"
    for folder in (dist / "assets", region):
        folder.mkdir(parents=True)
    (dist / "index.html").write_text("<p>app</p>")
    (dist / "icon.svg").write_text("<svg/>")
    (dist / "assets" / "main-3f2a.js").write_text("1")
    (tmp_path / "secret.txt").write_text("hunter2")
    (dist / "link.txt").symlink_to(tmp_path / "secret.txt")
    (region / "map.pmtiles").write_bytes(bytes(range(100)))
    house.web_dist = dist
    house.regions = [
        Region(
            "town",
            region,
            (0, 0, 1, 1),
            (0.5, 0.5),
            None,
            False,
            "© someone",
            "x",
            1,
            "0",
            None,
            "2026-03-05T12:00:00Z",
        )
    ]
    with TestClient(house.app(), base_url="http://localhost") as client:
        yield client


def test_the_apps_page_answers_at_its_own_addresses_and_is_asked_for_anew(web: TestClient) -> None:
    for path in ("/", "/trips", "/vehicles/veh_1"):
        answer = web.get(path)
        assert answer.text == "<p>app</p>" and answer.headers["cache-control"] == "no-cache"
    again = web.get("/", headers={"if-none-match": web.get("/").headers["etag"]})
    assert again.status_code == 304 and again.content == b""


def test_hashed_files_are_kept_for_good_and_others_are_checked(web: TestClient) -> None:
    asset = web.get("/assets/main-3f2a.js")
    assert "immutable" in asset.headers["cache-control"] and "javascript" in asset.headers["content-type"]
    assert web.get("/icon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/old-1.js",
        "/link.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/a%00.txt",
        "//etc/passwd.txt",
        "/" + "a" * 300 + ".js",
    ],
)
def test_what_is_not_the_apps_is_not_served(web: TestClient, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404 and "hunter2" not in answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_cannot_be_posted_to(web: TestClient) -> None:
    assert web.post("/").status_code == 405


def test_tiles_are_served_whole_in_ranges_and_not_again(web: TestClient) -> None:
    whole = web.get("/tiles/town.pmtiles")
    assert whole.content == bytes(range(100)) and whole.headers["accept-ranges"] == "bytes"
    part = web.get("/tiles/town.pmtiles", headers={"range": "bytes=10-19"})
    assert part.status_code == 206 and part.content == bytes(range(10, 20))
    assert part.headers["content-range"] == "bytes 10-19/100"
    assert web.get("/tiles/town.pmtiles", headers={"range": "bytes=200-300"}).status_code == 416
    assert web.get("/tiles/town.pmtiles", headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    assert web.head("/tiles/town.pmtiles").headers["content-length"] == "100"
    assert web.get("/tiles/other.pmtiles").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=9-1", 400),
        ("bytes=", 400),
        ("bytes=x", 400),
        ("items=0-5", 400),
        ("bytes=100-", 416),
        ("bytes=-0", 416),
    ],
)
def test_a_range_that_cannot_be_served_is_a_problem_with_a_hint(
    web: TestClient, asked: str, status: int
) -> None:
    answer = web.get("/tiles/town.pmtiles", headers={"range": asked})
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
    assert "bytes=" in answer.json()["hint"]
    assert status == 400 or answer.headers["content-range"] == "bytes */100"


def test_many_ranges_cost_no_more_than_the_file(web: TestClient) -> None:
    for asked in (",".join(["0-"] * 1000), ",".join(f"{n}-{n}" for n in range(0, 100, 2))):
        answer = web.get("/tiles/town.pmtiles", headers={"range": f"bytes={asked}"})
        assert len(answer.content) < 20_000


def test_an_address_with_an_endless_name_is_the_apps(web: TestClient) -> None:
    assert web.get("/" + "a" * 300).text == "<p>app</p>"


def test_regions_name_their_tiles(web: TestClient) -> None:
    (region,) = web.get("/api/v1/regions").json()["items"]
    assert region["tiles"] == "/tiles/town.pmtiles" and region["center"] == {"lat": 0.5, "lon": 0.5}
    assert region["timezone"], "the app reads world time there"


def test_without_a_built_web_app_the_page_says_so(api: TestClient) -> None:
    answer = api.get("/")
    assert answer.status_code == 503 and "make setup" in answer.text


def test_every_answer_carries_the_security_headers(web: TestClient) -> None:
    for path in ("/", "/api/v1/regions", "/api/v1/nowhere", "/tiles/town.pmtiles", "/assets/main-3f2a.js"):
        headers = web.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "rumbo.localhost"])
def test_this_machines_names_are_let_in(web: TestClient, host: str) -> None:
    assert web.get("/api/v1/regions", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example", "[x"]
)
def test_other_names_are_not_let_in(web: TestClient, host: str) -> None:
    assert web.get("/api/v1/regions", headers={"host": host}).status_code == 421


def test_opened_to_others_the_server_goes_by_any_name(house: House) -> None:
    house.host = "0.0.0.0"
    with TestClient(house.app(), base_url="http://fleet.example") as client:
        assert client.get("/api/v1/world").status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("api:8000", 200),
        ("API:8000", 200),
        ("fleet.example", 200),
        ("localhost:8000", 200),
        ("evil.example", 421),
        ("api.evil.example", 421),
        ("", 421),
    ],
)
def test_opened_to_others_under_given_names_the_server_goes_by_those(
    house: House, host: str, status: int
) -> None:
    house.host, house.host_names = "0.0.0.0", frozenset({"api", "fleet.example"})
    with TestClient(house.app(), base_url="http://localhost") as client:
        for path in ("/api/v1/world", "/metrics"):
            answer = client.get(path, headers={"host": host})
            assert answer.status_code == status
            assert status == 200 or "RUMBO_ALLOWED_HOSTS" in answer.json()["hint"]


def test_the_documentation_names_every_operation_with_an_example(web: TestClient) -> None:
    document = web.get("/api/v1/openapi.json").json()
    page = web.get("/api/v1/docs").text
    for path, operations in document["paths"].items():
        assert path.replace("{", "{") in page
        for operation in operations.values():
            success = next(code for code in operation["responses"] if code < "300")
            if success != "204":
                content = operation["responses"][success]["content"]
                for kind, answer in content.items():  # of several kinds of files none stands for the others
                    assert answer.get("example") or (len(content) > 1 and kind != "application/json"), path
            assert operation["summary"]
    assert "http" not in page.replace("https://", "")


def test_places_are_searched(web: TestClient) -> None:
    items = web.get("/api/v1/places?q=casi%00no&limit=5").json()["items"]
    assert items == [{"name": "casi no", "kind": "square", "lat": 45.0, "lon": -5.0}]
    assert web.get("/api/v1/places").status_code == 422
    assert web.get("/api/v1/places?q=" + "a" * 201).status_code == 422
