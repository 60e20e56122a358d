"""Days as people write them."""

from __future__ import annotations

import re
from datetime import date

from rumbo.errors import InvalidInput

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day_of(text: str, field: str = "date") -> date:
    """The day that YYYY-MM-DD means; of ISO 8601's other spellings none. Raises InvalidInput, about `field`."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidInput(f"{text!r} is not a date.", hint="Write it as 2026-03-05.", field=field)
