"""Whether a file keeps GPX 1.1, and Garmin's track points version 2 where it has any.

The elements, their order, number and kinds of text are from https://www.topografix.com/GPX/1/1/gpx.xsd and
https://www8.garmin.com/xmlschemas/TrackPointExtensionv2.xsd, for all that a track needs; waypoints and routes are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

GPX, TPX = (
    "http://www.topografix.com/GPX/1/1",
    "http://www.garmin.com/xmlschemas/TrackPointExtension/v2",
)
_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
type Text = Callable[[str], bool]
type Children = tuple[tuple[str, str, str], ...]
"""(name, kind, how often: 1, ?, *), in the schema's order."""


def _decimal(low: float = float("-inf"), high: float = float("inf"), *, open_end: bool = False) -> Text:
    def fits(text: str) -> bool:
        value = float(text) if _DECIMAL.fullmatch(text) else float("nan")
        return low <= value < high if open_end else low <= value <= high

    return fits


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit()


TEXTS: dict[str, Text] = {
    "string": lambda _: True,
    "uri": lambda text: not re.search(r"[\s<>]", text),
    "year": lambda text: re.fullmatch(r"\d{4}", text) is not None,
    "time": lambda text: _TIME.fullmatch(text) is not None,
    "decimal": _decimal(),
    "latitude": _decimal(-90, 90),
    "longitude": _decimal(-180, 180, open_end=True),
    "degrees": _decimal(0, 360, open_end=True),
    "count": _count,
    "dgps": lambda text: _count(text) and int(text) <= 1023,
    "fix": lambda text: text in {"none", "2d", "3d", "dgps", "pps"},
    "version": lambda text: text == "1.1",
}
_LINK = (("text", "string", "?"), ("type", "string", "?"))
_ANY_TIMES_LINK = ("link", "link", "*")
KINDS: dict[str, Children] = {
    "gpx": (("metadata", "metadata", "?"), ("trk", "trk", "*"), ("extensions", "extensions", "?")),
    "metadata": (
        ("name", "string", "?"), ("desc", "string", "?"), ("author", "person", "?"), ("copyright", "copyright", "?"),
        _ANY_TIMES_LINK, ("time", "time", "?"), ("keywords", "string", "?"), ("bounds", "bounds", "?"),
        ("extensions", "extensions", "?"),
    ),
    "person": (("name", "string", "?"), ("link", "link", "?")),
    "copyright": (("year", "year", "?"), ("license", "uri", "?")),
    "link": _LINK,
    "bounds": (),
    "trk": (
        ("name", "string", "?"), ("cmt", "string", "?"), ("desc", "string", "?"), ("src", "string", "?"),
        _ANY_TIMES_LINK, ("number", "count", "?"), ("type", "string", "?"), ("extensions", "extensions", "?"),
        ("trkseg", "trkseg", "*"),
    ),
    "trkseg": (("trkpt", "trkpt", "*"), ("extensions", "extensions", "?")),
    "trkpt": (
        ("ele", "decimal", "?"), ("time", "time", "?"), ("magvar", "degrees", "?"), ("geoidheight", "decimal", "?"),
        ("name", "string", "?"), ("cmt", "string", "?"), ("desc", "string", "?"), ("src", "string", "?"),
        _ANY_TIMES_LINK, ("sym", "string", "?"), ("type", "string", "?"), ("fix", "fix", "?"), ("sat", "count", "?"),
        ("hdop", "decimal", "?"), ("vdop", "decimal", "?"), ("pdop", "decimal", "?"), ("ageofdgpsdata", "decimal", "?"),
        ("dgpsid", "dgps", "?"), ("extensions", "extensions", "?"),
    ),
    "TrackPointExtension": (
        ("atemp", "decimal", "?"), ("wtemp", "decimal", "?"), ("depth", "decimal", "?"), ("hr", "count", "?"),
        ("cad", "count", "?"), ("speed", "decimal", "?"), ("course", "degrees", "?"), ("bearing", "degrees", "?"),
    ),
}  # fmt: skip
ATTRIBUTES = {
    "gpx": {"version": "version", "creator": "string"},
    "trkpt": {"lat": "latitude", "lon": "longitude"},
    "copyright": {"author": "string"},
    "link": {"href": "uri"},
    "bounds": {"minlat": "latitude", "minlon": "longitude", "maxlat": "latitude", "maxlon": "longitude"},
}


def faults_of(root: Element) -> list[str]:
    """What breaks the schema, each with where; nothing for a file that keeps it."""
    if root.tag != f"{{{GPX}}}gpx":
        return [f"the root is {root.tag}"]
    return _faults(root, "gpx", GPX, "gpx")


def _faults(element: Element, kind: str, space: str, where: str) -> list[str]:
    if kind == "extensions":
        return _of_extensions(element, where)
    wanted = ATTRIBUTES.get(kind, {})
    given = {name: value for name, value in element.attrib.items() if not name.startswith("{")}
    faults = [f"{where}: attribute {name} is missing" for name in wanted.keys() - given.keys()]
    faults += [f"{where}: there is no attribute {name}" for name in given.keys() - wanted.keys()]
    faults += [
        f"{where}: {name}={given[name]!r} is no {text}"
        for name, text in wanted.items()
        if name in given and not TEXTS[text](given[name])
    ]
    if kind in TEXTS:
        text = element.text or ""
        faults += [] if TEXTS[kind](text) else [f"{where}: {text!r} is no {kind}"]
        return faults + ([f"{where}: holds elements"] if len(element) else [])
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        faults.append(f"{where}: holds text")
    return faults + _of_children(element, KINDS[kind], space, where)


def _of_children(element: Element, allowed: Children, space: str, where: str) -> list[str]:
    faults: list[str] = []
    names = [name for name, _, _ in allowed]
    reached, last = 0, ""
    for child in element:
        name = child.tag.removeprefix(f"{{{space}}}")
        here = f"{where}/{name}"
        if name not in names:
            faults.append(f"{here}: not possible here")
            continue
        at = names.index(name)
        if at < reached:
            faults.append(f"{here}: too late")
        if name == last and allowed[at][2] == "?":
            faults.append(f"{here}: twice")
        reached, last = max(at, reached), name
        faults += _faults(child, allowed[at][1], space, here)
    return faults


def _of_extensions(element: Element, where: str) -> list[str]:
    """Elements of other namespaces, of which Garmin's is known."""
    faults = [f"{where}: {child.tag} is GPX's own" for child in element if child.tag.startswith(f"{{{GPX}}}")]
    for child in element:
        if child.tag == f"{{{TPX}}}TrackPointExtension":
            faults += _faults(child, "TrackPointExtension", TPX, f"{where}/TrackPointExtension")
    return faults
