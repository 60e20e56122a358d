"""`make lock`: locks the Python packages by hash and the JVM jars by checksum, without naming any registry."""

from __future__ import annotations

import hashlib
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
    "airflow": ("requirements/airflow.in",),
    "checkov": ("requirements/checkov.in",),
}

JARS_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Made from ivy.xml by `make lock`: every jar that it comes to, so that set-up resolves nothing. -->
<ivy-module version="2.0">
  <info organisation="rumbo" module="locked-jars"/>
  <configurations defaultconfmapping="*->default">
    <conf name="broker"/>
    <conf name="spark"/>
    <conf name="tools"/>
  </configurations>
  <dependencies>
"""
JARS_TAIL = """\
  </dependencies>
</ivy-module>
"""


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
    """From ivy.xml, which says what is wanted, to the flat list of what that comes to, and its checksums."""
    sums: list[str] = []
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as made:
        jars = Path(made) / "jars"
        jvm.ivy(
            ROOT / "ivy.xml", f"{jars}/[conf]/[organisation]/[module]/[artifact]-[revision].[ext]", Path(made)
        )
        for jar in sorted(
            jars.glob("*/*/*/*.jar"), key=lambda path: (path.relative_to(jars).parts[0], path.name)
        ):
            conf, organisation, module, name = jar.relative_to(jars).parts
            revision = name.removeprefix(f"{module}-").removesuffix(".jar")
            sums.append(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {conf}/{name}\n")
            lines.append(
                f'    <dependency conf="{conf}" org="{organisation}" name="{module}" rev="{revision}" '
                'transitive="false"/>\n'
            )
    jvm.SUMS.write_text("".join(sums))
    jvm.LOCK.write_text(JARS_HEAD + "".join(lines) + JARS_TAIL)
    print(f"requirements/jars.xml and jars.sha256 locked: {len(lines)} jars")


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
