"""Alert rules are data: a file names what differs, and a wrong one says where and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rumbo.domain.alert_files import rules_of, schema
from rumbo.domain.alert_rules import DEFAULT_RULES, Geofence, Severity
from rumbo.errors import InvalidInput, UnreadableFile
from rumbo.scenarios.alert_file import load_rules

SQUARE = [[7.40, 43.72], [7.42, 43.72], [7.42, 43.74], [7.40, 43.74]]


def test_what_a_file_leaves_out_is_as_shipped() -> None:
    assert rules_of({}) == rules_of(None) == DEFAULT_RULES
    rules = rules_of({"version": 1, "overspeed": {"tolerance_mps": 3, "severity": "critical"}})
    assert rules.overspeed.tolerance_mps == 3.0
    assert rules.overspeed.severity is Severity.CRITICAL
    assert rules.overspeed.least_s == DEFAULT_RULES.overspeed.least_s
    assert rules.idling == DEFAULT_RULES.idling


def test_equal_rules_have_equal_versions_and_others_have_others() -> None:
    assert rules_of({"idling": {"least_s": 300}}).version == DEFAULT_RULES.version
    assert rules_of({"idling": {"least_s": 301}}).version != DEFAULT_RULES.version


def test_a_point_is_in_a_polygon_or_not() -> None:
    fence = Geofence("old port", tuple((lon, lat) for lon, lat in SQUARE))
    assert fence.holds(7.41, 43.73)
    assert not fence.holds(7.43, 43.73)
    assert not fence.holds(7.41, 43.75)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"overspeeding": {}}, "/overspeeding"),
    ({"overspeed": {"least_s": "five"}}, "/overspeed/least_s"),
    ({"overspeed": {"least_s": -1}}, "/overspeed/least_s"),
    ({"overspeed": {"enabled": "yes"}}, "/overspeed/enabled"),
    ({"overspeed": 3}, "/overspeed"),
    ({"silent": {"severity": "grave"}}, "/silent/severity"),
    ({"version": 2}, "/version"),
    ({"geofences": [{"name": "a", "polygon": SQUARE[:2]}]}, "/geofences/0/polygon"),
    ({"geofences": [{"polygon": SQUARE}]}, "/geofences/0/name"),
    ({"geofences": [{"name": "a", "polygon": [*SQUARE[:3], [43.7, 740]]}]}, "/geofences/0/polygon/3"),
    ({"geofences": [{"name": "a", "polygon": SQUARE}] * 2}, "/geofences/1/name"),
]


@pytest.mark.parametrize(("raw", "path"), WRONG, ids=[path for _, path in WRONG])
def test_a_wrong_value_is_named_with_its_path(raw: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules_of(raw)
    assert refused.value.field == path
    assert refused.value.hint


def test_the_schema_takes_and_refuses_what_the_reader_does() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    assert validator.is_valid({"version": 1, "geofences": [{"name": "a", "polygon": SQUARE, "exit": False}]})
    twice = WRONG[-1]
    assert [raw for raw, _ in WRONG if validator.is_valid(raw)] == [twice[0]]  # beyond what a schema can say


def test_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("version: 1\noverspeed:\n  tolerance_mps: 2\n  least_s: long\n", "utf-8")
    with pytest.raises(InvalidInput, match=r"line 4: .*/overspeed/least_s"):
        load_rules(str(file))
    with pytest.raises(UnreadableFile, match="No such file"):
        load_rules(str(tmp_path / "missing.yaml"))
    file.write_text('{"arrival": {"enabled": false}}', "utf-8")
    assert not load_rules(str(file)).arrival.enabled
    assert load_rules("") == DEFAULT_RULES
