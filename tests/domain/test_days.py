"""A day has one spelling."""

from __future__ import annotations

from datetime import date

import pytest

from rumbo.domain.days import day_of
from rumbo.errors import InvalidInput


def test_a_day_is_read() -> None:
    assert day_of("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    ["", "2026-3-5", "20260305", "2026-W10-4", "2026-02-30", "0000-01-01", "2026-03-05\n", "\uff12026-03-05"],
)
def test_what_is_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="Write it as 2026-03-05"):
        day_of(text)
