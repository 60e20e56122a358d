"""The contracts derived from the field tables, as files' texts.

`tools/contracts.py` writes them to `contracts/` and `web/src/contracts/`; CI checks that they are fresh.
"""

from __future__ import annotations

import json
from typing import Any

from rumbo.events.examples import examples
from rumbo.events.fields import EVENT_TYPES, EventType, Field, FieldType
from rumbo.events.topics import TOPICS

TIME_PATTERN = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"
_SPARK = {
    FieldType.STRING: "string",
    FieldType.INTEGER: "long",
    FieldType.NUMBER: "double",
    FieldType.TIMESTAMP: "timestamp",
}
_TYPESCRIPT = {
    FieldType.STRING: "string",
    FieldType.INTEGER: "number",
    FieldType.NUMBER: "number",
    FieldType.TIMESTAMP: "string",
}


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def contract_files() -> dict[str, str]:
    """Path below the repository's root -> text, for everything that follows from the field tables."""
    files: dict[str, str] = {"contracts/asyncapi.json": _pretty(asyncapi())}
    for event in EVENT_TYPES:
        for version in event.versions:
            files[f"contracts/schemas/{_schema_file(event, version)}"] = _pretty(json_schema(event, version))
        files[f"contracts/spark/{event.name}.json"] = _pretty(spark_schema(event))
    for example in examples():
        verdict = "pass" if example.valid else "fail"
        path = f"contracts/examples/{example.event.name}/{verdict}/{example.name}.json"
        files[path] = _pretty(example.value)
    files["web/src/contracts/events.ts"] = typescript()
    return files


def _schema_file(event: EventType, version: int) -> str:
    return f"{event.name}.v{version}.schema.json"


def json_schema(event: EventType, version: int) -> dict[str, Any]:
    """JSON Schema 2020-12 of one version of an event type. Fields it does not know are allowed: readers ignore them."""
    fields = event.fields_of(version)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rumbo:schema:{event.name}:{version}",
        "title": event.name,
        "description": event.description,
        "type": "object",
        "required": [field.name for field in fields],
        "properties": {field.name: _property(field, version) for field in fields},
    }


def _property(field: Field, version: int) -> dict[str, Any]:
    kind = "string" if field.type is FieldType.TIMESTAMP else field.type.value
    rule: dict[str, Any] = {"type": [kind, "null"] if field.nullable else kind}
    rule["description"] = field.description + (f" Unit: {field.unit}." if field.unit else "")
    if field.type is FieldType.TIMESTAMP:
        rule |= {"format": "date-time", "pattern": TIME_PATTERN}
    if field.name == "schema_version":
        rule["const"] = version
    if field.minimum is not None:
        rule["minimum"] = field.minimum
    if field.maximum is not None:
        rule["maximum"] = field.maximum
    if field.values:
        rule["enum"] = [*field.values, None] if field.nullable else list(field.values)
    elif field.name.endswith("_id"):
        rule["minLength"] = 1
    if field.vss:
        rule["x-vss"] = field.vss
    return rule


def spark_schema(event: EventType) -> dict[str, Any]:
    """All versions of the event as one Spark StructType, in Spark's own JSON form (`StructType.fromJson`).

    Fields that some version lacks are nullable.
    """
    return {
        "type": "struct",
        "fields": [
            {
                "name": field.name,
                "type": _SPARK[field.type],
                "nullable": not event.always(field),
                "metadata": {"comment": field.description, "unit": field.unit}
                | ({"vss": field.vss} if field.vss else {}),
            }
            for field in event.fields
        ],
    }


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 of all topics; events' payloads refer to the JSON Schemas beside it."""
    payloads = {event.topic: _payload(event) for event in EVENT_TYPES}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for topic in TOPICS:
        name = topic.name.replace(".", "_").replace("-", "_")
        payload = payloads.get(topic.name, {"type": "object", "description": topic.description})
        channels[name] = {
            "address": topic.name,
            "description": topic.description,
            "messages": {
                "record": {
                    "contentType": "application/json",
                    "payload": payload,
                    "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}}},
                }
            },
            "bindings": {
                "kafka": {
                    "partitions": topic.partitions,
                    "topicConfiguration": dict(topic.config),
                }
            },
        }
        operations[f"send_{name}"] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rumbo's events",
            "version": str(max(version for event in EVENT_TYPES for version in event.versions)),
            "description": "What crosses Kafka between the app, the drive workers and the stream.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
    }


def _payload(event: EventType) -> dict[str, Any]:
    refs = [{"$ref": f"./schemas/{_schema_file(event, version)}"} for version in event.versions]
    return refs[0] if len(refs) == 1 else {"oneOf": refs}


def typescript() -> str:
    """The event types as TypeScript: an interface a version, and their union."""
    parts = ["// Generated from src/rumbo/events/fields.py by `make bless`. Do not edit.", ""]
    for event in EVENT_TYPES:
        title = "".join(word.capitalize() for word in event.name.split("_")) + "Event"
        names = [title if len(event.versions) == 1 else f"{title}V{version}" for version in event.versions]
        for version, name in zip(event.versions, names, strict=True):
            parts += [f"/** {event.description} */", f"export interface {name} {{"]
            for field in event.fields_of(version):
                parts += _member(field, version)
            parts += ["}", ""]
        if len(names) > 1:
            parts += [
                f"/** {event.description} Any version. */",
                f"export type {title} = {' | '.join(names)};",
                "",
            ]
    return "\n".join(parts)


def _member(field: Field, version: int) -> list[str]:
    kind = " | ".join(f'"{value}"' for value in field.values) or _TYPESCRIPT[field.type]
    if field.name == "schema_version":
        kind = str(version)
    unit = f" Unit: {field.unit}." if field.unit else ""
    return [
        f"  /** {field.description}{unit} */",
        f"  {field.name}: {kind}{' | null' if field.nullable else ''};",
    ]
