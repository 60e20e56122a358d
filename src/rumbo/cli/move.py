"""`rumbo move`: from a laptop to services."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rumbo.cli.options import DataDir


def move(
    target: Annotated[Path, typer.Argument(help="New folder for the archives.")],
    data: DataDir = None,
) -> None:
    """Pack a data folder for the services of deploy/compose.yaml: `deploy/backup.sh restore TARGET` unpacks it."""
    from rumbo.settings import read_settings
    from rumbo.stack.move import move as pack

    pack(read_settings(data_dir=data), target, typer.echo)
    typer.echo(f"Next, with new volumes: deploy/backup.sh restore {target}")
