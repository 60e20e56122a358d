"""`rumbo audit`: the proof that nothing was lost or doubled."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from rumbo.cli.options import AsJson, DataDir


def audit(
    trip: Annotated[str | None, typer.Option(help="Judge one trip only.")] = None,
    date: Annotated[str | None, typer.Option(help="Judge one day only, YYYY-MM-DD (UTC).")] = None,
    wait: Annotated[
        float, typer.Option(help="Seconds to wait for the lake to take what is on the way.")
    ] = 60.0,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Recompute every event that must exist and compare it with the lake, row for row.

    Exit code 0 only where the ledger balances. Without a running stack its broker is started for
    as long as the audit takes.
    """
    from rumbo.settings import read_settings
    from rumbo.stack.audit import run_audit

    report = run_audit(
        read_settings(data_dir=data), trip, date, wait, say=lambda text: typer.echo(text, err=True)
    )
    typer.echo(json.dumps(report.as_dict()) if as_json else report.as_text())
    raise typer.Exit(0 if report.balanced else 1)
