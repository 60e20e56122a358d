"""`rumbo bench`: figures as ratios, both sides measured in one run on this machine."""

from __future__ import annotations

import inspect
import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from rumbo.cli.options import AsJson, DataDir
from rumbo.errors import InvalidInput, NotFound

FOLDER = Path(__file__).resolve().parents[3] / "bench"
"""Benchmarks live beside the source in a checkout; an installed package has none."""


def bench(
    case: Annotated[str, typer.Argument(help="Which one; `list` names them.")],
    runs: Annotated[int, typer.Option(help="How often each side is measured.", min=1)] = 5,
    quick: Annotated[
        bool, typer.Option("--quick", help="A small size, to see that it works; for cases that have one.")
    ] = False,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Run a benchmark and print its ratio."""
    names = sorted(p.stem.removeprefix("case_") for p in FOLDER.glob("case_*.py"))
    if case == "list":
        typer.echo("\n".join(names))
        return
    if case not in names:
        raise NotFound(
            f"There is no benchmark {case!r}.", hint=f"There are: {', '.join(names) or 'none here'}."
        )
    sys.path.insert(0, str(FOLDER.parent))
    module = runpy.run_path(str(FOLDER / f"case_{case}.py"))
    more = {}
    if quick:
        if "quick" not in inspect.signature(module["main"]).parameters:
            raise InvalidInput(f"The benchmark {case} has no small size.", hint="Run it without --quick.")
        more = {"quick": True}
    module["main"](runs=runs, data_dir=data, as_json=as_json, **more)
