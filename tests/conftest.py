"""What all tests share: fixtures of the real parts, and property tests that find the same each time."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ("fixtures_kafka", "fixtures_region", "fixtures_spark")

settings.register_profile("rumbo", derandomize=True, deadline=None, database=None)
settings.load_profile("rumbo")
