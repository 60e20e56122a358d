"""Child processes are kept running and never left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from rumbo.errors import CannotStart
from rumbo.stack import ports, rundir
from rumbo.stack.supervisor import FIRST_PAUSE_S, ROOM_BYTES, Service, Supervisor

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


def wait_for(condition: Callable[[], object], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class ManualClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def supervisor(clock: ManualClock) -> Iterator[Supervisor]:
    supervisor = Supervisor(monotonic=clock)
    yield supervisor
    supervisor.stop_all()


def test_a_killed_child_is_started_again(supervisor: Supervisor, clock: ManualClock, tmp_path: Path) -> None:
    supervisor.start(Service("sleeper", SLEEPER, tmp_path / "log"))
    pid = supervisor.pids()["sleeper"]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not supervisor.pids())
    supervisor.check()
    assert supervisor.pids() == {}, "not before its pause is over"
    clock.now += FIRST_PAUSE_S
    supervisor.check()
    assert supervisor.pids()["sleeper"] != pid
    assert supervisor.restarts() == {"sleeper": 1}


def test_the_pause_doubles_while_a_child_keeps_failing(
    supervisor: Supervisor, clock: ManualClock, tmp_path: Path
) -> None:
    supervisor.start(Service("failing", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log"))
    for pause_s in (FIRST_PAUSE_S, 2 * FIRST_PAUSE_S):
        wait_for(lambda: not supervisor.pids())
        before = supervisor.restarts()["failing"]
        supervisor.check()
        clock.now += pause_s - 0.01
        supervisor.check()
        assert supervisor.restarts()["failing"] == before
        clock.now += 0.01
        supervisor.check()
        assert supervisor.restarts()["failing"] == before + 1


def test_a_stopped_child_stays_down(supervisor: Supervisor, clock: ManualClock, tmp_path: Path) -> None:
    supervisor.start(Service("sleeper", SLEEPER, tmp_path / "log"))
    supervisor.stop("sleeper")
    clock.now += 100
    supervisor.check()
    assert supervisor.pids() == {}


def test_a_child_that_ignores_sigterm_is_killed_with_its_own_children(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    stubborn = textwrap.dedent("""
        import signal, subprocess, sys
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(child.pid, flush=True)
        child.wait()
    """)
    out = tmp_path / "log"
    supervisor.start(Service("stubborn", [sys.executable, "-c", stubborn], out, stop_timeout_s=0.2))
    wait_for(lambda: out.read_text().strip())
    grandchild = int(out.read_text())
    supervisor.stop("stubborn")
    wait_for(lambda: not runs(grandchild))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import time
        from pathlib import Path
        from rumbo.stack.supervisor import Service, Supervisor
        supervisor = Supervisor()
        supervisor.start(Service("sleeper", {SLEEPER!r}, Path({str(tmp_path / "log")!r})))
        print(supervisor.pids()["sleeper"], flush=True)
        time.sleep(600)
    """)
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_for(lambda: "up" in (tmp_path / "log").read_text())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not runs(child))


def test_what_needs_room_waits_for_it(
    supervisor: Supervisor, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [ROOM_BYTES]
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: real._replace(free=free[0]))
    supervisor.start(Service("keeper", SLEEPER, tmp_path / "log", room=tmp_path))
    free[0] = ROOM_BYTES - 1
    os.kill(pid := supervisor.pids()["keeper"], signal.SIGKILL)
    wait_for(lambda: not runs(pid))
    for _ in range(5):
        clock.now += 60
        supervisor.check()
        assert supervisor.pids() == {}
    free[0] = ROOM_BYTES
    clock.now += 60
    supervisor.check()
    assert runs(supervisor.pids()["keeper"])
    free[0] = 0
    with pytest.raises(CannotStart, match="full"):
        supervisor.start(Service("another", SLEEPER, tmp_path / "log", room=tmp_path))


def test_watching_ends_when_asked_to_stop(supervisor: Supervisor) -> None:
    stop = threading.Event()
    stop.set()
    supervisor.watch(stop, until=lambda: pytest.fail("asked although already stopped"))
    assert stop.is_set()


def test_a_program_that_does_not_exist_shows_in_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(Service("missing", ["no-such-program-here"], tmp_path / "log"))
    wait_for(lambda: not supervisor.pids())
    assert (
        "no-such-program-here" in (tmp_path / "log").read_text()
        or "FileNotFoundError" in (tmp_path / "log").read_text()
    )


def test_a_child_that_cannot_be_started_again_just_now_is_tried_again(
    supervisor: Supervisor, clock: ManualClock, tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "sleeper.log"
    supervisor.start(Service("sleeper", SLEEPER, log))
    os.kill(supervisor.pids()["sleeper"], signal.SIGKILL)
    wait_for(lambda: not supervisor.pids())
    log.unlink()
    log.mkdir()  # nothing can be written there now
    for _ in range(2):
        supervisor.check()
        clock.now += 10
    assert supervisor.pids() == {}
    log.rmdir()
    supervisor.check()
    assert "sleeper" in supervisor.pids()


def test_a_log_that_grew_too_long_begins_anew_while_its_child_runs(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rumbo.stack.supervisor.MAX_LOG_BYTES", 50)
    talker = "import sys\nfor line in open(sys.argv[1]): print(line, end='', flush=True)"
    pipe, log = tmp_path / "pipe", tmp_path / "log"
    os.mkfifo(pipe)
    supervisor.start(Service("talker", [sys.executable, "-c", talker, str(pipe)], log))
    with pipe.open("w") as said:
        print("x" * 80, file=said, flush=True)
        wait_for(lambda: log.stat().st_size > 80)
        supervisor.check()
        print("again", file=said, flush=True)
        wait_for(lambda: log.read_text() == "again\n")
        assert (tmp_path / "log.1").read_text() == "x" * 80 + "\n"


def test_two_stacks_cannot_share_a_data_folder(tmp_path: Path) -> None:
    with rundir.locked(tmp_path), pytest.raises(CannotStart, match="Another stack"), rundir.locked(tmp_path):
        pytest.fail("the lock was given twice")


def test_a_running_stack_can_be_found_and_a_dead_one_cannot(tmp_path: Path) -> None:
    info = rundir.StackInfo(1, "http://127.0.0.1:8000", "127.0.0.1:9092")
    with rundir.locked(tmp_path):
        rundir.write_info(tmp_path, info)
        assert rundir.read_info(tmp_path) == info
    assert rundir.read_info(tmp_path) is None, "its file is there but nobody holds the lock"


def test_a_data_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="can't be written") as refused:
        rundir.check_data_dir(tmp_path / "file")
    assert "--data" in refused.value.hint


def test_a_nearly_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="MiB are free"):
        rundir.check_data_dir(tmp_path, min_free_bytes=2**62)


def test_a_taken_port_is_a_clear_error_that_names_another() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=str(port)) as refused:
            ports.require_free(port, "127.0.0.1")
    assert "--port" in refused.value.hint


def test_chosen_ports_differ_and_keep_those_preferred() -> None:
    first = ports.choose(2)
    assert len(set(first)) == 2
    assert ports.choose(2, preferred=tuple(first)) == first
