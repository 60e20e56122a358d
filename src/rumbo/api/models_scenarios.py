"""What /scenarios takes and gives."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from rumbo.api.fields import In
from rumbo.api.scenarios import MOST_BYTES

Text = Annotated[str, Field(min_length=1, max_length=MOST_BYTES, description="The scenario's file, in YAML.")]


class ScenarioIn(In):
    text: Text


class ScenarioOut(BaseModel):
    name: str
    is_ready_made: bool = Field(description="It comes with Rumbo and stays as it is.")
    title: str
    title_es: str
    vehicles: int | None
    problem: str = Field(description="Why it cannot be used; empty where it can.")
    text: str | None = Field(description="Null in lists.")


class ScenariosOut(BaseModel):
    items: list[ScenarioOut]
