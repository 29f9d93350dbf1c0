"""The timeline of a deal: a lane per person, a mark per touch, in time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from identity.explain.report.amounts import day, money
from identity.explain.report.charts import drawing, mark, percent, short_month
from identity.explain.report.deal import NOBODY, Deal, Touch
from identity.explain.report.markup import el
from identity.model.instants import to_datetime

Place = Callable[[int], str]

LANE = 42
TOP = 38
LANES = 8
TICKS = 5
COLOURS = 10
OTHERS = "Others"
EDGE = 1.5  # per cent kept free at both ends, so that marks are not cut
MEANING = {
    "FT": "first touch",
    "LC": "lead creation",
    "OC": "opportunity creation",
    "CW": "last touch before the deal was won",
}


def channel_colours(deal: Deal) -> dict[str, str]:
    """Give each channel of the deal its colour, the most frequent first."""
    counts = Counter(touch.channel for touch in deal.touches)
    ordered = sorted(counts, key=lambda c: (-counts[c], c))
    return {channel: f"c{min(n, COLOURS - 1)}" for n, channel in enumerate(ordered)}


def lanes(deal: Deal) -> list[tuple[str, list[Touch]]]:
    """Give who acted with their touches: people by their first touch, the company by itself last.

    A touch of several people stands in the lane of each; whoever finds no lane shares the last one.
    """
    acted: dict[str, list[Touch]] = {}
    for touch in deal.touches:
        for name in touch.people or (NOBODY,):
            acted.setdefault(name, []).append(touch)
    alone = acted.pop(NOBODY, [])
    busiest = sorted(acted, key=lambda name: (-len(acted[name]), name))
    room = LANES - bool(alone) - (len(acted) > LANES - bool(alone))
    chosen = set(busiest[:room])
    found = [(name, touches) for name, touches in acted.items() if name in chosen]
    rest = [touch for name in busiest[room:] for touch in acted[name]]
    if rest:
        found.append((OTHERS, rest))
    if alone:
        found.append((NOBODY, alone))
    return found


def draw(deal: Deal, currency: str) -> ET.Element:
    """Draw the timeline."""
    rows = lanes(deal)
    height = TOP + LANE * len(rows) + 24
    first, last = deal.touches[0].at_ms, deal.at_ms
    span = max(last - first, 1)

    def place(at_ms: int) -> str:
        return percent(EDGE + (100 - 2 * EDGE) * (at_ms - first) / span)

    picture = drawing(
        f"{len(deal.touches)} touches of {len(rows)} lanes from {day(first)} to {day(last)}",
        height,
        "timeline",
    )
    _months(picture, first, last, place, height)
    _milestones(picture, deal, place, height)
    colours = channel_colours(deal)
    for n, (name, touches) in enumerate(rows):
        base = TOP + LANE * n
        line = {"x1": 0, "x2": "100%", "y1": base + 28, "y2": base + 28, "class": "lane"}
        picture.append(el("line", line))
        picture.append(el("text", {"x": 0, "y": base + 13, "class": "who"}, name))
        for touch in touches:
            says = _says(touch, currency)
            where = place(touch.at_ms)
            css = f"touch {touch.kind} {colours[touch.channel]}"
            picture.append(
                mark("circle", says, {"cx": where, "cy": base + 28, "r": 5, "class": css})
            )
    return picture


def _says(touch: Touch, currency: str) -> str:
    about = " · ".join(filter(None, (touch.channel, touch.campaign, touch.page)))
    labels = ", ".join(MEANING.get(m, m) for m in touch.milestones)
    marked = f" [{labels}]" if labels else ""
    earned = f"; earned {money(touch.value_minor, currency)}" if touch.value_minor else ""
    return f"{day(touch.at_ms)}: {about}{marked}{earned}"


def _months(picture: ET.Element, first: int, last: int, place: Place, height: int) -> None:
    start, end = to_datetime(first), to_datetime(last)
    months = [
        (n // 12, n % 12 + 1)
        for n in range(start.year * 12 + start.month, end.year * 12 + end.month)
    ]
    every = max(1, -(-len(months) // TICKS))
    for year, month in months[::every]:
        at = int(datetime(year, month, 1, tzinfo=UTC).timestamp() * 1000)
        x = place(at)
        line = {"x1": x, "x2": x, "y1": TOP, "y2": height - 20, "class": "month"}
        picture.append(el("line", line))
        text = short_month(f"{year:04}-{month:02}")
        picture.append(el("text", {"x": x, "y": height - 5, "class": "tick"}, text))


def _milestones(picture: ET.Element, deal: Deal, place: Place, height: int) -> None:
    marks: dict[int, list[str]] = {}
    for touch in deal.touches:
        for label in touch.milestones:
            marks.setdefault(touch.at_ms, []).append(label)
    crowded = (deal.at_ms - deal.touches[0].at_ms) // 16
    before: int | None = None
    low = False
    for at_ms, labels in sorted(marks.items()):
        low = before is not None and at_ms - before < crowded and not low
        before = at_ms
        x, y = place(at_ms), 25 if low else 11
        says = ", ".join(MEANING.get(label, label) for label in labels)
        line = {"x1": x, "x2": x, "y1": y + 4, "y2": height - 20, "class": "milestone"}
        picture.append(mark("line", says, line))
        anchor = "end" if float(x.rstrip("%")) > 90 else "start"
        where = {"x": x, "y": y, "class": "label", "text-anchor": anchor}
        picture.append(el("text", where, "+".join(labels)))
    x = place(deal.at_ms)
    line = {"x1": x, "x2": x, "y1": 4, "y2": height - 20, "class": "won"}
    picture.append(mark("line", "won", line))
