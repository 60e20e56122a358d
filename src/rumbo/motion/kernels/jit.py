"""How kernels are compiled: without fast maths, without Python's lock, and kept on disk for the next process."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numba.extending

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


_BORROWED: dict[str, Any] = {"_nrt": False}
"""No references are counted: arrays are borrowed. Numba has it, but not in its types."""


def kernel[F: Callable[..., Any]](function: F) -> F:
    """A function to be compiled for the types that it is called with first."""
    compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=False)(function)
    made: F = compiled
    return made


def lean[F: Callable[..., Any]](function: F) -> F:
    """A kernel that makes no arrays: those it is given are its caller's, so it counts no references to them.

    Counting is an atomic operation each time an array is looked at, which took a quarter of the time.
    """
    compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=False, **_BORROWED)(
        function
    )
    made: F = compiled
    return made


def inlined[F: Callable[..., Any]](function: F) -> F:
    """The same for what is short and called for each field: it becomes a part of its callers."""
    compiled: Any = numba.njit(
        nogil=True, error_model="numpy", fastmath=False, forceinline=True, **_BORROWED
    )(function)
    made: F = compiled
    return made


def intrinsic(generate: Callable[..., Any]) -> Callable[..., Any]:
    """What LLVM can do and Python cannot say; `generate` is given the types, and gives signature and code."""
    made: Callable[..., Any] = numba.extending.intrinsic(generate)
    return made
