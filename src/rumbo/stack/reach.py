"""Reaching the broker of a data folder, whether a stack runs on it or not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rumbo.errors import NotFound
from rumbo.settings import Settings
from rumbo.stack import rundir
from rumbo.stack.checkout import cache_dir, require_jars
from rumbo.stack.embedded import read_bootstrap, start_broker
from rumbo.stack.java import find_java
from rumbo.stack.supervisor import Supervisor

Say = Callable[[str], None]


@contextmanager
def broker_of(settings: Settings, say: Say) -> Iterator[str]:
    """Address of a broker that answers: the one named, the running stack's, or one started for now.

    Raises NotFound where no stack has ever run on the data folder.
    """
    data_dir = settings.data_dir.absolute()
    info = rundir.read_info(data_dir)
    if settings.bootstrap_servers or info is not None:
        yield settings.bootstrap_servers or (info.bootstrap_servers if info else "")
        return
    if not (data_dir / "kafka").is_dir():
        raise NotFound(
            f"Nothing has been driven in {data_dir} yet.",
            hint="Name another folder with --data, or `rumbo up`.",
        )
    say("No stack is running here; starting its broker for as long as this takes")
    supervisor = Supervisor()
    with rundir.locked(data_dir):
        try:
            start_broker(supervisor, data_dir, find_java(cache_dir()), require_jars(), threading.Event())
            yield read_bootstrap(data_dir)
        finally:
            supervisor.stop_all()
