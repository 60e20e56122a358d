"""From a device's trial to the contract's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from rumbo.api.fields import to_text
from rumbo.domain.device import Fault
from rumbo.events.plain import to_plain
from rumbo.fleet.device_trial import MOST_POINTS, Trial, ranked
from rumbo.motion.arrays import Ints

SHARES = (0.5, 0.9, 0.95, 0.99, 1.0)
BINS_MS = (0, 100, 500, 1_000, 5_000, 10_000, 60_000, 600_000)
_SPOILT = int(Fault.MALFORMED | Fault.BREAKING)


def trial_json(trial: Trial, kind: str, payloads: int) -> dict[str, Any]:
    """A `PreviewOut` with so many payloads, and as many spoilt ones."""
    return {
        "device": to_plain(trial.plan.device),
        "sample": _sample(trial, kind),
        "counts": _counts(trial),
        "delay_ms": _spread(trial.delay_ms) | {"histogram": _histogram(trial.delay_ms)},
        "error_m": _errors(trial),
        "track": {"type": "LineString", "coordinates": trial.track},
        "fixes": _fixes(trial),
        "fault_labels": [str(fault.name).lower() for fault in Fault],
        "payloads": _payloads(trial, payloads),
    }


def _sample(trial: Trial, kind: str) -> dict[str, Any]:
    plan = trial.plan
    return {
        "kind": kind,
        "trip_id": plan.trip_id if kind == "trip" else None,
        "start_at": to_text(plan.start_ms),
        "distance_m": round(plan.route.length_m, 1),
        "duration_s": round(plan.profile.duration_s, 1),
        "seed": plan.seed,
        "cut": trial.cut,
    }


def _counts(trial: Trial) -> dict[str, Any]:
    sent, dropped = trial.sent, len(trial.dropped["seq"])
    originals = np.flatnonzero(sent["copy"] == 0)
    faults = np.concatenate((sent["faults"], trial.dropped["faults"]))
    triggers, counts = np.unique(sent["trigger"][originals].astype(str), return_counts=True)
    by_fault = {str(fault.name).lower(): int(np.count_nonzero(faults & int(fault))) for fault in Fault}
    return {
        "recorded": len(originals) + dropped,
        "sent": len(sent["seq"]),
        "dropped": dropped,
        "rejected": int(np.count_nonzero(sent["faults"] & _SPOILT)),
        "by_trigger": dict(zip(triggers.tolist(), counts.tolist(), strict=True)),
        "by_fault": {label: count for label, count in by_fault.items() if count},
    }


def _spread(values: Any) -> dict[str, float | None]:
    found = [None if value is None else round(value, 2) for value in ranked(values, SHARES)]
    return dict(zip(("p50", "p90", "p95", "p99", "max"), found, strict=True))


def _histogram(delays: Ints) -> list[dict[str, int | None]]:
    up_to = [0, *(int(np.count_nonzero(delays <= edge)) for edge in BINS_MS), len(delays)]
    edges: Sequence[int | None] = (*BINS_MS, None)
    return [
        {"up_to_ms": edge, "count": after - before}
        for edge, (before, after) in zip(edges, pairwise(up_to), strict=True)
    ]


def _errors(trial: Trial) -> dict[str, float | None]:
    error, accuracy = trial.error_m, trial.sent["accuracy_m"]
    within = round(float(np.mean(error <= accuracy)), 4) if len(error) else None
    return _spread(error) | {"within_accuracy": within}


def _fixes(trial: Trial) -> dict[str, list[Any]]:
    sent, count = trial.sent, len(trial.sent["seq"])
    rows = np.linspace(0, max(count - 1, 0), min(count, MOST_POINTS)).astype(np.int64)
    columns = {
        "seq": sent["seq"],
        "sent_after_ms": sent["emit_ms"] - trial.plan.start_ms,
        "delay_ms": trial.delay_ms,
        "lat": sent["lat"],
        "lon": sent["lon"],
        "true_lat": trial.true_lat.round(7),
        "true_lon": trial.true_lon.round(7),
        "accuracy_m": sent["accuracy_m"],
        "faults": sent["faults"],
    }
    return {name: column[rows].tolist() for name, column in columns.items()}


def _payloads(trial: Trial, most: int) -> list[dict[str, Any]]:
    sent = trial.sent
    spoilt = np.flatnonzero(sent["faults"] & _SPOILT)[:most]
    rows = np.union1d(np.arange(min(most, len(sent["seq"]))), spoilt).astype(np.int64)
    return [
        {
            "seq": int(sent["seq"][row]),
            "sent_after_ms": int(sent["emit_ms"][row] - trial.plan.start_ms),
            "faults": Fault(int(sent["faults"][row])).labels,
            "text": value.decode("utf-8", "backslashreplace"),
        }
        for row, value in zip(rows.tolist(), trial.payloads(rows), strict=True)
    ]
