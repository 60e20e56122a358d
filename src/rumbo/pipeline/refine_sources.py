"""The views that the tables' SQL reads: published tables as they were when a run began, and its own candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from rumbo.domain.alert_rules import DEFAULT_RULES, AlertRules
from rumbo.events.fields import EVENT_TYPES, EventType
from rumbo.lake.broken_log import require_whole_log
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table, polars_columns
from rumbo.lake.refined import Refined, refined
from rumbo.lake.refined.driving_events import RULES, values_of
from rumbo.lake.refined.records import MENDED
from rumbo.lake.tables import LANDED_EVENTS, TableSpec
from rumbo.pipeline import schema

GIVEN_VEHICLES, GIVEN_RULES = "given_vehicles", "given_rules"
_LANDED: Mapping[str, EventType] = {
    f"landing_{LANDED_EVENTS[event.topic].name}": event for event in EVENT_TYPES
}


class Sources:
    """Each source is opened once and stays at that version for the life of the instance."""

    def __init__(
        self,
        session: SparkSession,
        lake: Lake,
        given: pl.DataFrame,
        pins: Mapping[str, int] | None = None,
        rules: AlertRules = DEFAULT_RULES,
    ) -> None:
        """`pins`: versions to open tables at, by view; the newest of all others."""
        self._pins = pins or {}
        self._session = session
        self._lake = lake
        self._given = given
        self._rules = rules
        self._specs = {table.view: table.spec for table in refined()}
        self._open: dict[str, DataFrame] = {}
        self.versions: dict[str, int] = {}
        """Name of the view -> the version of the table behind it; tables that are not there have none."""

    def show(self, views: Iterable[str]) -> None:
        """Make the views of published tables."""
        for view in views:
            self.frame(view).createOrReplaceTempView(view)

    def show_candidates(self, table: Refined, days: Iterable[str], candidates: DataFrame) -> None:
        """A table's view as it will be once the candidates stand in the place of those days."""
        if table.day:
            listed = [sf.lit(day).cast("date") for day in days]
            candidates = (
                self.frame(table.view).where(~sf.col(table.day).isin(*listed)).unionByName(candidates)
            )
        candidates.createOrReplaceTempView(table.view)

    def frame(self, view: str) -> DataFrame:
        """A source's rows with the declared columns."""
        if view not in self._open:
            self._open[view] = self._opened(view)
        return self._open[view]

    def _opened(self, view: str) -> DataFrame:
        if view == GIVEN_VEHICLES:
            rows = self._given.to_arrow(compat_level=pl.CompatLevel.oldest())
            return self._session.createDataFrame(rows)
        if view == GIVEN_RULES:
            rows = pl.DataFrame([values_of(self._rules)], schema=polars_columns(RULES)).to_arrow()
            return self._session.createDataFrame(rows)
        if view in _LANDED:
            return self._landed(view, _LANDED[view])
        return self._table(view, self._specs[view])

    def _table(self, view: str, spec: TableSpec) -> DataFrame:
        # Opened without Spark first: it says in plain words what is wrong with a table that cannot be read.
        require_whole_log(self._lake.table_path(spec), spec)
        version = open_table(self._lake, spec, self._pins.get(view)).version
        declared = schema.landing_schema(spec)
        if version is None:
            return schema.frame_of(self._session, spec, [])
        self.versions[view] = version
        reader = self._session.read.format("delta").option("versionAsOf", version)
        found = reader.load(self._lake.table_path(spec))
        there = set(found.columns)
        return found.select(
            *(
                sf.col(field.name)
                if field.name in there
                else sf.lit(None).cast(field.dataType).alias(field.name)
                for field in declared.fields
            )
        )

    def _landed(self, view: str, event: EventType) -> DataFrame:
        """What landed and what was mended of what was rejected; landing itself stays as it is."""
        spec = LANDED_EVENTS[event.topic]
        landed = self._table(view, spec)
        mended = self._table(f"staging_{MENDED.name}", MENDED).where(sf.col("event") == event.name)
        if f"staging_{MENDED.name}" not in self.versions:
            return landed
        fields = schema.parsed(event, sf.col("payload"))
        own = set(event.names)
        return landed.unionByName(
            mended.select(*(fields[name].alias(name) if name in own else sf.col(name) for name in spec.names))
        )
