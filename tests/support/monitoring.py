"""What deploy/prometheus, deploy/grafana and docs/monitoring.md promise each other, each a check on their texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

import yaml

from rumbo.api.metrics_table import METRICS

RULES, CONFIG = "deploy/prometheus/rumbo.rules.yml", "deploy/prometheus/prometheus.yml"
DASHBOARD, PAGE = "deploy/grafana/dashboards/rumbo.json", "docs/monitoring.md"
SOURCES = "deploy/grafana/provisioning/datasources/prometheus.yml"
PROVIDERS = "deploy/grafana/provisioning/dashboards/rumbo.yml"
FILES = (RULES, CONFIG, DASHBOARD, PAGE, SOURCES, PROVIDERS)

Files = Mapping[str, str]
"""Path -> text."""

ADDED = frozenset({"job", "instance"})
"""Labels that Prometheus adds."""
OF_PROMETHEUS = {
    "up": ADDED,
    "ALERTS": ADDED | {"alertname", "alertstate", "severity"},
}
LABELS = OF_PROMETHEUS | {metric.full_name: ADDED | set(metric.labels) for metric in METRICS.values()}
WORDS = {
    "and",
    "or",
    "on",
    "by",
    "group_left",
    "group_right",
    "sum",
    "rate",
    "increase",
    "deriv",
    "absent",
    "time",
    "clamp_min",
}
"""Of PromQL's words those that are used here: another one is to be looked at once."""
STRETCHES = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|group_left|group_right)\s*\([^)]*\)")
"""Matchers, ranges and lists of labels."""


def metrics_in(expression: str) -> set[str]:
    bare = STRETCHES.sub(" ", expression)
    return set(re.findall(r"[A-Za-z_]\w*", bare)) - WORDS


def labels_in(expression: str) -> set[str]:
    lists = re.findall(r"\b(?:by|on|group_left|group_right)\s*\(([^)]*)\)", expression)
    matched = re.findall(r"[{,]\s*(\w+)\s*[=!]", expression)
    return {label for one in lists for label in re.findall(r"\w+", one)} | set(matched)


def alerts(files: Files) -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(files[RULES])["groups"] for rule in group["rules"]]


def panels(files: Files) -> list[dict[str, Any]]:
    return list(json.loads(files[DASHBOARD])["panels"])


def expressions(files: Files) -> Iterator[tuple[str, str, str]]:
    """(where, expression, text that may use labels of its result)."""
    for rule in alerts(files):
        yield rule["alert"], rule["expr"], " ".join(rule["annotations"].values())
    for panel in panels(files):
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"], target["legendFormat"]
    for mark in json.loads(files[DASHBOARD])["annotations"]["list"]:
        yield mark["name"], mark["expr"], f"{mark['titleFormat']} {mark['textFormat']}"


def every_metric_is_declared(files: Files) -> None:
    for where, expression, _ in expressions(files):
        unknown = metrics_in(expression) - LABELS.keys()
        assert metrics_in(expression), where
        assert not unknown, f"{where} uses {unknown}"


def every_label_is_declared(files: Files) -> None:
    for where, expression, text in expressions(files):
        there = {label for name in metrics_in(expression) for label in LABELS.get(name, ())}
        told = re.findall(r"\{\{\s*(?:\$labels\.)?(\w+)", text)
        unknown = {*labels_in(expression), *told} - there
        assert not unknown, f"{where} uses {unknown}"


def every_alert_says_what_to_do(files: Files) -> None:
    names = [rule["alert"] for rule in alerts(files)]
    assert len(names) == len(set(names))
    for rule in alerts(files):
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]
        notes = rule["annotations"]
        assert notes["summary"].endswith(".") and len(notes["description"]) > 40, rule["alert"]


def every_alert_can_be_tried(files: Files) -> None:
    for rule in alerts(files):
        assert rule["for"] in {"1m", "2m"}, rule["alert"]


def every_runbook_is_there(files: Files) -> None:
    sections = set(re.findall(r"^### (\w+)$", files[PAGE], re.MULTILINE))
    for rule in alerts(files):
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (page, anchor) == (PAGE, rule["alert"].lower()), rule["alert"]
        assert rule["alert"] in sections, rule["alert"]
    assert sections == {rule["alert"] for rule in alerts(files)}, "a section of an alert that is gone"


def the_page_has_the_table(files: Files) -> None:
    rows = [line for line in files[PAGE].splitlines() if line.startswith("| `rumbo_")]
    assert rows == table_of_metrics(), "docs/monitoring.md's rows are to be:\n" + "\n".join(
        table_of_metrics()
    )


def table_of_metrics() -> list[str]:
    """The declared metrics as rows of a Markdown table."""
    return [
        f"| `{metric.full_name}{'{' + ', '.join(metric.labels) + '}' if metric.labels else ''}` "
        f"| {metric.kind.value} | {metric.help} |"
        for metric in METRICS.values()
    ]


def panels_have_ids_and_places_of_their_own(files: Files) -> None:
    ids = [panel["id"] for panel in panels(files)]
    assert len(ids) == len(set(ids))
    places = [(panel["title"], panel["gridPos"]) for panel in panels(files)]
    for title, at in places:
        assert at["x"] >= 0 and at["x"] + at["w"] <= 24 and at["w"] > 0 and at["h"] > 0, title
    for (one, a), (other, b) in combinations(places, 2):
        apart = (
            a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
            or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        )  # fmt: skip
        assert apart, f"{one} lies over {other}"


def panels_are_titled_and_have_units(files: Files) -> None:
    shown = [panel for panel in panels(files) if panel["type"] != "row"]
    titles = [panel["title"] for panel in shown]
    assert len(titles) == len(set(titles)) and all(titles)
    for panel in shown:
        assert panel["type"] in {"stat", "timeseries"}, panel["title"]
        assert panel["targets"] and panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        refs = [target["refId"] for target in panel["targets"]]
        assert len(refs) == len(set(refs)), panel["title"]


def every_query_goes_to_the_provisioned_source(files: Files) -> None:
    (source,) = yaml.safe_load(files[SOURCES])["datasources"]
    marks = json.loads(files[DASHBOARD])["annotations"]["list"]
    targets = [target for panel in panels(files) for target in panel.get("targets", ())]
    asked = [panel for panel in panels(files) if panel["type"] != "row"]
    for one in (*asked, *targets, *marks):
        assert one["datasource"] == {"type": source["type"], "uid": source["uid"]}, one
    assert source["access"] == "proxy" and source["url"].startswith("http://prometheus:")


def the_dashboard_names_no_address(files: Files) -> None:
    assert not re.findall(r"https?://", files[DASHBOARD])
    document = json.loads(files[DASHBOARD])
    assert document["uid"] == "rumbo" and "id" not in document and document["schemaVersion"] >= 41


def the_rules_are_read_and_the_api_is_asked(files: Files) -> None:
    config = yaml.safe_load(files[CONFIG])
    assert config["rule_files"] == [RULES.rpartition("/")[2]]
    (scrape,) = config["scrape_configs"]
    assert scrape["job_name"] == "rumbo" and scrape["metrics_path"] == "/metrics"
    assert scrape["static_configs"] == [{"targets": ["api:8000"]}]


def dashboards_lie_where_the_page_says(files: Files) -> None:
    (provider,) = yaml.safe_load(files[PROVIDERS])["providers"]
    assert f"`{provider['options']['path']}`" in files[PAGE] and not provider["allowUiUpdates"]


CHECKS: tuple[Callable[[Files], None], ...] = (
    every_metric_is_declared,
    every_label_is_declared,
    every_alert_says_what_to_do,
    every_alert_can_be_tried,
    every_runbook_is_there,
    the_page_has_the_table,
    panels_have_ids_and_places_of_their_own,
    panels_are_titled_and_have_units,
    every_query_goes_to_the_provisioned_source,
    the_dashboard_names_no_address,
    the_rules_are_read_and_the_api_is_asked,
    dashboards_lie_where_the_page_says,
)
