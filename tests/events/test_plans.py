"""Plans as they stood on Kafka before: what they meant then, they mean now."""

from __future__ import annotations

import json
from dataclasses import replace

from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.events.plans import plan_from_json, plan_to_json
from rumbo.motion import Fleet
from rumbo.motion.wire import position_payloads
from support.trips import plan_of, straight_route


def test_a_plan_of_the_first_format_sends_what_it_sent_then() -> None:
    plan = plan_of(straight_route(500), device="phone")
    raw = json.loads(plan_to_json(plan))
    del raw["device"]
    old = plan_from_json(json.dumps(raw | {"plan_version": 1, "device_profile": "phone"}).encode())
    assert old.device == replace(DEVICE_PROFILES["phone"], schema_version=1)
    assert plan_from_json(plan_to_json(old)) == old, "and so it does once it is written in the newest format"
    payloads = [json.loads(value) for value in position_payloads(Fleet.of([old]).emit(-1, 1 << 50).positions)]
    assert payloads and all(p["schema_version"] == 1 and "trigger" not in p for p in payloads)
