"""What /dashboards gives."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from rumbo.api.models_lake import ColumnOut


class FigureHeadOut(BaseModel):
    """A figure: one question to the tables of common."""

    name: str
    title: str
    grain: str = Field(description="What a row is.")
    columns: list[ColumnOut]
    shapes: list[str] = Field(description="Columns that name places whose geometry is given with the rows.")


class FiguresOut(BaseModel):
    """All figures, in the order in which a person reads them."""

    days: list[date] = Field(description="The days (UTC) that are refined, in order: what can be asked for.")
    items: list[FigureHeadOut]


class FigureOut(BaseModel):
    """A figure's rows over a span of days (UTC), both taken whole."""

    figure: FigureHeadOut
    from_: date | None = Field(alias="from", description="Null: nothing is refined yet.")
    to: date | None
    versions: dict[str, int | None] = Field(description="The tables that were read, and at which version.")
    items: list[dict[str, Any]] = Field(description="By column, in the figure's order.")
    truncated: bool = Field(description="There are more rows; these are the first. CSV has all.")
    shapes: dict[str, Any] = Field(description="GeoJSON geometry by cell or road edge that the rows name.")
    attribution: str = Field(description="Whom to name where the rows are passed on; empty for nobody.")
