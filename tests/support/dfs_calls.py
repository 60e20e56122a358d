"""The DFS endpoint's operations, as the ABFS driver asks for them.

https://learn.microsoft.com/rest/api/storageservices/data-lake-storage-gen2
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from support.dfs_tree import Node, Refused, Tree, mismatch, not_found

TRANSACTION = "x-ms-client-transaction-id"


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    container: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    who: str

    @property
    def is_blob(self) -> bool:
        """Whether it is the Blob service that is spoken to: the same address serves both here."""
        if "comp" in self.query or "restype" in self.query or "x-ms-blob-type" in self.headers:
            return True
        if self.method == "PUT" and "x-ms-copy-source" in self.headers:
            return True
        return self.method == "DELETE" and "recursive" not in self.query and "resource" not in self.query


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


_COMP = {"list": "list", "batch": "delete", "block": "put", "blocklist": "put"}
_WORDS = {
    "HEAD": "status",
    "HEAD getAccessControl": "rights",
    "GET": "read",
    "GET filesystem": "list",
    "PUT": "put",
    "PUT file": "create",
    "PUT directory": "mkdir",
    "PUT filesystem": "container",
    "DELETE": "delete",
}


def operation(call: Call) -> str:
    """What a call asks for, in a word, for the log and for faults."""
    action, comp = call.query.get("action", ""), call.query.get("comp", "")
    if comp:
        return _COMP.get(comp, comp)
    if call.method == "PATCH":
        return action
    for header, word in (("x-ms-rename-source", "rename"), ("x-ms-copy-source", "copy")):
        if header in call.headers:
            return word
    on = f"{call.method} {action or call.query.get('resource', '')}"
    return _WORDS.get(on) or _WORDS[call.method]


def dfs_answer(tree: Tree, call: Call) -> Answer:
    """Do a call. Raises Refused."""
    does = _DOES.get(operation(call))
    if does is None:
        raise Refused(
            400, "UnsupportedOperation", f"The double does not know {call.method} {dict(call.query)}"
        )
    return does(tree, call)


def stamp(node: Node) -> dict[str, str]:
    return {"ETag": node.etag, "Last-Modified": node.modified}


def _list(tree: Tree, call: Call) -> Answer:
    folder = call.query.get("directory", "").strip("/")
    recursive = call.query.get("recursive") == "true"
    found = tree.list(call.who, call.container, folder, recursive=recursive)
    begin, size = int(call.query.get("continuation") or 0), int(call.query.get("maxResults") or 5000)
    shown = [
        {
            "name": path,
            **({"isDirectory": "true"} if node.is_folder else {}),
            "contentLength": str(len(node.content)),
            "etag": node.etag.strip('"'),
            "lastModified": node.modified,
            "owner": node.owner,
            "group": "$superuser",
            "permissions": "rwxr-x---+",
        }
        for path, node in found[begin : begin + size]
    ]
    more = {"x-ms-continuation": str(begin + size)} if begin + size < len(found) else {}
    body = json.dumps({"paths": shown}).encode()
    return Answer(200, more | {"Content-Type": "application/json;charset=utf-8"}, body)


def _status(tree: Tree, call: Call) -> Answer:
    if call.query.get("resource") == "filesystem":
        root = tree.find(call.who, call.container, "")
        return Answer(200, stamp(root) | {"x-ms-namespace-enabled": "true"})
    node = tree.find(call.who, call.container, call.path)
    return Answer(200, described(node))


def described(node: Node) -> dict[str, str]:
    """What both services tell of a file or folder in headers."""
    return {
        **stamp(node),
        **node.meta,
        "Content-Length": str(len(node.content)),
        "Content-Type": "application/octet-stream",
        "Accept-Ranges": "bytes",
        "x-ms-blob-type": "BlockBlob",
        "x-ms-resource-type": "directory" if node.is_folder else "file",
        "x-ms-owner": node.owner,
        "x-ms-group": "$superuser",
        "x-ms-permissions": "rwxr-x---+",
        "x-ms-acl": "user::rwx,group::r-x,other::---",
        "x-ms-server-encrypted": "true",
    }


def read(tree: Tree, call: Call) -> Answer:
    """A file or a range of it."""
    node = tree.find(call.who, call.container, call.path, "r")
    if node.is_folder:
        raise not_found()
    if not node.matches(call.headers.get("if-match", "")):
        raise Refused(412, "ConditionNotMet")
    wanted = re.fullmatch(
        r"bytes=(\d*)-(\d*)", call.headers.get("x-ms-range") or call.headers.get("range") or ""
    )
    size = len(node.content)
    headers = described(node)
    del headers["Content-Length"]
    if wanted is None:
        return Answer(200, headers, bytes(node.content))
    first, last = wanted.groups()
    begin = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if begin >= size:
        raise Refused(416, "InvalidRange")
    return Answer(
        206, headers | {"Content-Range": f"bytes {begin}-{end - 1}/{size}"}, bytes(node.content[begin:end])
    )


def _create(tree: Tree, call: Call) -> Answer:
    node = tree.create(
        call.who,
        call.container,
        call.path,
        is_folder=call.query["resource"] == "directory",
        if_none=call.headers.get("if-none-match") == "*",
        if_match=call.headers.get("if-match", ""),
    )
    _note(node, call)
    return Answer(201, stamp(node))


def _rename(tree: Tree, call: Call) -> Answer:
    container, _, path = (
        unquote(call.headers["x-ms-rename-source"].partition("?")[0]).strip("/").partition("/")
    )
    once = call.headers.get("if-none-match") == "*"
    _note(tree.rename(call.who, (container, path), (call.container, call.path), if_none=once), call)
    return Answer(201, {})


def _note(node: Node, call: Call) -> None:
    """Keep the driver's id of the call: by it the driver knows its own deed when an answer got lost."""
    if TRANSACTION in call.headers:
        node.meta[TRANSACTION] = call.headers[TRANSACTION]


def _append(tree: Tree, call: Call) -> Answer:
    node = tree.find(call.who, call.container, call.path, "w")
    position = int(call.query["position"])
    if position < len(node.content):
        raise Refused(400, "InvalidFlushPosition")
    node.pending[position] = call.body
    if call.query.get("flush") == "true":
        _flushed(node, position + len(call.body))
    return Answer(202, stamp(node))


def _flush(tree: Tree, call: Call) -> Answer:
    node = tree.find(call.who, call.container, call.path, "w")
    _flushed(node, int(call.query["position"]))
    return Answer(200, stamp(node))


def _flushed(node: Node, position: int) -> None:
    content = bytearray(node.content)
    for at, data in sorted(node.pending.items()):
        if at != len(content):
            raise Refused(400, "InvalidFlushPosition")
        content += data
    if len(content) != position:
        raise Refused(400, "InvalidFlushPosition")
    node.content = bytes(content)
    node.pending.clear()
    node.touch()


def _delete(tree: Tree, call: Call) -> Answer:
    if not call.path:
        raise mismatch()  # only the account's owner makes and deletes containers
    recursive = call.query.get("recursive") == "true"
    if_match = call.headers.get("if-match", "")
    tree.delete(call.who, call.container, call.path, recursive=recursive, if_match=if_match)
    return Answer(200, {})


def _container(_: Tree, __: Call) -> Answer:
    raise mismatch()  # as above


def _properties(tree: Tree, call: Call) -> Answer:
    node = tree.find(call.who, call.container, call.path, "w")
    node.meta["x-ms-properties"] = call.headers.get("x-ms-properties", "")
    node.touch()
    return Answer(200, stamp(node))


_DOES: Mapping[str, Callable[[Tree, Call], Answer]] = {
    "list": _list,
    "read": read,
    "status": _status,
    "rights": _status,
    "create": _create,
    "mkdir": _create,
    "rename": _rename,
    "append": _append,
    "flush": _flush,
    "delete": _delete,
    "container": _container,
    "setProperties": _properties,
}
