"""How long until everything is ready, and what it weighs at rest.

Ours: `rumbo up` on a folder that has been set up, until health answers 200. Theirs: the least that any
such stack needs, one after the other: a bare broker until it answers, and a bare Spark session until its first
job has run. A ratio over 1 means that the whole is ready sooner than its two heavy parts in a row.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.common import Result, bare_broker, running_stack
from rumbo.stack.checkout import cache_dir
from rumbo.stack.java import find_java

BOUND_S = 60.0
REST_S = 20.0
BARE_SPARK = (
    "from pyspark.sql import SparkSession as S; "
    "s = S.builder.master('local[2]').config('spark.ui.enabled', 'false').getOrCreate(); "
    "s.range(10).count(); s.stop()"
)


def main(runs: int, data_dir: Path | None, as_json: bool) -> None:
    measured = []
    memory: list[float] = []
    with tempfile.TemporaryDirectory(prefix="rumbo-startup-") as folder:
        data = data_dir or Path(folder)
        with running_stack(data=data):  # builds the region, formats the broker
            pass
        for run in range(runs):
            bare_s = _bare_broker_s() + _bare_spark_s()
            with running_stack(data=data) as stack:
                measured.append({"ours": stack.ready_s, "theirs": bare_s})
                if run == 0:
                    time.sleep(REST_S)
                    memory.append(stack.memory_bytes() / 2**30)
    details = {"memory_at_rest_gib": round(memory[0], 2), "ready_s_bound": BOUND_S, "memory_bound_gib": 3.0}
    Result("startup", "s", measured, bound=0.5, lower_is_better=True, details=details).show(as_json)


def _bare_broker_s() -> float:
    began = time.monotonic()
    with bare_broker():
        return time.monotonic() - began


def _bare_spark_s() -> float:
    env = find_java(cache_dir()).env(os.environ) | {"PYSPARK_PYTHON": sys.executable}
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", BARE_SPARK], env=env, check=True, capture_output=True)
    return time.monotonic() - began
