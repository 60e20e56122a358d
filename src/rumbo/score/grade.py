"""Precision, recall and errors of a table of trips, stops or events against the truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from rumbo.domain.route import EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Rules:
    """When two intervals of one vehicle are the same thing."""

    least_overlap: float = 0.5
    """Of trips and stops: length in common over length together."""
    within_s: float = 5.0
    """Of events: their begins may lie this far apart."""
    least_stop_s: float = 180.0
    """Shorter standstills are no stops; they also do not end a trip."""
    least_trip_m: float = 200.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution of errors (found less true)."""

    mean: float
    p50_abs: float
    p95_abs: float
    worst_abs: float


@dataclass(frozen=True, slots=True)
class Score:
    """How well a table knows one kind of thing. Shares are None where there is nothing to divide by."""

    kind: str
    true: int
    found: int
    matched: int
    errors: dict[str, Spread] = field(default_factory=dict)

    @property
    def precision(self) -> float | None:
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.matched / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        return 2 * self.matched / (self.true + self.found) if self.true + self.found else None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"precision": self.precision, "recall": self.recall, "f1": self.f1}


def grade(kind: str, true: pl.DataFrame, found: pl.DataFrame, rules: Rules | None = None) -> Score:
    """Grade a table that `tables.shaped` made against frames of the same shape. One thing matches one at most."""
    rules = rules or Rules()
    pairs = matches(kind, true, found, rules)
    both = pairs.join(true.with_row_index("i"), on="i").join(
        found.with_row_index("k"), on="k", suffix="_found"
    )
    errors = {name: _spread(both.select(error=error)["error"]) for name, error in _errors(kind, both).items()}
    return Score(kind, true.height, found.height, pairs.height, {k: v for k, v in errors.items() if v})


def matches(kind: str, true: pl.DataFrame, found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Row numbers `i` of truths and `k` of finds that are the same thing, the best pairs first."""
    keys = ["vehicle_id", "kind"] if kind == "events" else ["vehicle_id"]
    spans = [*keys, "begin"] if kind == "events" else [*keys, "begin", "end"]
    left = true.select(spans).with_row_index("i")
    right = found.select(pl.col(spans).name.suffix("_found")).with_row_index("k")
    same = [pl.col(key) == pl.col(f"{key}_found") for key in keys]
    if kind == "events":
        reach = pl.duration(milliseconds=round(rules.within_s * 1000))
        left = left.with_columns(from_=pl.col("begin") - reach, to=pl.col("begin") + reach)
        close = left.join_where(
            right, *same, pl.col("begin_found") >= pl.col("from_"), pl.col("begin_found") <= pl.col("to")
        )
        merit = -(pl.col("begin_found") - pl.col("begin")).dt.total_milliseconds().abs()
        good = close.with_columns(merit=merit.cast(pl.Float64))
    else:
        touching = left.join_where(
            right, *same, pl.col("begin_found") < pl.col("end"), pl.col("begin") < pl.col("end_found")
        )
        common = pl.min_horizontal("end", "end_found") - pl.max_horizontal("begin", "begin_found")
        together = pl.max_horizontal("end", "end_found") - pl.min_horizontal("begin", "begin_found")
        good = touching.with_columns(merit=common.dt.total_milliseconds() / together.dt.total_milliseconds())
        good = good.filter(pl.col("merit") >= rules.least_overlap)
    taken_i: set[int] = set()
    taken_k: set[int] = set()
    chosen = []
    for i, k in good.sort("merit", "i", "k", descending=[True, False, False]).select("i", "k").iter_rows():
        if i not in taken_i and k not in taken_k:
            taken_i.add(i)
            taken_k.add(k)
            chosen.append((i, k))
    return pl.DataFrame(chosen, schema={"i": pl.UInt32(), "k": pl.UInt32()}, orient="row")


def _errors(kind: str, both: pl.DataFrame) -> dict[str, pl.Expr]:
    def seconds(a: str, b: str) -> pl.Expr:
        return (pl.col(a) - pl.col(b)).dt.total_milliseconds() / 1000

    errors = {"begin_s": seconds("begin_found", "begin")}
    if "end_found" in both.columns:
        errors["end_s"] = seconds("end_found", "end")
    if kind == "stops":
        errors["dwell_s"] = seconds("end_found", "begin_found") - seconds("end", "begin")
    if "distance_m_found" in both.columns:
        errors["distance_m"] = pl.col("distance_m_found") - pl.col("distance_m")
        errors["distance_share"] = pl.col("distance_m_found") / pl.col("distance_m") - 1
    if kind == "stops" and {"lat_found", "lon_found"} <= set(both.columns):
        errors["place_m"] = haversine("lat", "lon", "lat_found", "lon_found")
    return errors


def haversine(lat1: str, lon1: str, lat2: str, lon2: str) -> pl.Expr:
    """Great-circle distance in m between columns of degrees."""
    phi1, phi2 = pl.col(lat1).radians(), pl.col(lat2).radians()
    h = ((phi2 - phi1) / 2).sin() ** 2
    h = h + phi1.cos() * phi2.cos() * ((pl.col(lon2) - pl.col(lon1)).radians() / 2).sin() ** 2
    return 2 * EARTH_RADIUS_M * h.clip(0, 1).sqrt().arcsin()


def _spread(errors: pl.Series) -> Spread | None:
    errors = errors.drop_nulls().drop_nans()
    if errors.is_empty():
        return None
    size = errors.abs()
    values = (errors.mean(), size.quantile(0.5, "linear"), size.quantile(0.95, "linear"), size.max())
    mean, p50, p95, worst = (round(float(str(value)), 3) for value in values)
    return Spread(mean, p50, p95, worst)
