"""The list of alerts: what the stream found and the lake holds, about a second after it was published."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from rumbo.api.status import Cached
from rumbo.fleet.pages import Page, decode_key, encode_key
from rumbo.lake.alerts import AlertFilter, AlertPlace, newest_alerts, open_alerts
from rumbo.lake.places import Lake

_KIND = "alerts"
_KEY = re.compile(r"(-?[0-9]{1,15}):([0-9A-Za-z_-]{1,40})")


class Alerts:
    """Reads landing without Spark. Its table is looked up once a second at most, whoever asks."""

    def __init__(self, lake: Lake, ttl_s: float = 1.0) -> None:
        self._table = Cached(partial(open_alerts, lake), ttl_s)

    def newest(self, wanted: AlertFilter, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
        """A page. Raises InvalidInput for a cursor that it did not give out, Unavailable without a lake."""
        key = decode_key(_KIND, cursor, _KEY)
        after = None
        if key is not None:
            event_ms, _, alert_id = key.partition(":")
            after = AlertPlace(int(event_ms), alert_id)
        items, last = newest_alerts(self._table.get(), wanted, limit, after)
        return Page(items, None if last is None else encode_key(_KIND, f"{last.event_ms}:{last.alert_id}"))
