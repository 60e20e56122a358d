"""The words of JSON, at a place in many bytes: numbers, times and texts as Rumbo's own producers write them."""

from __future__ import annotations

import numpy as np

from rumbo.motion.kernels.jit import lean

EXACT = 1 << 53
"""Whole numbers up to here are doubles; so is ten to the power of 22 at most, and one rounding is the right one."""
TENS = np.array([10.0**k for k in range(23)])
DIGITS = 18
MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
DAY_US = 86_400_000_000
YEARS = (1900, 2100)
TIME_SIZE = 26
"""With its quotes."""
MINUS, PLUS, DOT, ZERO, NINE, QUOTE, BACKSLASH = (ord(c) for c in '-+.09"\\')
LARGE_E, SMALL_E = (ord(c) for c in "Ee")


@lean
def same(data, at, end, words, first, last):
    """Whether words[first:last] stands at `at`."""
    if at + last - first > end:
        return False
    for i in range(last - first):  # noqa: SIM110  # numba knows no generators
        if data[at + i] != words[first + i]:
            return False
    return True


@lean
def digits(data, at, end):
    """Value and end of the digits at `at`; more than 18 are cut."""
    value = np.int64(0)
    stop = min(end, at + DIGITS)
    while at < stop:
        digit = np.int64(data[at]) - ZERO
        if digit < 0 or digit > 9:
            break
        value = value * 10 + digit
        at += 1
    return value, at


@lean
def whole(data, at, end):
    """Sign, value and end of JSON's integer at `at`; the end is -1 where there is none of 18 digits at most."""
    minus = at < end and data[at] == MINUS
    begin = at + 1 if minus else at
    value, stop = digits(data, begin, end)
    if stop == begin or (data[begin] == ZERO and stop > begin + 1):
        return minus, value, -1
    if stop < end and ZERO <= data[stop] <= NINE:
        return minus, value, -1
    return minus, value, stop


@lean
def _exponent(data, at, end):
    """Value and end of what may stand behind E; the end is -1 where it is not one or two digits."""
    down = at < end and data[at] == MINUS
    begin = at + 1 if down or (at < end and data[at] == PLUS) else at
    value, stop = digits(data, begin, end)
    if stop == begin or stop > begin + 2:
        return value, -1
    return -value if down else value, stop


@lean
def _fraction(data, at, end, value):
    """The number's digits with those at `at` behind them, and their end; -1 where there are none, or too many."""
    begin = at
    while at < end and ZERO <= data[at] <= NINE:
        if value >= EXACT // 10:
            return value, -1
        value = value * 10 + (np.int64(data[at]) - ZERO)
        at += 1
    return value, at if at > begin else -1


@lean
def number(data, at, end):
    """Value and end of the number at `at`; the end is -1 where it is none, or takes more than one rounding."""
    minus, value, at = whole(data, at, end)
    power = 0
    if 0 <= at < end and data[at] == DOT:
        begin = at + 1
        value, at = _fraction(data, begin, end, value)
        power = begin - at
    if 0 <= at < end and (data[at] == SMALL_E or data[at] == LARGE_E):
        exponent, at = _exponent(data, at + 1, end)
        power += exponent
    if at < 0 or value > EXACT or power < -22 or power > 22:
        return 0.0, -1
    found = value / TENS[-power] if power < 0 else value * TENS[power]
    return -found if minus else found, at


@lean
def _fixed(data, at, size):
    """The value of so many digits; negative where there is something else."""
    value, stop = digits(data, at, at + size)
    return value if stop == at + size else np.int64(-1)


@lean
def time(data, at, end):
    """Microseconds since the epoch of "2026-03-05T07:30:00.000Z" at `at`, and whether it is one."""
    if at + TIME_SIZE > end or data[at] != QUOTE or data[at + 25] != QUOTE:
        return 0, False
    if (
        data[at + 5] != 45  # -
        or data[at + 8] != 45
        or data[at + 11] != 84  # T
        or data[at + 14] != 58  # :
        or data[at + 17] != 58
        or data[at + 20] != DOT
        or data[at + 24] != 90  # Z
    ):
        return 0, False
    year, month, day = _fixed(data, at + 1, 4), _fixed(data, at + 6, 2), _fixed(data, at + 9, 2)
    hour, minute = _fixed(data, at + 12, 2), _fixed(data, at + 15, 2)
    second, milli = _fixed(data, at + 18, 2), _fixed(data, at + 21, 3)
    if year < YEARS[0] or year >= YEARS[1] or month < 1 or month > 12 or day < 1:
        return 0, False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > MONTH_DAYS[month - 1] + (1 if leap and month == 2 else 0):
        return 0, False
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59 or milli < 0:
        return 0, False
    # Days from the civil calendar, years beginning in March.
    y = year - 1 if month <= 2 else year
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    era = y // 400
    of_era = y - era * 400
    days = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    seconds = hour * 3600 + minute * 60 + second
    return days * DAY_US + seconds * 1_000_000 + milli * 1000, True


@lean
def text(data, at, end):
    """End of the text that begins at `at`, behind its quote; -1 where it is not plain, or not UTF-8."""
    while at < end:
        letter = data[at]
        if letter == QUOTE:
            return at
        if letter < 0x20 or letter == BACKSLASH:
            return -1
        if letter < 0x80:
            at += 1
            continue
        size = (
            2
            if 0xC2 <= letter <= 0xDF
            else 3
            if 0xE0 <= letter <= 0xEF
            else 4
            if 0xF0 <= letter <= 0xF4
            else 0
        )
        if size == 0 or at + size > end:
            return -1
        second = data[at + 1]
        if (
            (letter == 0xE0 and second < 0xA0)  # too long a spelling
            or (letter == 0xED and second > 0x9F)  # half a character
            or (letter == 0xF0 and second < 0x90)
            or (letter == 0xF4 and second > 0x8F)  # beyond the last character
        ):
            return -1
        for i in range(1, size):
            if data[at + i] & 0xC0 != 0x80:
                return -1
        at += size
    return -1
