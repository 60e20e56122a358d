"""One Spark session, and one broker beside it, for all tests that need them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures_kafka import CACHE, RunningBroker, broker_spec
from rumbo.stack.java import find_java
from rumbo.transport.admin import apply_topics
from support.stream import Log

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def jars() -> Path:
    found: Path = CACHE / "jars" / "spark"
    if not any(found.glob("delta-spark*.jar")):
        pytest.skip("Spark's jars are not there: make setup")
    return found


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """A broker of the stream's own: it reads whole topics, so nobody else may write to them."""
    running = RunningBroker(broker_spec(tmp_path_factory.mktemp("events")))
    running.start()
    apply_topics(running.spec.bootstrap)
    yield Log(running.spec.bootstrap)
    running.stop()


@pytest.fixture(scope="session")
def java_home() -> str:
    return str(find_java(CACHE).path)


@pytest.fixture(scope="session")
def spark(java_home: str, jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    from rumbo.pipeline.session import build_session

    before = os.environ.get("JAVA_HOME")
    os.environ["JAVA_HOME"] = java_home
    session = build_session("tests", jars, tmp_path_factory.mktemp("año nuevo"), brief=True)
    yield session
    session.stop()
    if before is None:
        del os.environ["JAVA_HOME"]
    else:
        os.environ["JAVA_HOME"] = before
