"""Files and functions stay small enough to be read at one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 300
FUNCTION_LINES = 60
GENERATED_BY = "Generated from "


def source_files(root: Path) -> Iterator[Path]:
    for folder, endings in (
        ("src/rumbo", {".py"}),
        ("tools", {".py"}),
        ("web/src", {".ts", ".tsx", ".css", ".js"}),
    ):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings and "__pycache__" not in path.parts:
                yield path


def long_files(root: Path) -> list[str]:
    found = []
    for path in source_files(root):
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > FILE_LINES and GENERATED_BY not in text.partition("\n")[0]:
            found.append(f"{path.relative_to(root)}: {lines} lines")
    return found


def long_functions(root: Path) -> list[str]:
    found = []
    for path in source_files(root):
        if path.suffix != ".py" or path.parent.name == "versions":
            continue  # a migration is one list of statements
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    found.append(f"{path.relative_to(root)}: {node.name} has {lines} lines")
    return found


def test_no_source_file_is_longer_than_300_lines() -> None:
    assert long_files(ROOT) == []


def test_no_function_is_longer_than_60_lines() -> None:
    assert long_functions(ROOT) == []


def test_a_long_file_and_a_long_function_are_noticed(tmp_path: Path) -> None:
    room = tmp_path / "src" / "rumbo" / "domain"
    room.mkdir(parents=True)
    (room / "fine.py").write_text("def short():\n" + "    pass\n" * 59)
    (room / "long.py").write_text("def long():\n" + "    pass\n" * 60 + "#\n" * 240)
    assert long_files(tmp_path) == ["src/rumbo/domain/long.py: 301 lines"]
    assert long_functions(tmp_path) == ["src/rumbo/domain/long.py: long has 61 lines"]
