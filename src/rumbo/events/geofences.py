"""Drawn geofences as records of their topic: the key is the area's id, the value all its versions."""

from __future__ import annotations

from typing import Any

import orjson

from rumbo.domain.alert_rules import Geofence, Severity
from rumbo.domain.geofence import DrawnGeofence, FenceVersion
from rumbo.errors import ContractBroken


def geofence_to_json(drawn: DrawnGeofence) -> bytes:
    return orjson.dumps({"versions": [_plain(one) for one in drawn.versions]})


def geofence_from_json(geofence_id: str, payload: bytes) -> DrawnGeofence:
    """Raises ContractBroken where the record holds no geofence."""
    try:
        versions = tuple(_version(raw) for raw in orjson.loads(payload)["versions"])
    except (ValueError, KeyError, TypeError) as exc:
        raise ContractBroken(f"The record of {geofence_id} is no geofence: {exc}") from exc
    if not versions:
        raise ContractBroken(f"The record of {geofence_id} has no version.")
    return DrawnGeofence(geofence_id, versions)


def _plain(one: FenceVersion) -> dict[str, Any]:
    fence = one.fence
    return {
        "from_ms": one.from_ms,
        "until_ms": one.until_ms,
        "name": fence.name,
        "polygon": fence.polygon,
        "entry": fence.entry,
        "exit": fence.exit,
        "severity": fence.severity.value,
    }


def _version(raw: dict[str, Any]) -> FenceVersion:
    polygon = tuple((float(lon), float(lat)) for lon, lat in raw["polygon"])
    fence = Geofence(
        str(raw["name"]), polygon, bool(raw["entry"]), bool(raw["exit"]), Severity(raw["severity"])
    )
    until_ms = raw["until_ms"]
    return FenceVersion(int(raw["from_ms"]), None if until_ms is None else int(until_ms), fence)
