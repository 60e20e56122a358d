"""The demo region, built once and kept: `monaco_region` is a `Region` every test may read and none may change."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from pathlib import Path

import pytest

from rumbo.regions import Region, build_region, list_regions, open_region

ROOT = Path(__file__).parent.parent
PBF = ROOT / "demo" / "monaco.osm.pbf"
CACHE = ROOT / ".cache" / "rumbo" / "test-regions"


def _fingerprint() -> str:
    """Changes with the extract, with the code that builds from it, and with the Python that runs it."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (PBF, *sorted((ROOT / "src" / "rumbo" / "regions").glob("*.py"))):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def monaco_region() -> Region:
    """The region `monaco` from `demo/`; the first session to need it builds it (10 s), the others wait."""
    folder = CACHE / _fingerprint()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Opened, so that it is where it lies: a stack that was led here by another way may have written that down.
        return open_region(folder, "monaco") if list_regions(folder) else build_region("monaco", PBF, folder)
