"""Nothing that is committed depends on where it was made: no registry's address, no path of one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Put together here, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
    )
]
TRACE = re.compile("|".join([*map(re.escape, REGISTRIES), r"(?<![\w.~$}*-])/(?:root|work)/[\w.]"]))


def traces(name: str, data: bytes) -> list[str]:
    """The lines of a file that name a registry or a path of one machine; binary files have none."""
    if b"\0" in data:
        return []
    lines = data.decode("utf-8", errors="replace").splitlines()
    return [
        f"{name}:{number}: {line.strip()[:120]}" for number, line in enumerate(lines, 1) if TRACE.search(line)
    ]


def test_no_committed_file_names_a_registry_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    assert [trace for name in names for trace in traces(name, (ROOT / name).read_bytes())] == []


@pytest.mark.parametrize(
    "line", [f"resolved https://{REGISTRIES[2]}/x", "cd /ro" + "ot/x", "DIR=/wo" + "rk/main"]
)
def test_a_trace_is_noticed(line: str) -> None:
    assert len(traces("file", f"fine\n{line}\n".encode())) == 1


@pytest.mark.parametrize("line", ["https://example.org/work/1", "src/root/x", "/workspace/x", "$HOME/work/x"])
def test_what_only_looks_like_a_trace_is_let_through(line: str) -> None:
    assert traces("file", line.encode()) == []
