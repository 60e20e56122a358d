"""The domain's parameter records to plain JSON values and back, checked on the way in.

One way for all who read such records from outside: plans, the REST interface, scenario files.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from rumbo.errors import InvalidInput

_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_plain(value: Any) -> Any:
    """A frozen dataclass as dicts, lists, numbers and texts, every field written out."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_plain[T](kind: type[T], raw: Any, at: str = "") -> T:
    """The record that plain values describe. Raises InvalidInput naming the first wrong value below `at`."""
    try:
        found: T = _adapter(kind).validate_python(raw)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        where = ".".join(map(str, ((at,) if at else ()) + first["loc"]))
        raise InvalidInput(f"{where}: {first['msg']}.", field=where) from exc
    return found
