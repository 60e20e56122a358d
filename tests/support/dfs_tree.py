"""A storage account's namespace for tests: containers, folders and files with POSIX-like access control lists.

As Azure Data Lake Storage Gen2 does it (https://learn.microsoft.com/azure/storage/blobs/data-lake-storage-access-control):
rights are checked against the one entry of a principal, `x` is wanted on every folder above, a new file or folder
takes the default entries of its folder, and whoever made it is its owner with all rights.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate

_ETAGS = itertools.count(0x8DD000000000000)


class Refused(Exception):
    """The service's error answer."""

    def __init__(self, status: int, code: str, text: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.text = status, code, text or code


def not_found(is_container: bool = False) -> Refused:
    return Refused(
        404, "FilesystemNotFound" if is_container else "PathNotFound", "The specified path does not exist."
    )


def mismatch() -> Refused:
    return Refused(
        403,
        "AuthorizationPermissionMismatch",
        "This request is not authorized to perform this operation using this permission.",
    )


@dataclass(slots=True)
class Node:
    """A folder (`children`) or a file (`content`)."""

    children: dict[str, Node] | None = None
    content: bytes = b""
    pending: dict[int, bytes] = field(default_factory=dict)
    """Appended and not flushed yet, by position."""
    blocks: dict[str, bytes] = field(default_factory=dict)
    owner: str = ""
    rights: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    """The user's own properties, and the driver's id of the call that made or moved it, as their headers."""

    def __post_init__(self) -> None:
        self.touch()

    @property
    def is_folder(self) -> bool:
        return self.children is not None

    def touch(self) -> None:
        self.etag = f'"0x{next(_ETAGS):X}"'
        self.modified = formatdate(time.time(), usegmt=True)

    def matches(self, etags: str) -> bool:
        """Whether an If-Match header, quoted or not, takes this version; an empty one takes each."""
        return etags in {"", "*"} or etags.strip('"') == self.etag.strip('"')

    def allows(self, who: str, wanted: str) -> bool:
        return who == self.owner or set(wanted) <= set(self.rights.get(who, ""))


def parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


class Tree:
    """All containers. Every method is one atomic step; those that take `who` check that principal's rights."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._containers: dict[str, Node] = {}

    def make_container(self, name: str, rights: dict[str, str]) -> None:
        """A container whose root, and all that will be in it, a principal has `rights` on."""
        self._containers[name] = Node(
            children={}, owner="$superuser", rights=dict(rights), defaults=dict(rights)
        )

    def allow(self, container: str, who: str, rights: str) -> None:
        """Change one principal's rights on a container and all that is in it."""
        with self.lock:
            for _, node in self._walk("", self.root(container)):
                node.rights[who] = node.defaults[who] = rights
                if node.owner == who:
                    node.owner = "$superuser"

    def root(self, container: str) -> Node:
        if container not in self._containers:
            raise not_found(is_container=True)
        return self._containers[container]

    def _walk(self, path: str, node: Node) -> Iterator[tuple[str, Node]]:
        yield path, node
        for name, child in sorted((node.children or {}).items()):
            yield from self._walk(f"{path}/{name}".strip("/"), child)

    def find(self, who: str, container: str, path: str, wanted: str = "") -> Node:
        """The node at a path. Raises Refused: 403 without the rights, 404 where there is none."""
        node = self.root(container)
        for part in parts(path):
            if not node.allows(who, "x"):
                raise mismatch()
            child = (node.children or {}).get(part)
            if child is None:
                raise not_found()
            node = child
        if not node.allows(who, wanted):
            raise mismatch()
        return node

    def exists(self, container: str, path: str) -> bool:
        try:
            self.find("$superuser", container, path)
        except Refused:
            return False
        return True

    def parent(self, who: str, container: str, path: str, *, make: bool) -> tuple[Node, str]:
        """The folder that a path is in, writable by `who`, and the name within it. `make` makes missing folders."""
        *above, name = parts(path) or [""]
        if not name:
            raise Refused(409, "PathAlreadyExists")
        node = self.root(container)
        for part in above:
            if not node.allows(who, "x"):
                raise mismatch()
            children = node.children
            if children is None:
                raise Refused(409, "PathConflict", "A file stands where a folder is wanted.")
            if part not in children:
                if not make:
                    raise Refused(404, "RenameDestinationParentPathNotFound")
                if not node.allows(who, "wx"):
                    raise mismatch()
                children[part] = self._new(who, node, is_folder=True)
            node = children[part]
        if not node.is_folder:
            raise Refused(409, "PathConflict", "A file stands where a folder is wanted.")
        if not node.allows(who, "wx"):
            raise mismatch()
        return node, name

    @staticmethod
    def _new(who: str, above: Node, *, is_folder: bool) -> Node:
        defaults = dict(above.defaults) if is_folder else {}
        return Node({} if is_folder else None, owner=who, rights=dict(above.defaults), defaults=defaults)

    def create(
        self, who: str, container: str, path: str, *, is_folder: bool, if_none: bool, if_match: str = ""
    ) -> Node:
        """Create or overwrite. `if_none`: only where nothing is there."""
        folder, name = self.parent(who, container, path, make=True)
        assert folder.children is not None
        there = folder.children.get(name)
        if there is not None:
            if if_none:
                raise Refused(409, "PathAlreadyExists", "The specified path already exists.")
            if not there.matches(if_match):
                raise Refused(412, "ConditionNotMet")
            if there.is_folder:
                if is_folder:
                    return there
                raise Refused(409, "PathConflict", "The specified path is a directory.")
            if not there.allows(who, "w"):
                raise mismatch()
        elif if_match:
            raise Refused(412, "ConditionNotMet")
        node = folder.children[name] = self._new(who, folder, is_folder=is_folder)
        return node

    def rename(self, who: str, source: tuple[str, str], target: tuple[str, str], *, if_none: bool) -> Node:
        """Move a file or folder with all that is in it, in one step."""
        try:
            old, old_name = self.parent(who, *source, make=False)
        except Refused as exc:
            raise Refused(404, "SourcePathNotFound") if exc.status == 404 else exc from None
        assert old.children is not None
        if old_name not in old.children:
            raise Refused(404, "SourcePathNotFound")
        new, new_name = self.parent(who, *target, make=False)
        assert new.children is not None
        there = new.children.get(new_name)
        if there is not None and (if_none or there.children):
            raise Refused(409, "PathAlreadyExists", "The specified path already exists.")
        moved = new.children[new_name] = old.children.pop(old_name)
        return moved

    def delete(self, who: str, container: str, path: str, *, recursive: bool, if_match: str = "") -> None:
        self.find(who, container, path)
        folder, name = self.parent(who, container, path, make=False)
        assert folder.children is not None
        node = folder.children[name]
        if not node.matches(if_match):
            raise Refused(412, "ConditionNotMet")
        if node.children:
            if not recursive:
                raise Refused(409, "DirectoryNotEmpty")
            if not all(one.allows(who, "rwx") for _, one in self._walk("", node) if one.is_folder):
                raise mismatch()
        del folder.children[name]

    def list(self, who: str, container: str, path: str, *, recursive: bool) -> list[tuple[str, Node]]:
        """What is in a folder, by its path within the container, in order of the names."""
        top = self.find(who, container, path, "rx")
        if not top.is_folder:
            return [("/".join(parts(path)), top)]
        found: list[tuple[str, Node]] = []
        for inner, node in self._walk("/".join(parts(path)), top):
            if node is top:
                continue
            depth = len(parts(inner)) - len(parts(path))
            if recursive or depth == 1:
                found.append((inner, node))
            if recursive and node.is_folder and not node.allows(who, "rx"):
                raise mismatch()
        return found

    def files(self, container: str) -> dict[str, bytes]:
        """All files of a container, for a test to look at."""
        with self.lock:
            return {
                path: node.content
                for path, node in self._walk("", self.root(container))
                if not node.is_folder
            }
