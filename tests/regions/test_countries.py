from __future__ import annotations

import pytest

from rumbo.errors import InvalidInput
from rumbo.regions.countries import check_country, default_speeds, drives_on_left


def test_a_country_is_two_letters_in_any_case() -> None:
    assert check_country(" es ") == "ES"
    assert check_country(None) is None
    for bad in ("ESP", "E1", "", "ñ2"):
        with pytest.raises(InvalidInput, match="not a country code"):
            check_country(bad)


def test_people_keep_left_in_britain_and_right_in_spain_and_where_nobody_knows() -> None:
    assert drives_on_left("GB")
    assert not drives_on_left("ES")
    assert not drives_on_left(None)


def test_speeds_without_a_posted_limit_stay_under_the_countrys_limits() -> None:
    neutral, spain = default_speeds("ES")
    assert "iso3166-1" not in neutral
    assert spain["iso3166-1"] == "ES"
    assert max(spain["urban"]["way"][1:]) <= 50
    assert max(spain["rural"]["way"][1:]) <= 90
    for area in ("rural", "suburban", "urban"):
        assert len(spain[area]["way"]) == len(spain[area]["roundabout"]) == 8
        assert len(spain[area]["link_exiting"]) == len(spain[area]["link_turning"]) == 5


def test_an_unlisted_country_gets_the_neutral_speeds() -> None:
    neutral, named = default_speeds("ZW")
    assert named == neutral | {"iso3166-1": "ZW"}
