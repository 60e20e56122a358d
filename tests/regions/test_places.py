from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rumbo.regions import Region, search_places


def names(region: Region, text: str, limit: int = 5, near: tuple[float, float] | None = None) -> list[str]:
    return [place.name for place in search_places(region, text, limit, near)]


@pytest.mark.parametrize("text", ["penalba", "PEÑALBA", "peñ", "  Peñalba!  "])
def test_accents_case_and_punctuation_do_not_matter(town: Region, text: str) -> None:
    assert names(town, text)[0] == "Peñalba"


def test_words_are_found_by_their_beginnings_in_any_order(town: Region) -> None:
    assert names(town, "mart jos") == ["Avenida José Martí"]
    assert names(town, "chitepo") == ["Herbert Chitepo Street"]
    assert names(town, "мира") == ["Улица Мира"]


def test_a_translated_name_finds_the_place_under_its_own(town: Region) -> None:
    assert names(town, "lago eñe") == ["Lago Ñ"]


def test_a_street_is_one_place_of_kind_street(town: Region) -> None:
    (street,) = search_places(town, "calle ñandu", limit=5)[:1]
    assert (street.name, street.kind) == ("Calle Ñandú", "street")
    assert town.contains(street.lat, street.lon)


def test_an_address_is_found_by_street_and_number(town: Region) -> None:
    assert [place.kind for place in search_places(town, "ñandu 7", limit=5)] == ["address"]


def test_a_settlement_comes_before_a_namesake_of_less_weight(town: Region) -> None:
    found = search_places(town, "pe", limit=5)
    assert [(place.name, place.kind) for place in found] == [("Peñalba", "town"), ("Colegio Peñón", "school")]


def test_among_equals_the_nearest_comes_first(town: Region) -> None:
    west, east = (-18.96, 32.6505), (-18.96, 32.6655)
    assert names(town, "cross", near=west, limit=1) == ["Cross 0 Road"]
    assert names(town, "cross", near=east, limit=1) == ["Cross 8 Road"]


def test_the_limit_holds_and_is_itself_limited(town: Region) -> None:
    assert len(names(town, "road", limit=2)) == 2
    assert len(names(town, "road", limit=-1)) == 1
    assert len(names(town, "r", limit=10**9)) <= 100


@pytest.mark.parametrize("text", ["", "   ", '"', "*", "-", "()", "\x00", "😀"])
def test_text_without_a_word_finds_nothing(town: Region, text: str) -> None:
    assert names(town, text) == []


@pytest.mark.parametrize(
    "text", ['"or" near', "name:cafe", "cafe OR penalba", "NEAR(cafe)", "cafe*", "^cafe"]
)
def test_text_is_never_search_syntax(town: Region, text: str) -> None:
    assert set(names(town, text)) <= {'Café "OR" NEAR(* AND'}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_text_breaks_the_search(town: Region, text: str) -> None:
    search_places(town, text, limit=3)


def test_many_threads_may_search_at_once(town: Region) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: names(town, "penalba"), range(80)))
    assert found == [found[0]] * 80
