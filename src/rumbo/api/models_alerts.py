"""What /alerts gives. An alert's fields are those of the event, declared in `events`, and are not spelt again here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, create_model

from rumbo.domain.alert_rules import AlertRule, Severity
from rumbo.events.fields import ALERT, FieldType
from rumbo.events.fields import Field as EventField

_TYPES = {
    FieldType.STRING: str,
    FieldType.INTEGER: int,
    FieldType.NUMBER: float,
    FieldType.TIMESTAMP: str,
}
_ENUMS: dict[str, Any] = {"rule": AlertRule, "severity": Severity}


def _field(field: EventField) -> Any:
    kind = _ENUMS.get(field.name, _TYPES[field.type])
    text = field.description + (f" Unit: {field.unit}." if field.unit else "")
    return (kind | None if field.nullable else kind, Field(description=text))


AlertOut = create_model("AlertOut", **{field.name: _field(field) for field in ALERT.fields})
AlertOut.__doc__ = ALERT.description


class AlertsOut(BaseModel):
    """A page of alerts, newest first by `event_time`."""

    items: list[AlertOut]
    next_cursor: str | None
