"""All that came of some processes, whatever sessions and groups they went into."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import psutil

GRACE_S = 10.0
_ROUNDS = 20


def family_of(pids: Iterable[int]) -> set[psutil.Process]:
    """The processes and all their descendants, as they are now."""
    found: set[psutil.Process] = set()
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            found |= {process, *process.children(recursive=True)}
    return found


def end_family(family: Iterable[psutil.Process], grace_s: float = GRACE_S) -> int:
    """End those of a family that still run and what they have started since: SIGTERM, after `grace_s` SIGKILL.

    A process whose number another has taken since is left alone. Returns how many had to be ended.
    """
    ended: set[psutil.Process] = set()
    for _ in range(_ROUNDS):  # what is being ended may start something yet
        alive = _alive(family)
        alive |= {child for process in alive for child in _children(process)}
        if not alive:
            break
        ended |= alive
        _send(alive, "terminate")
        _, stubborn = psutil.wait_procs(alive, timeout=grace_s)
        family = {*alive, *(child for process in stubborn for child in _children(process))}
        _send(_alive(family), "kill")
        psutil.wait_procs(family, timeout=grace_s)
    return len(ended)


def _alive(family: Iterable[psutil.Process]) -> set[psutil.Process]:
    return {process for process in family if _runs(process)}


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return list(process.children(recursive=True))
    return []


def _send(processes: Iterable[psutil.Process], verb: str) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            getattr(process, verb)()
