"""A data folder of the embedded stack as archives that `deploy/backup.sh restore` puts into the services' volumes."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rumbo.errors import CannotStart, NotFound
from rumbo.lake.storage import is_remote
from rumbo.settings import Settings
from rumbo.stack import rundir

KAFKA_USER, RUMBO_USER = 1000, 10001
"""Whom the images' processes run as."""
CLUSTER_ID = "cnVtYm8tY29udGFpbmVycw"
"""That of the services' Kafka: a broker starts on the log of its own cluster only."""
META = "meta.properties"
DATABASE = "rumbo.db"
DATA = (DATABASE, "regions", "scenarios", "jobs")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into one volume: files and folders by their names there."""

    user: int
    contents: Mapping[str, Path]


def move(settings: Settings, target: Path, say: Say) -> None:
    """Write one archive for each volume into `target`; the data folder stays as it is.

    Raises CannotStart where a stack runs on the folder or `target` has something in it, NotFound where no stack ever
    ran there.
    """
    data = settings.data_dir.absolute()
    if not (data / "kafka" / "log").is_dir():
        raise NotFound(f"Nothing has been driven in {data} yet.", hint="Name another folder with --data.")
    if target.exists() and any(target.iterdir()):
        raise CannotStart(f"{target} is not empty.", hint="Name a new folder for the archives.")
    with rundir.locked(data):
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        for volume, part in _parts(settings, data).items():
            say(f"Packing {volume}")
            with tarfile.open(target / f"{volume}.tar", "w", dereference=True) as archive:
                archive.addfile(_folder(part.user))
                for name, path in part.contents.items():
                    if name == META:
                        _add_meta(archive, path, part.user)
                    else:
                        archive.add(path, name, filter=_owned_by(part.user))


def _parts(settings: Settings, data: Path) -> dict[str, Part]:
    parts = {
        "kafka": Part(KAFKA_USER, _entries(data / "kafka" / "log")),
        "data": Part(RUMBO_USER, {name: data / name for name in DATA if (data / name).exists()}),
    }
    for volume, place in (
        ("landing", settings.landing),
        ("staging", settings.staging),
        ("common", settings.common),
    ):
        if not is_remote(place):
            parts[volume] = Part(RUMBO_USER, _entries(Path(place)))
    return parts


def _add_meta(archive: tarfile.TarFile, path: Path, user: int) -> None:
    """The broker's note on its log, with the services' cluster in it."""
    text = re.sub(
        r"(?m)^cluster\.id=.*$", f"cluster.id={CLUSTER_ID}", path.read_text(encoding="utf-8")
    ).encode()
    member = tarfile.TarInfo(META)
    member.size, member.mode = len(text), 0o644
    archive.addfile(_owned_by(user)(member), io.BytesIO(text))


def _entries(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def _folder(user: int) -> tarfile.TarInfo:
    folder = tarfile.TarInfo(".")
    folder.type, folder.mode = tarfile.DIRTYPE, 0o755
    return _owned_by(user)(folder)


def _owned_by(user: int) -> Callable[[tarfile.TarInfo], tarfile.TarInfo]:
    def owned(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = user
        member.uname = member.gname = ""
        return member

    return owned
