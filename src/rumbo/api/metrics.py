"""What Prometheus reads: the figures that status, lake and jobs know already, as declared in `metrics_table`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from rumbo.api.jobs import KEPT, Jobs
from rumbo.api.lake_days import LakeDays
from rumbo.api.looks import Look
from rumbo.api.metrics_samples import Sample, audit_samples, day_samples, part_samples, pipeline_samples
from rumbo.api.metrics_table import METRICS, Kind
from rumbo.api.status import ANSWER_TIMEOUT_S, Status
from rumbo.fleet.world import WorldView

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
DAYS_EVERY_S = 60.0
DAYS_KEPT_S = 300.0
PATIENCE_S = 1.0
"""Of a scrape with what is not known yet once the parts' health is."""

type Family = CounterMetricFamily | GaugeMetricFamily


class Metrics(Collector):
    """Answers within seconds, whatever is away: what is not known then is left out, and its part is at 0."""

    def __init__(
        self,
        status: Status,
        world: WorldView,
        days: LakeDays,
        jobs: Jobs,
        outbox_waiting: Callable[[], int],
        live_clients: Callable[[], int],
    ) -> None:
        self._jobs, self._live_clients = jobs, live_clients
        self._health: Look[dict[str, Any]] = Look(status.health, 0, 0)
        self._pipeline: Look[dict[str, Any]] = Look(status.pipeline, 0, 0)
        self._outbox: Look[int] = Look(outbox_waiting, 0, 0)
        self._world: Look[tuple[int, float]] = Look(lambda: (world.now_ms(), world.rate()), 0, 0)
        self._days: Look[list[dict[str, Any]]] = Look(
            lambda: days.grid(None, None), DAYS_EVERY_S, DAYS_KEPT_S
        )
        self._looks: tuple[Look[Any], ...] = (
            self._health,
            self._pipeline,
            self._outbox,
            self._world,
            self._days,
        )
        self._threads = ThreadPoolExecutor(len(self._looks), thread_name_prefix="metrics")
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def text(self) -> bytes:
        """The metrics now, in Prometheus' text format."""
        return generate_latest(self._registry)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def describe(self) -> Iterator[Family]:
        """Nothing: the registry shall not collect to learn the names."""
        return iter(())

    def collect(self) -> Iterator[Family]:
        """Families of the declared metrics that have samples. Raises KeyError for one that is not declared."""
        families: dict[str, Family] = {}
        for name, labels, value in self._samples():
            metric = METRICS[name]
            if name not in families:
                family = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
                families[name] = family(metric.full_name, metric.help, labels=metric.labels)
            families[name].add_metric(labels, value)
        yield from families.values()

    def _samples(self) -> Iterator[Sample]:
        for look in self._looks:
            look.begin(self._threads)
        if (health := self._health.value(ANSWER_TIMEOUT_S + PATIENCE_S)) is not None:
            yield from part_samples(health)
        if (pipeline := self._pipeline.value(PATIENCE_S)) is not None:
            yield from pipeline_samples(pipeline)
        if (waiting := self._outbox.value(PATIENCE_S)) is not None:
            yield "outbox_waiting", (), waiting
        if (world := self._world.value(PATIENCE_S)) is not None:
            yield "world_timestamp_seconds", (), world[0] / 1000
            yield "world_rate", (), world[1]
        days = self._days.value(PATIENCE_S)
        if days is not None:
            yield from day_samples(days, None if world is None else world[0])
        if days is not None or self._days.failed:
            yield "part_up", ("lake",), float(days is not None)
        yield "live_clients", (), self._live_clients()
        yield from audit_samples(self._jobs.page("audit", KEPT, None).items)
