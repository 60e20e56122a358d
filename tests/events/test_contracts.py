"""The contracts: examples, schemas and generated files agree."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from rumbo.events.examples import Example, examples
from rumbo.events.export import asyncapi, contract_files, json_schema
from rumbo.events.topics import TOPICS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e.event.name}-{e.name}")
def test_an_example_passes_or_fails_its_schema_as_it_says(example: Example) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(example.event, example.version))
    errors = list(validator.iter_errors(example.value))
    assert (not errors) == example.valid
    if not example.valid:
        places = {str(part) for error in errors for part in error.absolute_path}
        assert example.broken_field in places or any(
            example.broken_field in error.message for error in errors
        )


def test_the_committed_contracts_are_those_that_the_field_tables_give() -> None:
    stale = [path for path, text in contract_files().items() if (ROOT / path).read_text() != text]
    assert stale == []


def test_asyncapi_names_every_topic_with_its_settings() -> None:
    channels = asyncapi()["channels"].values()
    assert {c["address"] for c in channels} == {topic.name for topic in TOPICS}
    plans = next(c for c in channels if c["address"] == "rumbo.plans")
    assert plans["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == "compact"


def test_asyncapi_refers_to_schemas_that_exist() -> None:
    text = json.dumps(asyncapi())
    names = {part.split('"')[0] for part in text.split("./schemas/")[1:]}
    assert names and all((ROOT / "contracts" / "schemas" / name).exists() for name in names)
