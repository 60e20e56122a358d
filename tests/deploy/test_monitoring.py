"""The monitoring's files keep their promises, each check sees a fault, and promtool has nothing against them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from rumbo.api.metrics_table import METRICS, Kind
from support import monitoring as promises
from support.monitoring import CHECKS, CONFIG, DASHBOARD, FILES, PAGE, PROVIDERS, RULES, SOURCES, Files
from support.promises import promised

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
RULE_TESTS = FOLDER / "rumbo.rules.test.yml"
NAMES = re.findall(r"alert: (\w+)", (ROOT / RULES).read_text())
PROMTOOL = shutil.which("promtool")
with_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool (Debian's package prometheus) is not here"
)

FAULTS: tuple[tuple[Callable[[Files], None], str, str, str], ...] = (
    (promises.every_metric_is_declared, RULES, "rumbo_audit_balanced", "rumbo_audit_balance"),
    (promises.every_metric_is_declared, RULES, "rumbo_audit_balanced", "rmbo_audit_balanced"),
    (promises.every_metric_is_declared, DASHBOARD, "rumbo_outbox_waiting", "rumbo_outbox_rows"),
    (promises.every_label_is_declared, RULES, "{{ $labels.topic }}", "{{ $labels.queue }}"),
    (promises.every_label_is_declared, RULES, "sum by (job, instance)", "sum by (job, host)"),
    (promises.every_label_is_declared, DASHBOARD, "{{table}}", "{{tables}}"),
    (promises.every_label_is_declared, DASHBOARD, "alertstate=", "state="),
    (promises.every_alert_says_what_to_do, RULES, "severity: critical", "severity: bad"),
    (promises.every_alert_says_what_to_do, RULES, "alert: RumboLag", "alert: RumboDown"),
    (promises.every_alert_can_be_tried, RULES, "for: 2m", "for: 2h"),
    (promises.every_runbook_is_there, RULES, "monitoring.md#rumbolag", "monitoring.md#lag"),
    (promises.every_runbook_is_there, PAGE, "### RumboLag", "### Lag"),
    (promises.every_runbook_is_there, PAGE, "### RumboLag", "### RumboGone\n\n### RumboLag"),
    (promises.the_page_has_the_table, PAGE, "`rumbo_world_rate`", "`rumbo_world_speed`"),
    (promises.the_page_has_the_table, PAGE, "{ledger, problem}", "{problem}"),
    (promises.panels_have_ids_and_places_of_their_own, DASHBOARD, '"id": 3,', '"id": 2,'),
    (promises.panels_have_ids_and_places_of_their_own, DASHBOARD, '"w": 12,', '"w": 13,'),
    (promises.panels_are_titled_and_have_units, DASHBOARD, '"unit": "s"', '"unit": ""'),
    (promises.panels_are_titled_and_have_units, DASHBOARD, '"title": "Freshness"', '"title": "Ledger"'),
    (promises.every_query_goes_to_the_provisioned_source, SOURCES, "uid: prometheus", "uid: other"),
    (promises.every_query_goes_to_the_provisioned_source, SOURCES, "//prometheus:", "//localhost:"),
    (promises.the_dashboard_names_no_address, DASHBOARD, "/api/v1/health", "http://127.0.0.1:8000"),
    (promises.the_dashboard_names_no_address, DASHBOARD, '"schemaVersion": 41', '"schemaVersion": 36'),
    (promises.the_rules_are_read_and_the_api_is_asked, CONFIG, "- rumbo.rules.yml", "- rules.yml"),
    (promises.the_rules_are_read_and_the_api_is_asked, CONFIG, "api:8000", "localhost:8000"),
    (promises.dashboards_lie_where_the_page_says, PROVIDERS, "/etc/grafana/dashboards", "/dashboards"),
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return {path: (ROOT / path).read_text() for path in FILES}


(test_the_files_keep_their_promise, test_a_fault_is_seen, test_every_promise_is_proved_by_a_fault) = promised(
    CHECKS, FAULTS
)


def promtool(*arguments: str | Path, given: bytes | None = None) -> tuple[int, str]:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], input=given, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


@with_promtool
@pytest.mark.parametrize("what", ["config prometheus.yml", "rules rumbo.rules.yml"])
def test_promtool_has_nothing_against(what: str) -> None:
    kind, file = what.split()
    status, said = promtool("check", kind, FOLDER / file)
    assert status == 0, said


@with_promtool
def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    status, said = promtool("test", "rules", RULE_TESTS)
    assert status == 0, said


@with_promtool
@pytest.mark.parametrize("alert", NAMES)
@pytest.mark.parametrize("expression", ["vector(0) > 1", "vector(1)"], ids=["never fires", "always fires"])
def test_an_alert_that_is_wrong_is_seen_by_the_rules_tests(
    alert: str, expression: str, tmp_path: Path
) -> None:
    document = yaml.safe_load((ROOT / RULES).read_text())
    (rule,) = [rule for rule in document["groups"][0]["rules"] if rule["alert"] == alert]
    rule["expr"] = expression
    (tmp_path / "rumbo.rules.yml").write_text(yaml.safe_dump(document))
    shutil.copy(RULE_TESTS, tmp_path)
    status, said = promtool("test", "rules", tmp_path / RULE_TESTS.name)
    assert status != 0 and alert in said


class Everything(Collector):
    """A sample of each declared metric."""

    def collect(self) -> list[CounterMetricFamily | GaugeMetricFamily]:
        families: list[CounterMetricFamily | GaugeMetricFamily] = []
        for metric in METRICS.values():
            kind = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
            family = kind(metric.full_name, metric.help, labels=metric.labels)
            family.add_metric(["x" for _ in metric.labels], 1)
            families.append(family)
        return families


@with_promtool
def test_the_metrics_names_follow_prometheus_conventions() -> None:
    registry = CollectorRegistry()
    registry.register(Everything())
    _, said = promtool("check", "metrics", given=generate_latest(registry))
    days = 'use base unit "seconds" instead of "days"'  # they are days of the calendar that are counted, no durations
    assert [line for line in said.splitlines() if line and days not in line] == []
    assert said.count(days) == sum("days" in name.split("_") for name in METRICS)
