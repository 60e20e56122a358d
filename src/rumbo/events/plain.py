"""The domain's parameter records to plain JSON values and back, checked on the way in.

One way for all who read such records from outside: plans, the REST interface, scenario files.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any, get_type_hints

import orjson
from pydantic import TypeAdapter, ValidationError

from rumbo.errors import InvalidInput

_DEEPEST = 10
"""Levels that no record of ours has."""
_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_plain(value: Any) -> Any:
    """A frozen dataclass as dicts, lists, numbers and texts, every field written out."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_plain[T](kind: type[T], raw: Any, at: str = "") -> T:
    """The record that plain values describe; what is left out has its default.

    Raises InvalidInput naming the first wrong value, `at` being where `raw` itself stands: "profile/link/lost_s".
    Numbers are numbers, not text, and a name that the record does not have is an error.
    """
    try:
        found: T = _adapter(kind).validate_json(orjson.dumps(raw), strict=True)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        where = _below(at, *first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
        raise InvalidInput(f"{where}: {message}.", field=where) from exc
    except TypeError as exc:
        where = _unwritable(raw, at) or at
        raise InvalidInput(
            f"{where[:80] or 'It'} holds what cannot be read.",
            hint=f"Use numbers of up to 64 bits, texts in Unicode, and no more than {_DEEPEST} levels.",
            field=where[:200],
        ) from exc
    except InvalidInput as exc:
        _look_inside(kind, raw, at)
        raise InvalidInput(exc.message, hint=exc.hint, field=_below(at, exc.field)) from exc
    _refuse_unknown(raw, to_plain(found), at)
    return found


def _unwritable(raw: Any, at: str, level: int = 0) -> str:
    """Where the value is that JSON, as others read it, does not have; empty where there is none."""
    if level < _DEEPEST and isinstance(raw, dict | list):
        inside = raw.items() if isinstance(raw, dict) else enumerate(raw)
        found = (_unwritable(value, _below(at, name), level + 1) for name, value in inside)
        return next((where for where in found if where), "")
    try:
        orjson.dumps(raw)
    except TypeError:
        return at
    return ""


def _look_inside(kind: Any, raw: Any, at: str) -> None:
    """Raises what a part of the record raises by itself, which knows better where it stands."""
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    for field in fields(kind) if is_dataclass(kind) and isinstance(raw, dict) else ():
        if is_dataclass(hints[field.name]) and field.name in raw:
            from_plain(hints[field.name], raw[field.name], _below(at, field.name))


def _refuse_unknown(raw: Any, known: Any, at: str) -> None:
    if isinstance(raw, float) and not isfinite(raw):  # on the way through JSON it became null
        raise InvalidInput(f"{at} is not a finite number.", hint="Use a number, or leave it out.", field=at)
    for name, value in raw.items() if isinstance(raw, dict) and isinstance(known, dict) else ():
        where = _below(at, name)
        if name not in known:
            raise InvalidInput(
                f"There is no {where[:80]}.", hint=f"Use: {', '.join(known)}.", field=where[:200]
            )
        _refuse_unknown(value, known[name], where)


def _below(at: str, *steps: object) -> str:
    return "/".join([*([at] if at else []), *(str(step) for step in steps if step != "")])
