"""The JVM jars that set-up retrieves, and the proof that they are the ones that were committed to.

Set-up puts them into `<cache>/jars/broker`, `…/spark` and `…/tools`; `requirements/jars.sha256` lists each with its
SHA-256 sum, in the format of `sha256sum`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from rumbo.errors import CannotStart

HINT = "Run `make setup`, which retrieves the jars again."


def read_sums(sums_file: Path) -> dict[str, str]:
    """The list as {"broker/kafka-clients-4.2.0.jar": sha256, …}. Raises CannotStart when it cannot be read."""
    try:
        lines = sums_file.read_text().splitlines()
    except OSError as exc:
        raise CannotStart(f"The list of JVM jars, {sums_file}, cannot be read ({exc.strerror}).") from exc
    sums: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            raise CannotStart(f"{sums_file}, line {number}, is not a SHA-256 sum and a name.")
        sums[name] = digest
    return sums


def checked_jars(jars_dir: Path, conf: str, sums: Mapping[str, str]) -> list[Path]:
    """The jars of one configuration (`broker`, `spark` or `tools`) in `jars_dir`, sorted, each checked against its sum.

    Raises CannotStart for a jar that is missing or differs, for one that nobody listed, and for a configuration
    without jars.
    """
    expected = {name: digest for name, digest in sums.items() if name.startswith(f"{conf}/")}
    if not expected:
        raise CannotStart(f"No JVM jars are listed for {conf!r}.")
    for name, digest in expected.items():
        try:
            with (jars_dir / name).open("rb") as jar:
                found = hashlib.file_digest(jar, "sha256").hexdigest()
        except OSError as exc:
            raise CannotStart(f"The JVM jar {jars_dir / name} is missing.", hint=HINT) from exc
        if found != digest:
            raise CannotStart(f"The JVM jar {jars_dir / name} is not the one that was locked.", hint=HINT)
    for jar_path in sorted((jars_dir / conf).glob("*.jar")):
        if f"{conf}/{jar_path.name}" not in expected:
            raise CannotStart(f"The JVM jar {jar_path} is in no list.", hint=HINT)
    return sorted(jars_dir / name for name in expected)
