"""Charts: small SVG drawings that stretch with the page.

Widths are per cent and heights are pixels, so that a chart fits any column while its text keeps its
size. Every mark carries its figure as a tooltip, and every chart stands beside a table of the same
figures.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from identity.explain.report.markup import Attributes, el

BAR = 9
GAP = 2
COLUMN_HEIGHT = 96
NAME_WIDTH = 16.0
"""How much of a chart's width, in percent, the name of a month takes at most."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its value, its colour's class, what its tooltip says, and the series it is of."""

    value: float
    css: str
    says: str
    series: str | None = None


def percent(value: float) -> str:
    """Write a length or a place as per cent of the drawing's width."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"


def mark(tag: str, says: str, attributes: Attributes) -> ET.Element:
    """Make a mark with a tooltip."""
    return el(tag, attributes, el("title", None, says))


def drawing(label: str, height: float, css: str = "") -> ET.Element:
    """Make an empty drawing that screen readers read as one picture."""
    return el(
        "svg",
        {
            "role": "img",
            "aria-label": label,
            "width": "100%",
            "height": height,
            "class": f"chart {css}".strip(),
            "focusable": "false",
        },
    )


def bars(label: str, rows: Sequence[Bar], largest: float) -> ET.Element:
    """Draw bars below each other, the largest possible value being as wide as the drawing."""
    height = len(rows) * (BAR + GAP) - GAP if rows else 0
    picture = drawing(label, max(height, 1), "bars")
    for n, bar in enumerate(rows):
        width = 100 * max(bar.value, 0) / largest if largest > 0 else 0
        picture.append(
            mark(
                "rect",
                bar.says,
                {
                    "x": 0,
                    "y": n * (BAR + GAP),
                    "width": percent(width),
                    "height": BAR,
                    "rx": 2,
                    "class": bar.css,
                    "data-series": bar.series,
                },
            )
        )
    return picture


def stacked(label: str, parts: Sequence[Bar]) -> ET.Element:
    """Draw one bar of parts beside each other."""
    whole = sum(part.value for part in parts)
    picture = drawing(label, 22, "stacked")
    start = 0.0
    for part in parts:
        width = 100 * part.value / whole if whole else 0
        picture.append(
            mark(
                "rect",
                part.says,
                {
                    "x": percent(start),
                    "width": percent(width),
                    "height": 22,
                    "class": part.css,
                },
            )
        )
        start += width
    return picture


def columns(
    label: str, months: Sequence[str], values: Sequence[float], says: Sequence[str], css: str
) -> ET.Element:
    """Draw a column per month, with the names of some months below."""
    picture = drawing(label, COLUMN_HEIGHT + 22, "columns")
    largest = max(values, default=0)
    slot = 100 / len(months) if months else 100
    picture.append(
        el(
            "line",
            {"x1": 0, "x2": "100%", "y1": COLUMN_HEIGHT, "y2": COLUMN_HEIGHT, "class": "axis"},
        )
    )
    every = max(1, -(-len(months) // 5))
    named_to = 0.0
    for n, (month, value, text) in enumerate(zip(months, values, says, strict=True)):
        height = (COLUMN_HEIGHT - 4) * value / largest if largest > 0 else 0
        picture.append(
            mark(
                "rect",
                text,
                {
                    "x": percent(n * slot + slot * 0.12),
                    "y": round(COLUMN_HEIGHT - height, 2),
                    "width": percent(slot * 0.76),
                    "height": round(height, 2),
                    "rx": 2,
                    "class": css,
                },
            )
        )
        if n % every == 0:
            late = (n + 0.12) * slot > 100 - NAME_WIDTH
            x = (n + 0.88) * slot if late else (n + 0.12) * slot
            if late and x - NAME_WIDTH < named_to:
                continue
            place = {"x": percent(x), "y": COLUMN_HEIGHT + 16, "class": "tick"}
            anchored = {**place, "text-anchor": "end" if late else "start"}
            picture.append(el("text", anchored, short_month(month)))
            named_to = x + NAME_WIDTH
    return picture


def short_month(month: str) -> str:
    """Write ``2026-01`` as ``Jan 26``."""
    return f"{MONTHS[int(month[5:]) - 1]} {month[2:4]}"


def legend(entries: Sequence[tuple[str, str]], *, series: bool = False) -> ET.Element:
    """Make a legend of (colour class, name); with ``series`` each entry brings one out."""
    line = el("ul", {"class": "legend"})
    for css, name in entries:
        key = el("span", {"class": f"key {css}", "aria-hidden": "true"})
        pressed = {"type": "button", "aria-pressed": "false", "data-series": name}
        inner = el("button", pressed, key, name) if series else el("span", None, key, name)
        line.append(el("li", None, inner))
    return line
