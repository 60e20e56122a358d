"""Exact traces in Arrow files: what every vehicle did at every step of time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from rumbo.domain.plan import Plan
from rumbo.errors import InvalidInput
from rumbo.motion import STATES, Fleet
from rumbo.motion.pack import CLASSES
from rumbo.motion.traces import Columns, Traces
from rumbo.score.truth import batches

_TIME = pa.timestamp("ms", "UTC")


def save_traces(plans: Iterable[Plan], until_ms: int, every_s: float, folder: Path) -> int:
    """Write the traces of settled plans up to a world time as `<folder>/<n>.arrow`, some trips each; return the rows.

    Raises InvalidInput where `every_s` is no step of whole milliseconds.
    """
    step_ms = step_of(every_s)
    folder.mkdir(parents=True)
    rows = 0
    for number, batch in enumerate(batches(plans), 1):
        file = folder / f"{number}.arrow"
        rows += write_traces(Fleet.of(batch), (0, until_ms + 1), step_ms, file)
    return rows


def step_of(every_s: float) -> int:
    """The step in ms. Raises InvalidInput where it is not a whole number of them above 0."""
    step_ms = round(every_s * 1000.0) if 0.0 < every_s < 86_400.0 else 0
    if step_ms < 1 or abs(step_ms - every_s * 1000.0) > 1e-6:
        raise InvalidInput(
            f"A trace every {every_s} s is not possible.", hint="Ask for 0.001 to 86399 s.", field="every"
        )
    return step_ms


def write_traces(fleet: Fleet, span_ms: tuple[int, int], step_ms: int, file: Path) -> int:
    """Write the states at the world times in [begin, end) that `step_ms` divides; return how many.

    One Arrow file in order of vehicle, then time, with the columns of `Columns`; its texts are dictionaries.
    """
    traces = Traces(fleet, *span_ms, step_ms)
    texts = {
        name: pa.array(list(values), pa.string())
        for name, values in (
            ("trip_id", fleet.trip_ids), ("vehicle_id", traces.vehicles),
            ("vehicle_class", [kind.value for kind in CLASSES]), ("state", [state.value for state in STATES]),
            ("road_name", fleet.store.shared.names.values),
        )
    }  # fmt: skip
    kinds = [_kind(name, texts) for name in Columns._fields]
    schema = pa.schema(list(zip(Columns._fields, kinds, strict=True)))
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for columns in traces:
            arrays = [
                _array(name, column, texts) for name, column in zip(Columns._fields, columns, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return len(traces)


_CODES = {"vehicle_class": pa.int8(), "state": pa.int8()}


def _kind(name: str, texts: dict[str, Any]) -> Any:
    if name in texts:
        return pa.dictionary(_CODES.get(name, pa.int32()), pa.string())
    return _TIME if name == "time" else pa.float64()


def _array(name: str, column: Any, texts: dict[str, Any]) -> Any:
    """A column that shares the memory of numpy's."""
    if name in texts:
        return pa.DictionaryArray.from_arrays(pa.array(column), texts[name], safe=False)
    return pa.Array.from_buffers(
        _TIME if name == "time" else pa.float64(), len(column), [None, pa.py_buffer(column)]
    )
