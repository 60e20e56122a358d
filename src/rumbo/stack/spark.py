"""A Spark session for one job of a command: a backfill, a refinement."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rumbo.errors import RumboError
from rumbo.lake.places import Lake
from rumbo.lake.refusals import explain
from rumbo.pipeline.session import build_session, cluster_of
from rumbo.settings import Settings
from rumbo.stack.checkout import cache_dir, require_jars
from rumbo.stack.java import find_java


@contextmanager
def spark_session(
    settings: Settings, app: str, lake: Lake, memory_mb: int = 1024, *, brief: bool = False
) -> Iterator[Any]:
    """A Spark session that reaches a lake, with its scratch files under the data folder.

    Raises CannotStart without Spark, and what an account refused as an error that says what to do.
    """
    scratch = settings.data_dir.absolute() / "run"  # not the system's: its temporary files may be in memory
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{app}-", dir=scratch) as work:
        os.environ.update(find_java(cache_dir()).env(os.environ))
        jars = require_jars("spark") / "spark"
        cluster = cluster_of(settings.spark_master, settings.spark_executor_memory)
        session = build_session(
            app, jars, Path(work), memory_mb=memory_mb, lake=lake, brief=brief, cluster=cluster
        )
        try:
            yield session
        except RumboError:
            raise
        except Exception as exc:  # Spark raises several kinds, by where the driver of the account was called
            told = explain(exc, lake)
            if told is None:
                raise
            raise told from exc
        finally:
            session.stop()
