"""Where compiled kernels are kept. What compiles them (`rumbo.compiled`) is imported from here, once that is set."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import numba

from rumbo.compiled import get, inlined, intrinsic, kernel, lean, pointer

__all__ = ["BESIDE", "cache_folder", "get", "inlined", "intrinsic", "kernel", "lean", "pointer", "sources"]

_HERE = Path(__file__).parent
_SOURCES = _HERE.parents[1]
_IMPORT = re.compile(r"^from rumbo\.([\w.]+) import", re.MULTILINE)


def sources() -> list[Path]:
    """Of all kernels, and of the modules whose constants they hold compiled in.

    Numba itself notices only changes of the file in which the outermost function stands.
    """
    own = [*_HERE.glob("*.py"), _HERE.parent / "rows.py"]
    names = {name for file in own for name in _IMPORT.findall(file.read_text(encoding="utf-8"))}
    imported = (_SOURCES.joinpath(*name.split(".")).with_suffix(".py") for name in names)
    return sorted({*own, *(file for file in imported if file.exists())})


BESIDE = _HERE / "__pycache__"


def cache_folder() -> Path:
    """Where compiled code is kept: where NUMBA_CACHE_DIR says, beside the source, or for this user; by source."""
    known = hashlib.sha256()
    for file in sources():
        known.update(file.read_bytes())
    given = os.environ.get("NUMBA_CACHE_DIR")
    is_ours = os.access(BESIDE if BESIDE.is_dir() else _HERE, os.W_OK)
    home = Path(given) if given else BESIDE if is_ours else Path.home() / ".cache" / "rumbo"
    return home / f"kernels-{known.hexdigest()[:16]}"


setattr(numba.config, "CACHE_DIR", str(cache_folder()))  # noqa: B010  # numba makes its attributes as it goes
