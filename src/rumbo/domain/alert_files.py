"""Alert rules from a file's plain values, and the JSON Schema of such a file; both follow from the rules' fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

from rumbo.domain.alert_rules import DEFAULT_RULES, AlertRules, Geofence, LonLat, Severity
from rumbo.errors import InvalidInput

SCHEMA_ID = "urn:rumbo:alert-rules:1"
MOST_GEOFENCES = 1_000
MOST_CORNERS = 1_000


def rules_of(raw: Any) -> AlertRules:
    """The rules that a file's plain values describe; what it leaves out is as shipped.

    Raises InvalidInput for the first value that cannot be meant; its `field` is the path, `/overspeed/least_s`.
    """
    if raw is None:
        return DEFAULT_RULES
    given = dict(_mapping(raw, ""))
    if (version := given.pop("version", 1)) != 1:
        raise _refused("/version", f"there is no version {version!r} of these files", "Write `version: 1`.")
    fences = given.pop("geofences", [])
    rules: AlertRules = _changed(DEFAULT_RULES, given, "")
    return AlertRules(
        **{f.name: getattr(rules, f.name) for f in fields(rules)} | {"geofences": _fences(fences)}
    )


def _changed(default: Any, raw: Any, path: str) -> Any:
    """`default`, a dataclass, with the values that are given."""
    given = _mapping(raw, path)
    known = {f.name: f for f in fields(default)}
    values: dict[str, Any] = {name: getattr(default, name) for name in known}
    for key, value in given.items():
        if key not in known:
            raise _refused(f"{path}/{key}", "there is no such key", f"Use one of: {', '.join(known)}.")
        now = values[key]
        if is_dataclass(now):
            values[key] = _changed(now, value, f"{path}/{key}")
        else:
            values[key] = _checked(now, value, dict(known[key].metadata), f"{path}/{key}")
    return type(default)(**values)


def _checked(now: Any, value: Any, meta: dict[str, Any], path: str) -> Any:
    if isinstance(now, bool):
        if not isinstance(value, bool):
            raise _refused(path, f"{value!r} is neither true nor false", "Write true or false.")
        return value
    if isinstance(now, Severity):
        if value not in tuple(Severity):
            raise _refused(path, f"{value!r} is no severity", f"Use one of: {', '.join(Severity)}.")
        return Severity(value)
    sound = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if not sound or not meta["least"] <= value <= meta["most"]:
        hint = f"Use a number from {meta['least']:g} to {meta['most']:g} ({meta['unit']})."
        raise _refused(path, f"it cannot be {value!r}", hint)
    return float(value)


def _fences(raw: Any) -> tuple[Geofence, ...]:
    if not isinstance(raw, list) or len(raw) > MOST_GEOFENCES:
        raise _refused("/geofences", f"it is no list of at most {MOST_GEOFENCES:,}", "See docs/alerts.md.")
    found = tuple(_fence(item, f"/geofences/{at}") for at, item in enumerate(raw))
    names: set[str] = set()
    for at, fence in enumerate(found):
        if fence.name in names:
            raise _refused(f"/geofences/{at}/name", f"{fence.name!r} stands there twice", "Name each once.")
        names.add(fence.name)
    return found


def _fence(raw: Any, path: str) -> Geofence:
    given = dict(_mapping(raw, path))
    name, corners = given.pop("name", None), given.pop("polygon", None)
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise _refused(f"{path}/name", "it must be a text of 1 to 100 characters", "Add a name.")
    if not isinstance(corners, list) or not 3 <= len(corners) <= MOST_CORNERS:
        raise _refused(
            f"{path}/polygon", f"it must have 3 to {MOST_CORNERS:,} corners", "Give [lon, lat] pairs."
        )
    polygon = tuple(_corner(corner, f"{path}/polygon/{at}") for at, corner in enumerate(corners))
    fence: Geofence = _changed(Geofence(name, polygon), given, path)
    return fence


def _corner(raw: Any, path: str) -> LonLat:
    match raw:
        case [int() | float() as lon, int() | float() as lat] if abs(lon) <= 180 and abs(lat) <= 90:
            return float(lon), float(lat)
    raise _refused(path, f"{raw!r} is no corner", "Write [lon, lat] in degrees, longitude first.")


def _mapping(raw: Any, path: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _refused(path, "it must be a mapping of keys to values", "See docs/alerts.md.")
    return raw


def _refused(path: str, what: str, hint: str) -> InvalidInput:
    return InvalidInput(f"Alert rules, {path or 'the file'}: {what}.", hint=hint, field=path)


def schema() -> dict[str, Any]:
    """JSON Schema (Draft 2020-12) of a file of alert rules."""
    properties: dict[str, Any] = {"version": {"const": 1, "description": "Version of this kind of file."}}
    properties |= dict(_properties(DEFAULT_RULES))
    corner = {"type": "array", "prefixItems": [_degrees(180), _degrees(90)], "minItems": 2, "maxItems": 2}
    fence = {"name": {"type": "string", "minLength": 1, "maxLength": 100}} | {
        "polygon": {"type": "array", "items": corner, "minItems": 3, "maxItems": MOST_CORNERS}
    }
    fence |= dict(_properties(Geofence("", ())))
    properties["geofences"] = {
        "type": "array",
        "maxItems": MOST_GEOFENCES,
        "items": _object(fence, str(Geofence.__doc__)) | {"required": ["name", "polygon"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Rumbo's alert rules",
    } | _object(properties, "What it leaves out is as shipped.")


def _properties(default: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in fields(default):
        now, meta = getattr(default, entry.name), entry.metadata
        if is_dataclass(now):
            yield entry.name, _object(dict(_properties(now)), str(now.__doc__))
        elif isinstance(now, bool):
            yield entry.name, {"type": "boolean", "default": now, "description": meta["help"]}
        elif isinstance(now, Severity):
            kinds = [str(kind) for kind in Severity]
            yield entry.name, {"enum": kinds, "default": str(now), "description": meta["help"]}
        elif isinstance(now, float):
            yield (
                entry.name,
                {
                    "type": "number",
                    "minimum": meta["least"],
                    "maximum": meta["most"],
                    "default": now,
                    "description": f"{meta['help']} Unit: {meta['unit']}.",
                },
            )


def _object(properties: dict[str, Any], description: str) -> dict[str, Any]:
    text = " ".join(description.split())
    return {"type": "object", "description": text, "additionalProperties": False, "properties": properties}


def _degrees(most: int) -> dict[str, Any]:
    return {"type": "number", "minimum": -most, "maximum": most}
