"""The Blob service over the same files, as far as deltalake's client (object_store) asks for it.

With a hierarchical namespace both services see the same files and check the same rights; folders show in flat lists
with `ResourceType` directory. https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
"""

from __future__ import annotations

import base64
import re
from email.utils import formatdate
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from support.dfs_calls import Answer, Call, operation, stamp
from support.dfs_tree import Node, Refused, Tree


def blob_answer(tree: Tree, call: Call) -> Answer:
    """Do a call. Raises Refused."""
    comp = call.query.get("comp", "")
    match operation(call):
        case "list":
            return _list(tree, call)
        case "put" if comp == "block":
            return _put_block(tree, call)
        case "put":
            return _put(tree, call, call.body)
        case "copy":
            return _copy(tree, call)
        case "delete" if comp == "batch":
            return _batch(tree, call)
        case "delete":
            tree.delete(call.who, call.container, call.path, recursive=False)
            return Answer(202, {})
    raise Refused(400, "UnsupportedOperation", f"The double does not know {call.method} {dict(call.query)}")


def _put_block(tree: Tree, call: Call) -> Answer:
    folder, name = tree.parent(call.who, call.container, call.path, make=True)
    _UNCOMMITTED.setdefault((id(folder), name), {})[call.query["blockid"]] = call.body
    return Answer(201, {})


_UNCOMMITTED: dict[tuple[int, str], dict[str, bytes]] = {}
"""Blocks of files that are not there yet, by folder and name."""


def _put(tree: Tree, call: Call, body: bytes) -> Answer:
    if call.query.get("comp") == "blocklist":
        folder, name = tree.parent(call.who, call.container, call.path, make=True)
        blocks = _UNCOMMITTED.pop((id(folder), name), {})
        wanted = re.findall(r"<(?:Uncommitted|Latest|Committed)>([^<]+)<", body.decode())
        if any(block not in blocks for block in wanted):
            raise Refused(400, "InvalidBlockList")
        body = b"".join(blocks[block] for block in wanted)
    once = call.headers.get("if-none-match") == "*"
    try:
        node = tree.create(
            call.who,
            call.container,
            call.path,
            is_folder=False,
            if_none=once,
            if_match=call.headers.get("if-match", ""),
        )
    except Refused as exc:
        raise Refused(409, "BlobAlreadyExists") if exc.code == "PathAlreadyExists" else exc from None
    node.content = body
    node.touch()
    return Answer(201, stamp(node))


def _copy(tree: Tree, call: Call) -> Answer:
    source = unquote(urlsplit(call.headers["x-ms-copy-source"]).path).split("/", 3)
    content = tree.find(call.who, source[2], source[3], "r").content
    done = _put(tree, call, content)
    return Answer(202, dict(done.headers) | {"x-ms-copy-status": "success", "x-ms-copy-id": "1"})


def _list(tree: Tree, call: Call) -> Answer:
    prefix, delimiter = call.query.get("prefix", ""), call.query.get("delimiter", "")
    folder = prefix.rpartition("/")[0]
    try:
        found = tree.list(call.who, call.container, folder, recursive=True)
    except Refused as exc:
        if exc.status != 404 or exc.code == "FilesystemNotFound":
            raise Refused(
                exc.status, "ContainerNotFound" if exc.status == 404 else exc.code, exc.text
            ) from None
        found = []
    found = [one for one in found if one[0].startswith(prefix) and one[0] >= call.query.get("startFrom", "")]
    begin, size = int(call.query.get("marker") or 0), int(call.query.get("maxresults") or 5000)
    entries: dict[str, str] = {}
    for path, node in found:
        inner, slash, _ = path.removeprefix(prefix).partition(delimiter) if delimiter else (path, "", "")
        if slash or (delimiter and node.is_folder):
            entries[prefix + inner + "/"] = f"<BlobPrefix><Name>{escape(prefix + inner)}/</Name></BlobPrefix>"
        else:
            entries[path] = _entry(path, node)
    shown = [entries[name] for name in sorted(entries)][begin : begin + size]
    more = str(begin + size) if begin + size < len(entries) else ""
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="{call.container}">'
        f"<Prefix>{escape(prefix)}</Prefix><Blobs>{''.join(shown)}</Blobs><NextMarker>{more}</NextMarker>"
        "</EnumerationResults>"
    )
    return Answer(200, {"Content-Type": "application/xml"}, body.encode())


def _entry(path: str, node: Node) -> str:
    return (
        f"<Blob><Name>{escape(path)}</Name><Properties><Creation-Time>{formatdate(0, usegmt=True)}</Creation-Time>"
        f"<Last-Modified>{node.modified}</Last-Modified><Etag>{node.etag.strip(chr(34))}</Etag>"
        f"<ResourceType>{'directory' if node.is_folder else 'file'}</ResourceType>"
        f"<Content-Length>{len(node.content)}</Content-Length><Content-Type>application/octet-stream</Content-Type>"
        "<BlobType>BlockBlob</BlobType></Properties></Blob>"
    )


def _batch(tree: Tree, call: Call) -> Answer:
    """Several deletes in one multipart request; each is answered for itself."""
    asked = re.findall(rb"Content-ID: (\d+)\r\n\r\nDELETE (\S+) HTTP", call.body, re.IGNORECASE)
    boundary = "batchresponse_" + base64.urlsafe_b64encode(b"rumbo").decode().strip("=")
    told = []
    for number, url in asked:
        path = unquote(urlsplit(url.decode()).path)
        inner = path.partition(f"/{call.container}/")[2]
        try:
            tree.delete(call.who, call.container, inner, recursive=False)
            line = "HTTP/1.1 202 Accepted\r\n"
        except Refused as exc:
            line = f"HTTP/1.1 {exc.status} {exc.code}\r\nx-ms-error-code: {exc.code}\r\n"
        told.append(
            f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: {number.decode()}\r\n\r\n{line}\r\n"
        )
    body = "".join(told) + f"--{boundary}--\r\n"
    return Answer(202, {"Content-Type": f"multipart/mixed; boundary={boundary}"}, body.encode())
