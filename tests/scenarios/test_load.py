from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from rumbo.errors import InvalidInput, NotFound, RumboError, TooLarge, UnreadableFile
from rumbo.scenarios.load import load, open_scenario, ready_made
from rumbo.scenarios.read import read_yaml
from support.scenes import DEMANDS, scenario

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "contracts/scenario.schema.json").read_text("utf-8")
)
GOOD = """\
version: 1
name: test
title: Test
fleets:
  - name: f
    count: 4
demand:
  - kind: loops
    fleet: f
"""


@pytest.mark.parametrize("name", sorted(ready_made()))
def test_a_ready_made_scenario_keeps_the_schema_and_speaks_both_languages(name: str) -> None:
    found = open_scenario(name)
    jsonschema.Draft202012Validator(SCHEMA).validate(read_yaml(ready_made()[name])[0])
    assert found.name == name
    assert found.title_es
    assert found.description
    assert found.description_es
    assert ready_made()[name].startswith("# yaml-language-server: $schema=")


LOOP, FLEET, TITLE = "kind: loops", "count: 4", "title: Test"
COMMUTERS = "kind: commuters\n    "
WRONG = {
    "a key that is not known": (FLEET, "coumt: 4", ["line 6, fleets/0/coumt", "no such key", "count: it is missing"]),
    "a text for a number": (FLEET, "count: many", ["line 6, fleets/0/count", "'many'"]),
    "too many vehicles": (FLEET, "count: 200000", ["line 6, fleets/0/count", "100000"]),
    "an unknown kind": (LOOP, "kind: dance", ["line 8, demand/0", "'commuters'"]),
    "a fleet that is not there": (
        "fleet: f", "fleet: g", ["line 9, demand/0/fleet", "use one of: f", "nothing under demand drives fleet 'f'"],
    ),
    "an unknown zone": (TITLE, f"{TITLE}\ntime_zone: Mars/Olympus", ["line 4, time_zone", "Europe/Madrid"]),
    "an unknown device": (
        FLEET, f"{FLEET}\n    device_profile: magic", ["line 7, fleets/0/device_profile", "standard"],
    ),
    "a parameter that vehicles lack": (FLEET, f"{FLEET}\n    spec: {{wings: 2}}", ["line 7, fleets/0/spec", "wings"]),
    "a rule that is none": (LOOP, f"{COMMUTERS}days: every day", ["line 9, demand/0/days", "FREQ="]),
    "a rule that never is": (LOOP, f"{COMMUTERS}days: FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", ["line 9", "no day"]),
    "a window that ends before it begins": (
        LOOP, f"{COMMUTERS}out: {{from: 09:00, until: 07:00}}", ["line 9, demand/0/out/until", "before"],
    ),
    "a time before the day starts": (
        LOOP, f"{COMMUTERS}out: {{from: 01:00, until: 07:00}}", ["demand/0/out/from", "25:00"],
    ),
    "a wrong length": (LOOP, f"{LOOP}\n    every: soon", ["line 9, demand/0/every", "'soon'"]),
    "a share beyond all": (
        TITLE,
        f"{TITLE}\nfaults: [{{share: 0.7, device_profile: chaos}}, {{share: 0.7, device_profile: flaky}}]",
        ["line 4, faults", "1.4"],
    ),
    "a device's wrong value": (
        TITLE,
        f"{TITLE}\ndevice_profiles:\n  bad: {{faults: {{late_share: 2}}}}",
        ["line 5, device_profiles/bad/faults", "late_share"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_its_line_and_what_to_do(case: str) -> None:
    old, new, said = WRONG[case]
    assert old in GOOD
    with pytest.raises(InvalidInput) as caught:
        load(GOOD.replace(old, new))
    assert all(part in str(caught.value) for part in said), str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = (
        GOOD.replace("count: 4", "count: -1")
        .replace("version: 1", "version: 7")
        .replace("kind: loops", "kind: x")
    )
    with pytest.raises(InvalidInput) as caught:
        load(text)
    assert all(part in str(caught.value) for part in ("version", "fleets/0/count", "demand/0"))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(ord(before) + 1)}: &{chr(ord(before) + 1)} [{', '.join([f'*{before}'] * 10)}]\n"
    for before in "abcdefgh"
)
HOSTILE = {
    "aliases that multiply": (BOMB, TooLarge),
    "an alias in itself": ("a: &a [*a]", TooLarge),
    "deep nesting": ("[" * 5_000, TooLarge),
    "a heap": ("# " + "x" * 300_000, TooLarge),
    "a tag that makes objects": ("a: !!python/object/apply:os.system ['true']", UnreadableFile),
    "a key twice": ("a: 1\na: 2", UnreadableFile),
    "a list for a key": ("? [1]\n: 2", UnreadableFile),
    "no mapping": ("- 1", UnreadableFile),
    "nothing": ("", UnreadableFile),
    "no YAML": ("a: [", UnreadableFile),
    "two documents": ("a: 1\n---\na: 2", UnreadableFile),
    "control characters": ("a: \x00", UnreadableFile),
    "an endless number": ("version: " + "9" * 30, RumboError),
    "not a number": ("version: .nan", RumboError),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused(case: str) -> None:
    text, error = HOSTILE[case]
    with pytest.raises(error):
        load(text)


def test_a_key_that_stands_twice_is_named_with_both_lines() -> None:
    with pytest.raises(UnreadableFile, match=r"Line 7: 'count' stands there twice, first on line 6"):
        load(GOOD.replace("count: 4", "count: 4\n    count: 5"))


def test_times_and_words_are_texts_as_yaml_1_2_has_it() -> None:
    assert read_yaml("a: 06:30\nb: 2026-03-02\nc: yes\nd: 1.5\ne: null\nf: '7'")[0] == {
        "a": "06:30", "b": "2026-03-02", "c": "yes", "d": 1.5, "e": None, "f": "7",
    }  # fmt: skip


def test_a_name_that_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="first-drive"):
        open_scenario("holidays")


def test_each_kind_of_demand_has_defaults_that_fit() -> None:
    for demand in DEMANDS.values():
        scenario(demand)
