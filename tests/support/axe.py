"""What axe-core finds wrong with a page for people who use it without eyes, mouse or steady hands."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from support.browser import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def serious_problems(page: Page) -> list[str]:
    """The rules that the page breaks gravely, each with the elements that do."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        list(RULES),
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {_why(node)}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"][:3]
    ]


def _why(node: dict[str, Any]) -> str:
    return str(node["failureSummary"]).replace("\n", " ")[:240]
