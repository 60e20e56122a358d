"""`make lock`: locks the Python packages by hash and the JVM jars by checksum, without naming any registry."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from tools.setup import jvm
from tools.setup.steps import ROOT, SetupFailed, call

LOCKS = {
    "runtime": ("pyproject.toml",),
    "dev": ("--group", "dev", "pyproject.toml"),
    "bootstrap": ("requirements/bootstrap.in",),
    "build": ("requirements/build.in",),
    "node": ("requirements/node.in",),
}


def lock_python(upgrade: bool) -> None:
    for name, source in LOCKS.items():
        options = [
            "--universal",
            "--generate-hashes",
            "--no-emit-index-url",
            "--python-version",
            "3.12",
            "--quiet",
        ]
        if upgrade:
            options.append("--upgrade")
        target = f"requirements/{name}.txt"
        call(
            [ROOT / ".venv/bin/uv", "pip", "compile", *options, *source, "-o", target],
            what=f"Locking {target}",
        )
        print(f"{target} locked")


def lock_jars() -> None:
    with tempfile.TemporaryDirectory() as made:
        jars = Path(made) / "jars"
        jvm.ivy(jars, Path(made))
        found = sorted(path for path in jars.glob("*/*.jar"))
        lines = [
            f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.relative_to(jars)}\n" for jar in found
        ]
    jvm.SUMS.write_text("".join(lines))
    print(f"{os.path.relpath(jvm.SUMS, ROOT)} locked: {len(lines)} jars")


def main() -> int:
    sys.path.insert(0, str(ROOT / "src"))
    try:
        lock_python(upgrade="--upgrade" in sys.argv[1:])
        lock_jars()
    except SetupFailed as exc:
        print(f"rumbo: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
