"""`rumbo airflow`: the daily refinement under Airflow."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Annotated

import typer

from rumbo.cli.options import DataDir
from rumbo.settings import read_settings

PORT = 8090


def airflow(
    data: DataDir = None,
    port: Annotated[int, typer.Option(help="Port of Airflow's page, on this machine only.")] = PORT,
) -> None:
    """Run Airflow with the daily refinement of the lake, beside the stack or without it. Ctrl-C stops it."""
    from rumbo.stack.airflow import AirflowStack

    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s %(message)s")
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)
    AirflowStack(read_settings(data_dir=data), port, typer.echo).run(stop)
