"""Every operation, with what fits the contract and with what does not: the answer is always a documented one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rumbo.api.app import openapi_document
from rumbo.api.routers.examples import LINE
from support.client import TestClient
from support.serving import A, B, House

DOCUMENT = openapi_document()
OPERATIONS = [
    (method, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
NUMBERS = st.sampled_from(
    [0, -1, 1.5, 45.01, -5.0, 2**53, -(2**63), 10**30, 1e308, float("nan"), float("inf")]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["\0", "../..", "%2f", "é"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911 - one a kind of schema
    """What a schema of the document allows."""
    if "$ref" in schema:
        return st.deferred(
            lambda: fitting(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        )
    if "anyOf" in schema:
        return st.one_of([fitting(one) for one in schema["anyOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    match schema.get("type"):
        case "object":
            parts = {
                name: fitting(part) | JUNK_SOMETIMES for name, part in schema.get("properties", {}).items()
            }
            need = {name: parts.pop(name) for name in schema.get("required", [])}
            return st.fixed_dictionaries(need, optional=parts)
        case "array" if "prefixItems" in schema:
            return st.tuples(*map(fitting, schema["prefixItems"])).map(list)
        case "array":
            least = schema.get("minItems", 0)
            return st.lists(fitting(schema["items"]), min_size=least, max_size=least + 2)
        case "number" | "integer":
            low, high = schema.get("minimum", -(10**6)), schema.get("maximum", 10**6)
            whole = st.integers(int(low), int(high))
            return (
                whole if schema["type"] == "integer" else st.floats(low, high) | st.sampled_from([45.0, -5.0])
            )
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True)
        case "string":
            return TEXTS | st.sampled_from(["2026-03-05T13:00:00Z", "straight"])
        case "boolean":
            return st.booleans()
        case _:
            return st.none()


JUNK_SOMETIMES = st.integers(0, 9).flatmap(lambda n: JUNK if n == 0 else st.nothing())


GOOD: dict[str, dict[str, Any]] = {
    "/api/v1/trips": {"vehicle_id": "VEHICLE", "waypoints": [A, B]},
    "/api/v1/trips/bulk": {
        "trips": [{"vehicle_id": "VEHICLE", "waypoints": [A, B], "device": {"reporting": {}}}, 7]
    },
    "/api/v1/device-profiles/{name}": {"reporting": {"interval_ms": 5_000}, "faults": {"late_share": 0.1}},
    "/api/v1/device-profiles/preview": {"name": "chaos", "seed": 4},
    "/api/v1/routes": {"geometry": LINE},
    "/api/v1/geometries": LINE,
}


def body_of(path: str, operation: dict[str, Any]) -> st.SearchStrategy[tuple[bytes, str] | None]:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return st.none()
    kind, declared = next(reversed(content.items()))
    values: st.SearchStrategy[Any] = st.just(GOOD[path]) if path in GOOD else st.nothing()
    values |= fitting(declared["schema"]) | fitting(declared["schema"]) | JUNK
    bodies = values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40)
    kinds = st.sampled_from([kind, kind, kind, *content, "text/plain", "application/json; charset=utf-16"])
    return st.tuples(bodies, kinds)


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{method} {path}" for method, path, _ in OPERATIONS]
)
def test_no_request_gets_an_answer_that_the_contract_does_not_have(
    api: TestClient, house: House, vehicle: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    other = api.post("/api/v1/vehicles", json={"name": "busy"}).json()["id"]
    trip = api.post("/api/v1/trips", json={"vehicle_id": other, "waypoints": [A, B]}).json()["id"]
    house.clock.pass_s(5)
    parameters = operation.get("parameters", [])

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def sweep(data: st.DataObject) -> None:
        url, query, headers = path, [], {}
        for parameter in parameters:
            text = st.sampled_from([other, trip]) | TEXTS | fitting(parameter["schema"])
            value = str(data.draw(text.filter(bool), parameter["name"]))
            match parameter["in"]:
                case "path":
                    value = value.replace("/", "") or "x"
                    url = url.replace(f"{{{parameter['name']}}}", quote(value, safe="").replace(".", "%2E"))
                case "query" if parameter.get("required") or data.draw(st.booleans()):
                    query.append(f"{parameter['name']}={quote(value)}")
                case "header" if data.draw(st.booleans()):
                    headers[parameter["name"].lower().encode()] = value.encode()
                case _:
                    pass
        drawn = data.draw(body_of(path, operation))
        content = None
        if drawn is not None:
            content, kind = drawn[0].replace(b"VEHICLE", vehicle.encode()), drawn[1]
            headers[b"content-type"] = kind.encode()
        answer = api.request(method, f"{url}?{'&'.join(query)}", content=content, headers=headers)
        _is_documented(answer, operation)

    sweep()


def _is_documented(answer: Any, operation: dict[str, Any]) -> None:
    status = str(answer.status_code)
    assert status in operation["responses"], answer.text[:300]
    declared = operation["responses"][status].get("content", {}).get("application/json", {}).get("schema")
    if declared:
        validator = Draft202012Validator(declared | {"components": DOCUMENT["components"]})
        assert not list(validator.iter_errors(answer.json()))
    if answer.status_code >= 400 and "/health" not in str(answer.url):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["hint"]
