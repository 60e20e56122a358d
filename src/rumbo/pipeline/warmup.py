"""Lets the JVM compile the stream's code before the first real record comes.

The first batch of a fresh JVM costs 15 to 30 CPU seconds, most of it compilation. Landing the contract's own examples
in a throw-away lake while there is nothing else to do spends them early.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # the package ships no types
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import types as st

from rumbo.events.examples import examples
from rumbo.events.fields import EMITTED_TYPES
from rumbo.lake.places import Lake
from rumbo.lake.tables import LANDED_EVENTS
from rumbo.pipeline.landing import QUERY_ID, Landing, create_tables

log = logging.getLogger(__name__)

_KAFKA = st.StructType(
    [
        st.StructField("topic", st.StringType()),
        st.StructField("partition", st.IntegerType()),
        st.StructField("offset", st.LongType()),
        st.StructField("timestamp", st.TimestampType()),
        st.StructField("key", st.BinaryType()),
        st.StructField("value", st.BinaryType()),
    ]
)


def _compact(value: dict[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def warm_up(session: SparkSession, folder: Path) -> None:
    """Land the valid examples in `folder`, which is removed. Failures are told and change nothing."""
    began = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    lake = Lake(str(folder / "landing"), str(folder / "staging"), str(folder / "common"))
    now = datetime.now(UTC)
    # What the fleet emits: alerts take the same way, and another table would only delay the start.
    typical = [e for e in examples() if e.name == "typical" and e.event in EMITTED_TYPES]
    rows = [
        (e.event.topic, 0, number, now, e.value[e.event.key].encode(), _compact(e.value))
        for number, e in enumerate(typical)
    ]
    try:
        session.sparkContext.setLocalProperty(QUERY_ID, f"warm-up-{uuid.uuid4()}")
        create_tables(session, lake, [LANDED_EVENTS[event.topic] for event in EMITTED_TYPES])
        batch = session.createDataFrame(rows, _KAFKA)
        Landing(lake).land(batch, 0)
        log.info("Warmed up in %.1f s", time.monotonic() - began)
    except (PySparkException, Py4JError) as exc:
        log.warning("Warming up failed: %s", str(exc).splitlines()[0])
    finally:
        session.sparkContext.setLocalProperty(QUERY_ID, None)  # type: ignore[arg-type]  # None takes it away
        shutil.rmtree(folder, ignore_errors=True)
