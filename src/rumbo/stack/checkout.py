"""What set-up leaves in a checkout: the cache with the JVM jars, and the demo extract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rumbo.stack.jars import checked_jars, read_sums

ROOT = Path(__file__).resolve().parents[3]


def cache_dir() -> Path:
    """Where set-up keeps what it retrieved or made."""
    return ROOT / ".cache" / "rumbo"


def require_jars(*confs: str) -> Path:
    """The folder with the JVM jars, those of `confs` checked (all: broker and spark).

    Raises CannotStart where one is missing or wrong.
    """
    jars = cache_dir() / "jars"
    sums = read_sums(ROOT / "requirements" / "jars.sha256")
    for conf in confs or ("broker", "spark"):
        checked_jars(jars, conf, sums)
    return jars


@dataclass(frozen=True, slots=True)
class DemoExtract:
    name: str
    path: Path
    country: str | None


def demo_extracts() -> list[DemoExtract]:
    """The extracts that come with Rumbo: `demo/NAME.osm.pbf`, with its country in `demo/NAME.json`."""
    found = []
    for path in sorted((ROOT / "demo").glob("*.osm.pbf")):
        name = path.name.removesuffix(".osm.pbf")
        about = path.with_name(f"{name}.json")
        country = json.loads(about.read_text(encoding="utf-8")).get("country") if about.exists() else None
        found.append(DemoExtract(name, path, country))
    return found
