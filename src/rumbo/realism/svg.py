"""The little of SVG that the drawing of a comparison needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from rumbo.motion.arrays import Floats

STYLE = """
svg { --ground: #ffffff; --ink: #141a24; --ink-2: #4a5464; --line: #e3e7ee; --real: #141a24; --one: #8a94a6;
  --ours-0: #2152e5; --ours-1: #c2620a; --ours-2: #15753a; --bad: #b42318; --good: #15753a }
@media (prefers-color-scheme: dark) { svg { --ground: #171c24; --ink: #eef1f6; --ink-2: #b6bfcd; --line: #2a323e;
  --real: #ffffff; --one: #a3afc2; --ours-0: #6f94ff; --ours-1: #f2a154; --ours-2: #5fcf8b; --bad: #ff8a7a;
  --good: #6fd394 } }
text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: var(--ink) }
text.heading { font-size: 17px; font-weight: 650 } text.title { font-size: 14px; font-weight: 650 }
text.faint { fill: var(--ink-2); font-size: 12px } text.end { text-anchor: end } text.middle { text-anchor: middle }
.grid { stroke: var(--line); stroke-width: 1; fill: none } .ground { fill: var(--ground) }
.cdf { fill: none; stroke-width: 2.2; stroke-linejoin: round } .one { fill: none; stroke: var(--one); opacity: 0.45 }
.real { stroke: var(--real) } .ours-0 { stroke: var(--ours-0) } .ours-1 { stroke: var(--ours-1) }
.ours-2 { stroke: var(--ours-2) } .strip { stroke-width: 1.4; fill-opacity: 0.14 } .strip.real { fill: var(--real) }
.strip.ours-0 { fill: var(--ours-0) } .strip.ours-1 { fill: var(--ours-1) } .strip.ours-2 { fill: var(--ours-2) }
text.bad { fill: var(--bad) } text.good { fill: var(--good) }
""".strip()


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot's place in the picture, and the range of values that it shows from left to right and upwards from 0."""

    x: float
    y: float
    width: float
    height: float
    x_most: float
    y_most: float

    def at(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return (
            self.x + x / self.x_most * self.width,
            self.y + self.height - y / self.y_most * self.height,
        )


def document(width: int, height: int, title: str, parts: list[str]) -> str:
    """A whole drawing on its own ground, that follows the reader's light or dark."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(title)}">'
    )
    ground = f'<rect class="ground" width="{width}" height="{height}" rx="12"/>'
    return "\n".join(
        [head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", ground, *parts, "</svg>", ""]
    )


def text(x: float, y: float, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{named}>{escape(words)}</text>'


def line(frame: Frame, x: Floats, y: Floats, kind: str, *, closed: bool = False) -> str:
    """A polyline of values, x rising, cut off at the frame's right edge; `closed` also goes down to the ground."""
    inside = int(np.searchsorted(x, frame.x_most, side="right"))
    if inside < len(x):
        edge = np.interp(frame.x_most, x, y)
        x, y = np.append(x[:inside], frame.x_most), np.append(y[:inside], edge)
    if closed:
        x, y = np.concatenate((x[:1], x, x[-1:])), np.concatenate(((0.0,), y, (0.0,)))
    points = [f"{a:.1f} {b:.1f}" for a, b in zip(*frame.at(x, y), strict=True)]
    return f'<path class="{kind}" d="M{"L".join(points)}"/>'


def axes(frame: Frame, x_ticks: Sequence[float], y_ticks: Sequence[float], *, percent: bool) -> list[str]:
    """Lines across at the vertical ticks with their numbers at the left, the other numbers below."""
    parts = []
    for value in y_ticks:
        y = frame.y + frame.height - value / frame.y_most * frame.height
        parts.append(f'<path class="grid" d="M{frame.x:.1f} {y:.1f}h{frame.width:.1f}"/>')
        parts.append(text(frame.x - 8, y + 4, f"{100 * value:g} %" if percent else f"{value:g}", "faint end"))
    for value in x_ticks:
        x = frame.x + value / frame.x_most * frame.width
        parts.append(text(x, frame.y + frame.height + 18, f"{value:g}", "faint middle"))
    return parts
