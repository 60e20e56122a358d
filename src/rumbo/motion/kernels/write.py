"""Rows of whole numbers to JSON, byte by byte into one buffer: the bytes that `events.codec` makes, sooner.

Numbers are in units of their last decimal, so their shortest decimal is their digits less trailing zeros: exact up to
15 digits. What would print otherwise (`USUAL`, years beyond 9999) is refused, and the codec does it.
"""

from __future__ import annotations

import numpy as np
from numba import types

from rumbo.motion.kernels.jit import get, inlined, intrinsic, lean, pointer
from rumbo.motion.rows import INTEGER, KEY_WORDS, NULL, NUMBER, TEXT, TIMESTAMP, TRIP, WORD

USUAL = 10**15
DAY_MS, LAST_MS = 86_400_000, 253_402_300_800_000
POW10 = np.array([10**k for k in range(19)], dtype=np.int64)


def _left(texts, size):
    """Texts as unsigned words of so many bytes, from the left."""
    return np.frombuffer(b"".join(text.encode().ljust(size, b"0")[:size] for text in texts), dtype=f"u{size}")


DIGITS = _left([f"{n:04}" for n in range(10_000)], 4)
PLAIN = _left([str(n) for n in range(10_000)], 4)
PLAIN_SIZE = np.array([len(str(n)) for n in range(10_000)], dtype=np.int64)
KEPT = np.array([len(f"{n:04}".rstrip("0")) for n in range(10_000)], dtype=np.int64)
"""Digits of a fraction of four that are left without trailing zeros."""
TWO = _left([f"{n:02}" for n in range(100)], 2)
NULL_WORD, EXPONENT = _left(["null"], 4)[0], _left(["e-"], 2)[0]
MINUS, DOT, ZERO, QUOTE, COLON, DASH, T, Z, END = (ord(c) for c in '-.0":-TZ}')


@intrinsic
def put(_, out, at, word):  # noqa: ARG001  # numba asks for all of them
    """Store a word at any byte of an array of bytes."""

    def generate(context, builder, signature, arguments):
        place = pointer(context, builder, signature, arguments, word.bitwidth)
        builder.store(arguments[2], place, align=1)
        return context.get_dummy_value()

    return types.void(out, types.intp, word), generate


@inlined
def copied(out, at, data, begin, size):
    """Copy in words; up to seven bytes more than asked are written, and overwritten later. Returns the end."""
    for k in range(0, size, WORD):
        put(out, at + k, get(data, begin + k))
    return at + size


@inlined
def whole(out, at, value):
    """The digits of a number that is not negative."""
    if value < 10_000:
        put(out, at, PLAIN[value])
        return at + PLAIN_SIZE[value]
    high = value // 10_000
    if high < 10_000:
        put(out, at, PLAIN[high])
        at += PLAIN_SIZE[high]
    else:
        higher = high // 10_000
        at = whole_of_eight(out, at, higher)
        put(out, at, DIGITS[high - higher * 10_000])
        at += 4
    put(out, at, DIGITS[value - high * 10_000])
    return at + 4


@inlined
def whole_of_eight(out, at, value):
    """The digits of a number of at most eight."""
    high = value // 10_000
    if high == 0:
        put(out, at, PLAIN[value])
        return at + PLAIN_SIZE[value]
    put(out, at, PLAIN[high])
    at += PLAIN_SIZE[high]
    put(out, at, DIGITS[value - high * 10_000])
    return at + 4


@inlined
def number(out, at, value, decimals):
    """A double of so many decimals (8 at most) as its shortest decimal."""
    if value < 0:
        out[at] = MINUS
        at, value = at + 1, -value
    units = POW10[decimals]
    integer = value // units
    rest = (value - integer * units) * POW10[8 - decimals]
    if integer == 0 and 0 < rest < 1_000:
        return tiny(out, at, rest)
    at = whole(out, at, integer)
    out[at] = DOT
    high = rest // 10_000
    low = rest - high * 10_000
    put(out, at + 1, DIGITS[high])
    put(out, at + 5, DIGITS[low])
    return at + 1 + (4 + KEPT[low] if low else max(KEPT[high], 1))


@lean
def tiny(out, at, units):
    """Below 0.00001, as 1.2e-6: `units` of 1e-8, 999 at most."""
    size = 3 if units >= 100 else 2 if units >= 10 else 1
    put(out, at, PLAIN[units])
    kept = size
    while kept > 1 and out[at + kept - 1] == ZERO:
        kept -= 1
    if kept > 1:
        for k in range(kept - 1, 0, -1):
            out[at + k + 1] = out[at + k]
        out[at + 1] = DOT
        kept += 1
    put(out, at + kept, EXPONENT)
    out[at + kept + 2] = ZERO + 9 - size
    return at + kept + 3


@lean
def date_of(day, date):
    """YYYY-MM-DD of a day since the epoch: Howard Hinnant's `civil_from_days`."""
    z = day + 719_468
    era = z // 146_097
    of_era = z - era * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day_of_month = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    put(date, 0, DIGITS[year + era * 400 + (1 if month <= 2 else 0)])
    put(date, 5, TWO[month])
    put(date, 8, TWO[day_of_month])
    date[4] = date[7] = DASH


@inlined
def timestamp(out, at, ms, dates, known):
    """An RFC 3339 text in quotes. `dates` keeps the text of day `known[0]`, which is seldom another one."""
    day = ms // DAY_MS
    if day != known[0]:
        date_of(day, dates)
        known[0] = day
    within = ms - day * DAY_MS
    second, minute = within // 1_000, within // 60_000
    hour = within // 3_600_000
    out[at] = QUOTE
    put(out, at + 1, get(dates, 0))
    put(out, at + 9, get(dates, 8))
    out[at + 11] = T
    put(out, at + 12, TWO[hour])
    out[at + 14] = COLON
    put(out, at + 15, TWO[minute - hour * 60])
    out[at + 17] = COLON
    put(out, at + 18, TWO[second - minute * 60])
    put(out, at + 20, DIGITS[within - second * 1_000])
    out[at + 20] = DOT
    out[at + 24], out[at + 25] = Z, QUOTE
    return at + 26


@lean
def sizes(rows, index, trips, layouts, steps, texts):
    """No more bytes than this does `write` need."""
    total = 0
    for i in range(len(rows)):
        layout = layouts[rows[i, 0]]
        total += layout[2] + trips[index[i]].texts
        for k in range(layout[0], layout[1]):
            if steps[k].kind == TEXT:
                code = steps[k].base + rows[i, steps[k].column]
                total += texts.ends[code + 1] - texts.ends[code]
    return total


@inlined
def quantity(out, at, kind, value, decimals):
    """A number or whole number. Returns its end, -1 where it is not USUAL."""
    if value == NULL and kind == NUMBER:
        put(out, at, NULL_WORD)
        return at + 4
    if not -USUAL < value < USUAL or (kind == INTEGER and value < 0):
        return -1
    return number(out, at, value, decimals) if kind == NUMBER else whole(out, at, value)


@inlined
def moment(out, at, ms, date, known):
    """A time, null for -1. Returns its end, -1 where its year has not four digits."""
    if ms == -1:
        put(out, at, NULL_WORD)
        return at + 4
    return timestamp(out, at, ms, date, known) if 0 <= ms < LAST_MS else -1


@inlined
def text(out, at, step, value, trip, trip_text, texts):
    """A shared text, or one of the trip's ids."""
    if step.kind == TEXT:
        begin = texts.ends[step.base + value]
        return copied(out, at, texts.data, begin, texts.ends[step.base + value + 1] - begin)
    if step.kind == TRIP:
        return copied(out, at, trip_text, trip.text, trip.trip_text)
    return copied(out, at, trip_text, trip.text + trip.trip_text, trip.vehicle_text)


@lean
def write(rows, index, trips, trip_text, layouts, steps, texts, out, ends, day):
    """One JSON object a row into `out`, their places into `ends`. False where a value is none that can be printed.

    `day` keeps the date written last.
    """
    date, known, at = day.text, day.number, 0
    for i in range(len(rows)):
        trip, row = trips[index[i]], rows[i]
        layout = layouts[row[0]]
        for k in range(layout[0], layout[1]):
            step = steps[k]
            for w in range(KEY_WORDS):
                put(out, at + w * WORD, step.key[w])
            at += step.size
            kind, value = step.kind, row[step.column]
            if kind in (NUMBER, INTEGER):
                at = quantity(out, at, kind, value, step.decimals)
            elif kind == TIMESTAMP:
                at = moment(out, at, value, date, known)
            else:
                at = text(out, at, step, value, trip, trip_text, texts)
            if at < 0:
                return False
        out[at] = END
        at += 1
        ends[i + 1] = at
    return True


@lean
def write_keys(index, trips, trip_text, out, ends):
    """The vehicles' ids of rows `index`."""
    at = 0
    for i in range(len(index)):
        trip = trips[index[i]]
        begin = trip.text + trip.trip_text + trip.vehicle_text
        at = copied(out, at, trip_text, begin, trip.key_text)
        ends[i + 1] = at
