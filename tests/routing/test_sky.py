"""Where a route's spans are cut because the sky over them changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from rumbo.domain.route import Polyline, Span
from rumbo.routing.port import OpenSky
from rumbo.routing.sky import with_sky
from support.work import in_a_moment


class Sky:
    """The sky by way and by longitude in microdegrees; keeps what it was asked."""

    def __init__(self, seen: Callable[[int, int], float]) -> None:
        self._seen = seen
        self.asked: list[int] = []

    def sky_views(self, way_ids: Sequence[int], lat6: Sequence[int], lon6: Sequence[int]) -> Sequence[float]:
        self.asked += way_ids
        return [self._seen(way, lon) for way, lon in zip(way_ids, lon6, strict=True)]


def line(metres: int = 1000) -> Polyline:
    """Along the equator, a vertex at both ends only."""
    out = Polyline()
    out.add(0.0, 0.0)
    out.add(0.0, metres / 111_195)
    return out


ROAD = Span(0.0, 10.0, way_id=7)


def test_one_street_is_cut_where_houses_begin_even_between_vertices() -> None:
    sky = Sky(lambda _, lon6: 1.0 if lon6 < 4_500 else 0.4)
    spans = with_sky([ROAD], line(), sky)
    assert [(round(span.start_m, -1), span.sky_view) for span in spans] == [(0, 1.0), (500, 0.4)]
    assert {span.way_id for span in spans} == {7}


def test_small_differences_make_no_span() -> None:
    sky = Sky(lambda _, lon6: 0.5 + 0.1 * (lon6 // 450 % 2))
    (span,) = with_sky([ROAD], line(), sky)
    assert span.sky_view == 0.55


def test_a_slow_change_is_cut_once_it_has_become_notable() -> None:
    sky = Sky(lambda _, lon6: 1.0 - lon6 / 9_000)
    views = [span.sky_view for span in with_sky([ROAD], line(), sky)]
    assert len(views) == 4
    assert all(0.15 <= a - b < 0.31 for a, b in pairwise(views))


def test_a_tunnel_sees_nothing_and_a_line_without_a_way_everything() -> None:
    sky = Sky(lambda way, _: 0.3 if way == 7 else 0.9)
    spans = [ROAD, Span(200.0, 10.0, way_id=8, tunnel=True), Span(400.0, 10.0), Span(600.0, 10.0, way_id=9)]
    assert [span.sky_view for span in with_sky(spans, line(), sky)] == [0.3, 0.0, 1.0, 0.9]
    assert set(sky.asked) == {7, 9}


def test_spans_still_start_where_they_did() -> None:
    spans = [ROAD, Span(12.5, 10.0, way_id=8), Span(977.125, 5.0, way_id=9)]
    assert with_sky(spans, line(), OpenSky()) == spans


def test_a_road_across_a_continent_is_cut_in_a_moment() -> None:
    spans = [replace(ROAD, start_m=float(at)) for at in range(0, 5_000_000, 1_000)]
    with in_a_moment("each section looks at all before it"):
        for some in (spans, [ROAD]):
            assert len(with_sky(some, line(5_000_000), Sky(lambda *_: 0.5))) == len(some)
