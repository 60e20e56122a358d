from __future__ import annotations

import json
from typing import Any

import pytest

from rumbo.api.bulk import ResultsOut
from rumbo.api.models_vehicles import SPEC_SCHEMA, FleetsOut, ImportOut, VehicleOut, VehiclesOut
from rumbo.api.vehicles_csv import COLUMNS, MAX_ROWS
from rumbo.domain.vehicle import VehicleClass, spec_of
from rumbo.errors import InvalidInput
from rumbo.scenarios.fleets import fleets_of
from rumbo.scenarios.load import open_scenario
from rumbo.scenarios.rest import vehicle_json
from support.client import TestClient
from support.serving import House, trip_body

JSON, CSV = {"content-type": "application/json"}, {"content-type": "text/csv"}
WHOLE: dict[str, Any] = {
    "id": "veh_own-7_a", "name": "Furgón 7", "vehicle_class": "van", "fleet": "couriers", "tags": ["north", "electric"],
    "spec": {"mass_kg": 2900, "energy": "electric", "limits": {"max_speed_mps": 30}}, "driver": "calm",
    "device_profile": "tracker", "energy_level": 0.5,
}  # fmt: skip


def refused(answer: Any, status: int = 422) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["hint"]
    return found


def test_a_vehicle_with_all_that_can_be_said_of_it(api: TestClient) -> None:
    answer = api.post("/api/v1/vehicles", json=WHOLE)
    assert answer.status_code == 201 and answer.headers["location"] == "/api/v1/vehicles/veh_own-7_a"
    vehicle = VehicleOut.model_validate(answer.json()).model_dump(mode="json")
    assert {name: vehicle[name] for name in WHOLE} == WHOLE
    parameters = vehicle["parameters"]
    assert (parameters["mass_kg"], parameters["limits"]["max_speed_mps"]) == (2900.0, 30.0)
    assert parameters["power_kw"] == spec_of(VehicleClass.VAN).power_kw, "its class's where it has none"
    assert (vehicle["energy_left"], vehicle["odometer_m"]) == (0.5, 0.0)
    assert api.get("/api/v1/vehicles/veh_own-7_a").json() == answer.json()
    again = api.post("/api/v1/vehicles", json=WHOLE)
    assert again.status_code == 200 and again.json() == answer.json()
    other = refused(api.post("/api/v1/vehicles", json=WHOLE | {"name": "other"}), 409)
    assert other["errors"][0]["pointer"] == "/id"


BAD: dict[str, tuple[str, Any]] = {
    "an id of a trip": ("id", "trp_1"),
    "an id in capitals": ("id", "veh_A"),
    "an id with a slash": ("id", "veh_a/b"),
    "a long id": ("id", "veh_" + "a" * 37),
    "an empty fleet": ("fleet", " "),
    "a fleet with a line break": ("fleet", "a\nb"),
    "tags that are a text": ("tags", "a"),
    "21 tags": ("tags", [f"t{n}" for n in range(21)]),
    "a driver nobody is": ("driver", "reckless"),
    "an energy above full": ("energy_level", 1.01),
    "an energy that is true": ("energy_level", True),
    "an energy that is text": ("energy_level", "0.5"),
    "a profile that is not there": ("device_profile", "mine"),
    "a profile with a null byte": ("device_profile", "a\0"),
    "a spec that is a list": ("spec", []),
}


@pytest.mark.parametrize(
    ("method", "case"),
    [
        (method, case)
        for case in BAD
        for method in ("post", "patch")
        if method == "post" or BAD[case][0] != "id"
    ],
)
def test_a_bad_field_is_named(api: TestClient, vehicle: str, method: str, case: str) -> None:
    field, value = BAD[case]
    path = "/api/v1/vehicles" if method == "post" else f"/api/v1/vehicles/{vehicle}"
    before = api.get("/api/v1/vehicles").json()
    found = refused(api.request(method, path, json={"name": "v", field: value}))
    assert found["errors"][0]["pointer"].startswith(f"/{field}")
    assert api.get("/api/v1/vehicles").json() == before


BAD_TAGS = ["", ";", "a;b", "x" * 41, "\u202e", 5, None, ["a"]]


@pytest.mark.parametrize("tag", BAD_TAGS, ids=[f"tag{n}" for n in range(len(BAD_TAGS))])
def test_a_bad_tag_is_refused(api: TestClient, tag: Any) -> None:
    found = refused(api.post("/api/v1/vehicles", json={"name": "v", "tags": ["good", tag]}))
    assert found["errors"][0]["pointer"] == "/tags/1"


BAD_SPECS = {
    '{"mass_kg": 1}': "mass_kg", '{"mass_kg": "1800"}': "mass_kg", '{"mass_kg": true}': "mass_kg",
    '{"mass_kg": null}': "mass_kg",
    '{"mass_kg": NaN}': "mass_kg", '{"mass_kg": 1e999}': "mass_kg", '{"mass_kg": -Infinity}': "mass_kg",
    '{"mass_kg": 1%s}' % ("0" * 400): "mass_kg", '{"wheels": 5}': "wheels", '{"energy": "steam"}': "energy",
    '{"energy": ["diesel"]}': "energy", '{"limits": [1]}': "limits",
    '{"limits": {"max_speed_mps": 1e9}}': "limits/max_speed_mps",
    '{"limits": {"limits": {}}}': "limits/limits", '{"__class__": 1}': "__class__",
}  # fmt: skip


@pytest.mark.parametrize("spec", BAD_SPECS, ids=[f"spec{n}" for n in range(len(BAD_SPECS))])
def test_an_impossible_parameter_is_named_by_its_path(api: TestClient, spec: str) -> None:
    answer = api.post("/api/v1/vehicles", content=f'{{"name": "v", "spec": {spec}}}', headers=JSON)
    assert refused(answer)["errors"][0]["pointer"] == f"/spec/{BAD_SPECS[spec]}"


def test_the_contract_declares_the_parameters_that_are_checked() -> None:
    declared = SPEC_SCHEMA["properties"]
    for name, schema in [*declared.items(), *declared["limits"]["properties"].items()]:
        if schema["type"] != "number":
            continue
        inner = name in declared["limits"]["properties"]
        for value in (schema["minimum"], schema["maximum"]):
            spec_of(VehicleClass.CAR, {"limits": {name: value}} if inner else {name: value})
        for value in (schema["minimum"] - 1e-6, schema["maximum"] * 1.001):
            with pytest.raises(InvalidInput):
                spec_of(VehicleClass.CAR, {"limits": {name: value}} if inner else {name: value})


def test_a_patch_changes_what_it_names_and_null_takes_out_of_the_fleet(api: TestClient) -> None:
    before = api.post("/api/v1/vehicles", json=WHOLE).json()
    path = "/api/v1/vehicles/veh_own-7_a"
    nulls = {name: None for name in WHOLE if name not in {"id", "fleet"}}
    assert api.patch(path, json={}).json() == before and api.patch(path, json=nulls).json() == before
    changes: dict[str, Any] = {
        "tags": [],
        "spec": {},
        "driver": "aggressive",
        "fleet": None,
        "energy_level": 1,
    }
    after = api.patch(path, json=changes).json()
    assert after | {"parameters": None} == before | changes | {"parameters": None, "energy_left": 1.0}
    assert after["parameters"]["mass_kg"] == spec_of(VehicleClass.VAN).mass_kg


def test_a_spec_is_not_changed_while_a_trip_is_planned_but_a_name_is(
    api: TestClient, vehicle: str, house: House
) -> None:
    api.post("/api/v1/trips", json=trip_body(vehicle))
    house.clock.pass_s(1)
    refused(api.patch(f"/api/v1/vehicles/{vehicle}", json={"spec": {"mass_kg": 3000}}), 409)
    answer = api.patch(f"/api/v1/vehicles/{vehicle}", json={"name": "new", "tags": ["t"], "fleet": "f"})
    assert answer.json()["name"] == "new" and answer.json()["current_trip_id"]


def test_a_trip_is_driven_by_the_vehicles_own_parameters_and_driver(api: TestClient, house: House) -> None:
    slow = {"name": "slow", "id": "veh_slow", "spec": {"limits": {"max_speed_mps": 5}}}
    api.post("/api/v1/vehicles/bulk", json={"vehicles": [slow, {"name": "usual", "id": "veh_usual"}]})
    trips = [api.post("/api/v1/trips", json=trip_body(v, seed=1)).json() for v in ("veh_slow", "veh_usual")]
    assert trips[0]["route"]["duration_s"] > 1112 / 5 > trips[1]["route"]["duration_s"]


def test_many_vehicles_of_a_scenario_are_made_by_what_its_run_posts(api: TestClient) -> None:
    vehicles = [v for fleet in fleets_of(open_scenario("deliveries").scaled(300)).values() for v in fleet]
    body = {"vehicles": [vehicle_json(v) for v in vehicles]}
    for known in (False, True):
        results = ResultsOut.model_validate(api.post("/api/v1/vehicles/bulk", json=body).json()).results
        assert [(r.id, r.known) for r in results if r.error is None] == [(v.id, known) for v in vehicles]


def test_a_bad_entry_of_many_is_told_where_it_stands_and_hinders_no_other(api: TestClient) -> None:
    entries: list[Any] = [
        {"name": "a", "id": "veh_a"}, 5, None, {"name": ""}, {"name": "b", "id": "veh_b", "spec": {"wheels": 1}},
        {"name": "c", "colour": "red"}, {"id": "\ud800"}, {"name": "z", "id": "veh_a"}, {"name": "d", "id": "veh_d"},
    ]  # fmt: skip
    answer = api.post("/api/v1/vehicles/bulk", content=json.dumps({"vehicles": entries}), headers=JSON)
    results = ResultsOut.model_validate(answer.json()).results
    pointers = [r.error and r.error.errors[0].pointer for r in results]
    assert pointers == [
        None, "/vehicles/1", "/vehicles/2", "/vehicles/3/name", "/vehicles/4/spec/wheels", "/vehicles/5/colour",
        "/vehicles/6/name", "/vehicles/7/id", None,
    ]  # fmt: skip
    assert [r.error and r.error.status for r in results] == [None, 422, 422, 422, 422, 422, 422, 409, None]
    assert [r.id for r in results] == ["veh_a", None, None, None, "veh_b", None, None, "veh_a", "veh_d"]
    assert all(r.error is None or (r.error.hint and r.error.title and r.error.detail) for r in results)
    assert [v["id"] for v in api.get("/api/v1/vehicles").json()["items"]] == ["veh_a", "veh_d"]


@pytest.mark.parametrize(
    "vehicles", [[], {}, None, "x", [{"name": "v"}] * 1_001], ids=["none", "object", "null", "text", "1001"]
)
def test_many_are_a_list_of_1_to_1000(api: TestClient, vehicles: Any) -> None:
    found = refused(api.post("/api/v1/vehicles/bulk", json={"vehicles": vehicles}))
    assert found["errors"][0]["pointer"] == "/vehicles" and len(found["errors"]) == 1
    assert api.get("/api/v1/vehicles").json()["items"] == []


def test_many_repeated_with_a_key_are_made_once(api: TestClient, house: House) -> None:
    body, key = {"vehicles": [{"name": "a"}, {"name": "b"}]}, {"idempotency-key": "k"}
    first = api.post("/api/v1/vehicles/bulk", json=body, headers=key)
    assert api.post("/api/v1/vehicles/bulk", json=body, headers=key).json() == first.json()
    with house.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM answers")  # as where the process died before it kept it
    again = api.post("/api/v1/vehicles/bulk", json=body, headers=key).json()["results"]
    assert [r["id"] for r in again] == [r["id"] for r in first.json()["results"]]
    assert all(r["known"] for r in again) and len(api.get("/api/v1/vehicles").json()["items"]) == 2


def test_lists_are_filtered_and_paged(api: TestClient) -> None:
    vehicles = [
        {"name": f"Ñu {n}", "fleet": "f" if n % 2 else None, "tags": ["t"] if n % 3 else []}
        for n in range(12)
    ]
    api.post("/api/v1/vehicles/bulk", json={"vehicles": vehicles})
    query = "fleet=f&tag=t&q=nu&vehicle_class=car"
    page = api.get(f"/api/v1/vehicles?limit=3&{query}").json()
    VehiclesOut.model_validate(page)
    rest = api.get(f"/api/v1/vehicles?limit=3&{query}&cursor={page['next_cursor']}").json()
    assert [v["name"] for v in page["items"] + rest["items"]] == ["Ñu 1", "Ñu 5", "Ñu 7", "Ñu 11"]
    assert rest["next_cursor"] is None
    fleets = FleetsOut.model_validate(api.get("/api/v1/fleets").json())
    assert [(f.name, f.vehicles, f.driving, f.tags) for f in fleets.items] == [("f", 6, 0, ["t"])]


@pytest.mark.parametrize(
    "query",
    ["vehicle_class=tank", "fleet=", "tag=", "q=", "q=" + "x" * 81, "tag=a%3Bb", "fleet=%00", "fleets=x"],
)
@pytest.mark.parametrize("path", ["vehicles", "vehicles/export.csv"])
def test_a_filter_that_cannot_be_meant_is_refused(api: TestClient, path: str, query: str) -> None:
    assert refused(api.get(f"/api/v1/{path}?{query}"))["errors"]


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "_", '"', "\\", "*", "[a]"])
def test_signs_that_databases_know_are_only_signs(api: TestClient, vehicle: str, text: str) -> None:
    api.post("/api/v1/vehicles", json={"name": text, "fleet": text, "tags": [text]})
    for name in ("fleet", "tag", "q"):
        found = api.get("/api/v1/vehicles", params={name: text}).json()["items"]
        assert [v["name"] for v in found if v["id"] != vehicle] == [text]
        assert name == "q" or len(found) == 1


def imported(api: TestClient, text: str | bytes, query: str = "", kind: str = "text/csv") -> Any:
    return api.post(f"/api/v1/vehicles/import{query}", content=text, headers={"content-type": kind})


def test_what_is_exported_is_known_when_it_is_imported_and_makes_the_same_elsewhere(
    api: TestClient, vehicle: str
) -> None:
    api.post("/api/v1/vehicles", json=WHOLE | {"name": '=cmd|"/c calc"!A1', "tags": ["-1", "+2, no"]})
    api.patch(f"/api/v1/vehicles/{vehicle}", json={"name": "a,b;c", "spec": {"mass_kg": 2000.5}})
    for separator in ("comma", "semicolon"):
        file = api.get(f"/api/v1/vehicles/export.csv?separator={separator}")
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        answer = ImportOut.model_validate(imported(api, file.content).json())
        assert (answer.rows, answer.created, answer.known) == (2, 0, 2)
    before = api.get("/api/v1/vehicles").json()["items"]
    moved = api.get("/api/v1/vehicles/export.csv").content.replace(b"veh_", b"veh_n")
    assert imported(api, moved).json() == {"rows": 2, "created": 2, "known": 0, "dry_run": False}
    after = api.get("/api/v1/vehicles").json()["items"][2:]
    assert [v | {"id": v["id"].replace("veh_n", "veh_", 1)} for v in after] == before


def test_a_dry_run_says_what_it_would_do_and_keeps_nothing(api: TestClient) -> None:
    answer = imported(api, "name\na\nb\n", "?dry_run=true")
    assert answer.json() == {"rows": 2, "created": 2, "known": 0, "dry_run": True}
    assert api.get("/api/v1/vehicles").json()["items"] == []


def test_every_bad_line_is_named_by_number_and_column_and_nothing_is_kept(api: TestClient) -> None:
    api.post("/api/v1/vehicles", json={"name": "taken", "id": "veh_taken"})
    file = (
        "name,vehicle_class,id,device_profile,mass_kg,energy_level,tags\r\n"
        "good,car,,,,,\r\n"
        ",car,,,,,\r\n"
        "\r\n"
        "v,tank,,,,2,\r\n"
        "v,,,mine,,,\r\n"
        "v,,,,heavy,,a;;b\r\n"
        "v,,veh_taken,,,,\r\n"
        "v,,,,,,,one more\r\n"
        '"two\r\nlines",,,,,,\r\n'
    )
    for query in ("", "?dry_run=true"):
        found = refused(imported(api, file, query))
        assert [error["pointer"] for error in found["errors"]] == [
            "/3/name", "/5/vehicle_class", "/5/energy_level", "/6/device_profile", "/7/mass_kg", "/8/id", "/9",
            "/10/name",
        ]  # fmt: skip
        assert "7 lines are wrong" in found["detail"] and "Line 3, name" in found["detail"]
        assert len(api.get("/api/v1/vehicles").json()["items"]) == 1


PLAIN = "name;vehicle_class;energy_level;mass_kg;tags\r\nCamión;truck;0,5;14000,5;norte;\r\n"
SPANISH = "sep=;\r\n" + PLAIN


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (SPANISH.replace("norte;", '"norte;sur"').encode("utf-8-sig"), "text/csv"),
        (PLAIN.replace("norte;", "norte;;;").encode("cp1252"), "text/csv; charset=windows-1252"),
        (PLAIN.replace(";", "\t").encode("utf-16"), "text/csv"),
        (PLAIN.replace("\r\n", "\r").encode(), "text/csv;charset=UTF-8"),
    ],
)  # fmt: skip
def test_what_a_spanish_spreadsheet_writes_is_read(api: TestClient, body: bytes, kind: str) -> None:
    assert imported(api, body, kind=kind).json()["created"] == 1
    (vehicle,) = api.get("/api/v1/vehicles").json()["items"]
    assert (vehicle["name"], vehicle["energy_level"], vehicle["spec"]) == (
        "Camión",
        0.5,
        {"mass_kg": 14000.5},
    )
    assert vehicle["tags"][0] == "norte"


NO_CSV: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "text/csv", "Line 1"),
    "blank lines": (b"\n\n , \n", "text/csv", "Line 1"),
    "no name": (b"id,fleet\nveh_a,b\n", "text/csv", "name"),
    "an unknown column": (b"name,colour\na,red\n", "text/csv", "colour"),
    "a column twice": (b"name,fleet,name\na,b,c\n", "text/csv", "name"),
    "an open quote": (b'name\n"a\n', "text/csv", "Line 2"),
    "a quote in the middle": (b'name\nx\n"a"b\n', "text/csv", "Line 3"),
    "another encoding": ("name\nNoë\n".encode("latin-1"), "text/csv", "Line 2"),
    "an unknown charset": (b"name\na\n", "text/csv; charset=rot13", "rot13"),
    "a huge cell": (b"name\n" + b"a" * 200_000, "text/csv", "Line 2"),
    "a name with a null byte": (b"name\na\0b\n", "text/csv", "Line 2, name"),
    "JSON": (b'{"name": "a"}', "application/json", "text/csv"),
    "no type": (b"name\na\n", "", "text/csv"),
}


@pytest.mark.parametrize("case", NO_CSV)
def test_a_file_that_cannot_be_read_says_where_and_why(api: TestClient, case: str) -> None:
    body, kind, said = NO_CSV[case]
    found = refused(imported(api, body, kind=kind))
    assert said in found["detail"] + found["hint"]
    assert api.get("/api/v1/vehicles").json()["items"] == []


def test_a_file_of_more_lines_than_are_taken_is_refused(api: TestClient) -> None:
    found = refused(imported(api, "name\n" + "v\n" * (MAX_ROWS + 1)), 413)
    assert f"{MAX_ROWS:,}" in found["detail"]
    bad = refused(imported(api, "name\n" + '""\n,\n\0\n' * 500))
    assert len(bad["errors"]) == 100 and "500 lines are wrong" in bad["detail"]


def test_a_file_with_only_a_header_makes_nothing(api: TestClient) -> None:
    assert imported(api, ",".join(COLUMNS)).json()["rows"] == 0


def test_an_import_without_ids_repeated_with_a_key_is_made_once(api: TestClient, house: House) -> None:
    headers = CSV | {"idempotency-key": "k"}
    for _ in range(2):
        api.post("/api/v1/vehicles/import", content="name\na\nb\n", headers=headers)
        with house.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM answers")
    assert len(api.get("/api/v1/vehicles").json()["items"]) == 2
