"""What a process started is found and ended, in whatever session it runs and whatever it ignores."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from rumbo.stack.families import end_family, family_of

TREE = """
import os, signal, subprocess, sys, time
depth, folder = int(sys.argv[1]), sys.argv[2]
if depth == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    subprocess.Popen([sys.executable, "-S", __file__, str(depth - 1), folder], start_new_session=True)
open(f"{folder}/{os.getpid()}.pid", "w").close()
time.sleep(600)
"""
DEPTH = 2


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process, its child in a session of its own, and that one's child, which ignores SIGTERM."""
    program = tmp_path / "tree.py"
    program.write_text(TREE)
    top = subprocess.Popen([sys.executable, "-S", str(program), str(DEPTH), str(tmp_path)])
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("*.pid"))) <= DEPTH:
        assert time.monotonic() < deadline, "the tree did not grow"
        time.sleep(0.01)
    yield top
    for file in tmp_path.glob("*.pid"):
        if psutil.pid_exists(int(file.stem)):
            psutil.Process(int(file.stem)).kill()
    top.wait()


def test_what_outlives_its_parents_is_ended_though_it_ignores_a_request(
    tree: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    family = family_of([tree.pid])
    assert {process.pid for process in family} == {int(file.stem) for file in tmp_path.glob("*.pid")}
    tree.kill()
    tree.wait()
    assert end_family(family, grace_s=0.2) == DEPTH
    assert not any(psutil.pid_exists(process.pid) and _works(process.pid) for process in family)


def test_who_has_ended_already_is_nobodys_family(tree: subprocess.Popen[bytes]) -> None:
    family = family_of([tree.pid])
    end_family(family, grace_s=0.2)
    tree.wait()
    assert family_of([tree.pid]) == set()
    assert end_family(family) == 0


def _works(pid: int) -> bool:
    return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
