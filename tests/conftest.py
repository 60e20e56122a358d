"""What all tests share: fixtures of the real parts, and property tests that find the same each time."""

from __future__ import annotations

import pytest
from hypothesis import settings

pytest_plugins = ("fixtures_kafka", "fixtures_region", "fixtures_spark")

settings.register_profile("rumbo", derandomize=True, deadline=None, database=None)
settings.load_profile("rumbo")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first, so that two workers end at about the same time."""
    items.sort(key=_weight, reverse=True)


def _weight(item: pytest.Item) -> int:
    if item.path.name.startswith("test_page_"):  # in a row: they share a stack
        return 10_000
    limit = item.get_closest_marker("timeout")
    longest = limit.args[0] if limit and limit.args else 0
    return int(longest) if item.get_closest_marker("jvm") or item.get_closest_marker("journey") else 0
