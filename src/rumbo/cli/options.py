"""Options that several commands share, and finding the stack that they speak to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rumbo.errors import RumboError, Unavailable, of_problem

DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="Folder that holds all state (default: .rumbo).", show_default=False),
]
Url = Annotated[
    str,
    typer.Option(
        "--url", help="Address of the app; default: the stack that runs on --data.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Api:
    """The app's REST interface; its problems come out as our errors."""

    def __init__(self, data_dir: Path | None, url: str) -> None:
        import httpx

        self._failure = httpx.HTTPError
        self._client = httpx.Client(
            base_url=f"{running_url(data_dir, url)}/api/v1",
            timeout=30,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),  # a command asks once
        )

    def call(self, method: str, path: str, body: Any = None, params: dict[str, Any] | None = None) -> Any:
        """The answer's JSON, None for an empty one. Raises one of our errors for a problem."""
        answer = self._answer(method, path, json=body, params=_given(params))
        return answer.json() if answer.content else None

    def upload(self, path: str, body: bytes, kind: str, params: dict[str, Any]) -> Any:
        """POST a file of a media type; the answer's JSON. Says all that is wrong with it before raising."""
        headers = {"Content-Type": kind}
        return self._answer(
            "POST", path, content=body, headers=headers, params=_given(params), tell=True
        ).json()

    def download(self, path: str, params: dict[str, Any]) -> bytes:
        """What is at a path, as it is."""
        body: bytes = self._answer("GET", path, params=_given(params)).content
        return body

    def _answer(self, method: str, path: str, *, tell: bool = False, **sent: Any) -> Any:
        try:
            answer = self._client.request(method, path, **sent)
        except self._failure as exc:
            raise Unavailable(f"The app at {self._client.base_url} does not answer.") from exc
        if answer.is_success:
            return answer
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        for error in problem.get("errors", ()) if tell else ():
            typer.echo(error["detail"], err=True)
        raise of_problem(answer.status_code, problem)


def _given(params: dict[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (params or {}).items() if value is not None}


def running_url(data_dir: Path | None, url: str = "") -> str:
    """The address given, or that of the stack that runs on a data folder. Raises Unavailable where none does."""
    if url:
        return url
    from rumbo.settings import read_settings
    from rumbo.stack import rundir

    folder = read_settings(data_dir=data_dir).data_dir
    info = rundir.read_info(folder)
    if info is None:
        raise Unavailable(
            f"No stack is running on {folder}.",
            hint="Start it with `rumbo up`, or name its address with --url.",
        )
    return info.url


def show(value: Any, as_json: bool, columns: tuple[str, ...] = ()) -> None:
    """Print one object or a list of them, as JSON or as aligned columns."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
        return
    rows = value if isinstance(value, list) else [value]
    table = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    for line in table:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def show_error(error: RumboError) -> None:
    """Tell one of our errors, and what to do, on standard error."""
    typer.echo(f"rumbo: {error.message}", err=True)
    if error.hint:
        typer.echo(f"       {error.hint}", err=True)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
