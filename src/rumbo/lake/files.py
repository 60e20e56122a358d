"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rumbo.errors import CannotStart, Conflict


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raises Conflict for a file that is there and may not be replaced, CannotStart for a folder."""
    if path.is_dir():
        raise CannotStart(f"{path} is a folder.", hint="Name a file.")
    if path.exists() and not force:
        raise Conflict(f"{path} is there already.", hint="Replace it with --force, or name another file.")


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which takes its name when all is written: after a failure nothing of it is left.

    Raises Conflict for one that is there already, before anything is written and, if another made it meanwhile, after;
    CannotStart where the folder cannot be written to or the disk is full.
    """
    refuse_existing(path, force=force)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as exc:
        raise CannotStart(f"{path} cannot be written: {exc.strerror}.") from exc
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o666 & ~_umask())
        if force:
            part.replace(path)
        else:
            os.link(part, path)  # unlike a rename, never over another file
    except FileExistsError as exc:
        raise Conflict(f"{path} is there already.", hint="Replace it with --force.") from exc
    except OSError as exc:
        raise CannotStart(f"{path} cannot be written: {exc.strerror or exc}.") from exc
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
