"""What the world clock's verbs take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rumbo.api.fields import In
from rumbo.domain.clock import MAX_RATE, MAX_STEP_MS, MIN_RATE, MIN_STEP_MS

Rate = Annotated[float, Field(strict=True, ge=MIN_RATE, le=MAX_RATE, allow_inf_nan=False, examples=[10.0])]
Revision = Annotated[
    int | None,
    Field(strict=True, ge=0, description="The clock that you saw: a conflict where it was changed since."),
]


class ClockIn(In):
    revision: Revision = None


class RateIn(ClockIn):
    rate: Rate


class ResumeIn(ClockIn):
    rate: Rate | None = Field(None, description="Default: the rate before the pause.")


class StepIn(ClockIn):
    seconds: Annotated[
        float,
        Field(
            strict=True, ge=MIN_STEP_MS / 1000, le=MAX_STEP_MS / 1000, allow_inf_nan=False, examples=[60.0]
        ),
    ]
