"""JSON to columns: reads what `write` writes, and proves as it goes that it keeps the contract.

Accepted is what Rumbo's own producers send: the fields of one version in order, no others, no spaces, no escapes in
texts, numbers that a double holds exactly by one multiplication or division. What is not accepted is not wrong yet:
`events.contract` decides, and takes its time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rumbo.motion.kernels.jit import lean
from rumbo.motion.kernels.tokens import QUOTE, TIME_SIZE, number, same, text, time, whole

TEXT, INTEGER, NUMBER, TIME = range(4)
NULL = np.frombuffer(b"null", dtype=np.uint8)
COMMA, OPEN, CLOSE = (ord(c) for c in ",{}")

# Columns of a layout's `fields`.
KIND, SLOT, IS_NULLABLE, IS_FILLED, FIRST, LAST = range(6)


class Layout(NamedTuple):
    """An event's fields."""

    words: Any
    """The fields' names with quotes and colon, then the texts to choose from, end to end."""
    ends: Any
    """Word k is words[ends[k] : ends[k + 1]]; word f is the name of field f."""
    fields: Any
    """[field, column]: kind, number of its column among those of its kind, whether null and the empty text are out of
    question, first and last word to choose from."""
    bounds: Any
    """[field, 2]: the least and the greatest value."""
    versions: Any
    """[version, 2]: its number, and how many of the fields it has."""


class Columns(NamedTuple):
    """What is read: [column, record], and `valid` [field, record]: 0 where the value is null."""

    wholes: Any
    """Integers, and times in microseconds since the epoch."""
    numbers: Any
    begins: Any
    """Of texts, where they stand in the data."""
    lengths: Any
    valid: Any


@lean
def _is_choice(data, begin, end, words, ends, first, last):
    for word in range(first, last):
        a, b = ends[word], ends[word + 1]
        if b - a == end - begin and same(data, begin, end, words, a, b):
            return True
    return first == last


@lean
def _take_text(data, at, end, f, i, words, ends, fields, begins, lengths):
    """Take the text at `at` for field f of record i; returns its end, -1 where the contract may not have it."""
    if at >= end or data[at] != QUOTE:
        return -1
    begin = at + 1
    stop = text(data, begin, end)
    if stop < begin or (stop == begin and fields[f, IS_FILLED]):
        return -1
    if not _is_choice(data, begin, stop, words, ends, fields[f, FIRST], fields[f, LAST]):
        return -1
    begins[fields[f, SLOT], i] = begin
    lengths[fields[f, SLOT], i] = stop - begin
    return stop + 1


@lean
def _take_value(data, at, end, f, i, fields, bounds, wholes, numbers):
    """The same for a number or a time."""
    kind, slot = fields[f, KIND], fields[f, SLOT]
    if kind == TIME:
        wholes[slot, i], is_one = time(data, at, end)
        return at + TIME_SIZE if is_one else -1
    if kind == NUMBER:
        value, stop = number(data, at, end)
        numbers[slot, i] = value
    else:
        minus, size, stop = whole(data, at, end)
        wholes[slot, i] = -size if minus else size
        value = float(wholes[slot, i])
    return stop if bounds[f, 0] <= value <= bounds[f, 1] else -1


@lean
def _size(version, versions):
    """How many fields the version has; none where there is no such version."""
    for v in range(len(versions)):
        if versions[v, 0] == version:
            return versions[v, 1]
    return 0


@lean
def _take_record(
    data, at, end, i, words, ends, fields, bounds, versions, wholes, numbers, begins, lengths, valid
):  # fmt: skip
    """Take the record that stands from `at` to `end`; returns whether it is plainly good, but for its key."""
    size = 1
    f = 0
    while f < size:
        if at >= end or data[at] != (COMMA if f else OPEN):
            return False
        a, b = ends[f], ends[f + 1]
        if not same(data, at + 1, end, words, a, b):
            return False
        at += 1 + b - a
        valid[f, i] = 1
        if fields[f, IS_NULLABLE] and same(data, at, end, NULL, 0, len(NULL)):
            valid[f, i] = 0
            at += len(NULL)
        elif fields[f, KIND] == TEXT:
            at = _take_text(data, at, end, f, i, words, ends, fields, begins, lengths)
        else:
            at = _take_value(data, at, end, f, i, fields, bounds, wholes, numbers)
        if at < 0:
            return False
        f += 1
        if f == 1:  # the version says what follows
            size = _size(wholes[fields[0, SLOT], i], versions)
    for later in range(size, len(fields)):
        valid[later, i] = 0
    return size > 0 and at == end - 1 and data[at] == CLOSE


@lean
def read(data, ends, keys, key_ends, key_field, layout, into, good):
    """Read record i, data[ends[i] : ends[i + 1]], into its columns; good[i] says whether it was proven.

    Negative `key_field`: the keys are not looked at.
    """
    words, word_ends, fields, bounds, versions = layout
    wholes, numbers, begins, lengths, valid = into
    key_slot = fields[max(key_field, 0), SLOT]
    for i in range(len(ends) - 1):
        good[i] = _take_record(
            data, ends[i], ends[i + 1], i,
            words, word_ends, fields, bounds, versions, wholes, numbers, begins, lengths, valid,
        )  # fmt: skip
        if good[i] and key_field >= 0:
            begin, length = begins[key_slot, i], lengths[key_slot, i]
            a, b = key_ends[i], key_ends[i + 1]
            good[i] = b - a == length and same(data, begin, begin + length, keys, a, b)


@lean
def gather(data, more, begins, lengths, valid, ends, out):
    """Texts end to end: number i is at begins[i] of `data`, or behind its end in `more`; nothing where not valid."""
    at = 0
    for i in range(len(begins)):
        if valid[i]:
            begin = begins[i]
            if begin < len(data):
                for k in range(lengths[i]):
                    out[at + k] = data[begin + k]
            else:
                for k in range(lengths[i]):
                    out[at + k] = more[begin - len(data) + k]
            at += lengths[i]
        ends[i + 1] = at
