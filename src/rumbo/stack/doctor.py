"""What `rumbo doctor` looks at: the machine, and what each identity may do in each place of the lake."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from rumbo.errors import RumboError
from rumbo.lake.places import lake_of
from rumbo.lake.probe import Probe, forget, probe
from rumbo.lake.storage import is_remote
from rumbo.lake.tables import Layer
from rumbo.settings import ROLES, Settings
from rumbo.stack import ports, rundir
from rumbo.stack.checkout import cache_dir, require_jars
from rumbo.stack.java import find_java

WRITERS = {Layer.LANDING: "stream", Layer.STAGING: "batch", Layer.COMMON: "batch"}
READERS = ("batch", "reader")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found. A note tells of what breaks nothing but ought to be otherwise."""

    what: str
    error: RumboError | None = None
    note: str = ""

    @property
    def is_good(self) -> bool:
        return self.error is None


def examine(settings: Settings) -> Iterator[Finding]:
    """All looks, the machine first."""
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("data folder", lambda: rundir.check_data_dir(settings.data_dir)),
        ("port", lambda: ports.require_free(settings.port, settings.host)),
        ("Java", lambda: find_java(cache_dir())),
        ("JVM jars", require_jars),
    )
    for name, check in checks:
        yield _tried(name, check)
    yield from examine_lake(settings)


def examine_lake(settings: Settings) -> Iterator[Finding]:
    """A file is written, read, renamed and deleted in each place, by each identity that has business there.

    Its writer writes it and the others read it: a folder whose rights do not pass on to new files shows here. Whoever
    has no business with writing tries to, and ought to be refused.
    """
    for layer in Layer:
        with ExitStack() as open_probes:
            place = lake_of(settings, WRITERS[layer]).place(layer)
            roles = _roles(settings, layer) if is_remote(place) else (WRITERS[layer],)
            probes: dict[str, Probe] = {}
            for role in roles:
                try:
                    probes[role] = probe(lake_of(settings, role), place)
                except RumboError as exc:
                    yield Finding(f"lake/{layer.value} as {role}: sign in", exc)
                else:
                    open_probes.callback(probes[role].close)
            if WRITERS[layer] in probes:
                yield from _examine_place(layer, probes)


def _roles(settings: Settings, layer: Layer) -> tuple[str, ...]:
    """Who has an identity of its own, and the layer's writer in any case."""
    ids = {role: settings.azure(role)["client_id"] for role in ROLES}
    own = [role for role in ROLES if ids[role] and (role != "reader" or ids[role] != ids["batch"])]
    return tuple(dict.fromkeys([WRITERS[layer], *own]))


def _examine_place(layer: Layer, probes: dict[str, Probe]) -> Iterator[Finding]:
    writer = WRITERS[layer]
    name = f"_doctor-{secrets.token_hex(6)}"
    first, second, foreign = name, f"{name}-renamed", f"{name}-foreign"
    mine = probes[writer]
    steps: list[tuple[str, str, Callable[[], object]]] = [
        (writer, "write", lambda: mine.write(first)),
        *(
            (role, "read", lambda one=one: one.read(first))
            for role, one in probes.items()
            if role in {writer, *READERS}
        ),
        (writer, "rename", lambda: mine.rename(first, second)),
        (writer, "delete", lambda: mine.delete(second)),
    ]
    try:
        for role, step, do in steps:
            found = _tried(f"lake/{layer.value} as {role}: {step}", do)
            yield found
            if not found.is_good and step == "write":
                return
    finally:
        forget(mine, first, second)
    for role, one in probes.items():
        if role != writer:
            yield _refused(layer, role, one, foreign)


def _refused(layer: Layer, role: str, one: Probe, name: str) -> Finding:
    what = f"lake/{layer.value} as {role}: no writing"
    try:
        one.write(name)
    except RumboError:
        return Finding(what)
    forget(one, name)
    return Finding(what, note=f"The {role}'s identity may write there, which it has no need for.")


def _tried(name: str, check: Callable[[], object]) -> Finding:
    try:
        check()
    except RumboError as exc:
        return Finding(name, exc)
    return Finding(name)
