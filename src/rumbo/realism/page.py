"""A comparison as one page to keep or send: the drawing, every bound, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rumbo.realism.report import Comparison, bound_rows, drive_rows, quantile_rows

HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Rumbo: realism</title><style>
:root { color-scheme: light dark; --ground: #f4f6f9; --card: #fff; --ink: #141a24; --ink-2: #4a5464; --line: #e3e7ee;
  --good: #15753a; --bad: #b42318 }
@media (prefers-color-scheme: dark) { :root { --ground: #0f131a; --card: #171c24; --ink: #eef1f6; --ink-2: #b6bfcd;
  --line: #2a323e; --good: #6fd394; --bad: #ff8a7a } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1000px; margin: 0 auto; padding: 32px 16px 64px }
h1 { font-size: 24px; margin: 0 0 4px } h2 { font-size: 17px; margin: 32px 0 8px } p { margin: 4px 0; max-width: 75ch }
svg, .table { display: block; width: 100%; height: auto; margin-top: 20px; border-radius: 12px; overflow-x: auto;
  background: var(--card); border: 1px solid var(--line); box-sizing: border-box }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: 7px 14px; text-align: right; border-bottom: 1px solid var(--line); white-space: pre }
tr:last-child td { border-bottom: 0 } th:first-child, td:first-child { text-align: left } th { color: var(--ink-2) }
.good { color: var(--good) } .bad { color: var(--bad); font-weight: 650 } .faint, code { color: var(--ink-2) }
</style></head><body><main>
"""

BOUNDS_NOTE = """<p class="faint">real: the {half} half of the real drives; distances there: between the two halves.
A distance is Kolmogorov and Smirnov's, 0 to 1; its bound is what nine of ten real vehicles keep to all the others.</p>
"""
SOURCE_NOTE = """<p class="faint">Real drives and cycles: fastsim 2.1.5 (Apache-2.0), a subset of the travel survey of
the Chicago Metropolitan Agency for Planning, 2007.</p>
"""


def as_page(found: Comparison, drawing: str, command: str) -> str:
    """HTML that needs nothing else; `drawing` is SVG, `command` what makes it again."""
    missed = sum(not verdict.met for judged in found.runs for verdict in judged.verdicts)
    asked = sum(len(judged.verdicts) for judged in found.runs)
    verdict = f"All {asked} bounds are met." if found.met else f"{missed} of {asked} bounds are missed."
    return "\n".join(
        [
            f'{HEAD}<h1>Rumbo: realism</h1><p class="{"good" if found.met else "bad"}">{verdict}</p>',
            f'<p class="faint">Seeded trips beside real 1 Hz drives. Made by <code>{escape(command)}</code></p>',
            drawing,
            f"<h2>Bounds</h2>{_table(bound_rows(found))}",
            BOUNDS_NOTE.format(half=found.half),
            f"<h2>Figures</h2>{_table(quantile_rows(found))}{_table(drive_rows(found))}",
            f"{SOURCE_NOTE}</main></body></html>\n",
        ]
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows[1:])
    return f'<div class="table"><table><tr>{head}</tr>{body}</table></div>'


def _cell(words: str) -> str:
    kind = {"✓": ' class="good"', "✗": ' class="bad"'}.get(words[-1:], "")
    return f"<td{kind}>{escape(words)}</td>"
