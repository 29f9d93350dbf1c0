"""Sections of the report about identity: the figures, what was refused, the picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import asdict

from identity.explain.report.amounts import count, money, share
from identity.explain.report.charts import Bar, bars, legend, stacked
from identity.explain.report.findings import Findings, Row
from identity.explain.report.markup import Child, data, el, folded, table
from identity.explain.report.picture import Picture
from identity.explain.why import CONSTRAINTS

KINDS = {
    "crm": "an account of the primary CRM",
    "linked": "known to another system alone",
    "domain": "a web domain that no account claims",
    "anonymous": "active, but neither account nor domain is known",
}
DOT_KINDS = {
    "company": "Company",
    "contact": "Contact",
    "email": "E-mail",
    "domain": "Domain",
    "crm": "CRM record",
    "user": "Product user",
    "workspace": "Workspace",
    "anonymous": "Visitor",
    "phone": "Phone",
}
LINE_KINDS = {
    "same": "Evidence",
    "ended": "Evidence that ended",
    "refused": "Refused evidence",
    "member": "Belongs to",
}


def section(identity: str, heading: str, lead: str, *children: Child) -> ET.Element:
    """Make a section with its heading and one sentence on what it shows."""
    head = el("h2", {"id": f"{identity}-heading"}, heading)
    intro = el("p", {"class": "lead"}, lead)
    return el(
        "section",
        {"id": identity, "aria-labelledby": f"{identity}-heading"},
        head,
        intro,
        *children,
    )


def figures(found: Findings) -> ET.Element:
    """Show the few figures that everybody asks for first."""
    waiting = sum(row["reviews"] for row in found.reviews)
    aside = sum(row["places"] for row in found.quarantine)
    cards = (
        ("contacts", "Contacts", found.totals["contacts"], "people, each once"),
        ("companies", "Companies", found.totals["companies"], "accounts and unclaimed domains"),
        ("refused", "Refused", found.totals["refused"], "pieces of evidence not allowed to merge"),
        ("reviews", "Waiting", waiting, "questions for a person"),
        ("quarantine", "Set aside", aside, "rows and fields that could not be used"),
    )
    grid = el("dl", {"class": "cards"})
    for name, label, value, meaning in cards:
        grid.append(
            el(
                "div",
                None,
                el("dt", None, label),
                el("dd", {"class": "big", "data-figure": name}, count(value)),
                el("dd", {"class": "note"}, meaning),
            )
        )
    return section(
        "figures", "Who is who", "What the sources say together, once everybody is counted once.",
        grid, _kinds(found.kinds),
    )  # fmt: skip


def _kinds(kinds: Sequence[Row]) -> ET.Element:
    whole = sum(row["companies"] for row in kinds)
    parts, entries = [], []
    for n, row in enumerate(kinds):
        figure = f"{count(row['companies'])} ({share(row['companies'], whole)})"
        parts.append(Bar(row["companies"], f"c{n}", f"{row['kind']}: {figure}"))
        meaning = KINDS.get(row["kind"], "")
        entries.append((f"c{n}", f"{row['kind']}: {figure}, {meaning}"))
    return el(
        "figure",
        None,
        el("figcaption", None, "Companies by kind"),
        stacked("Companies by kind", parts),
        legend(entries),
    )


def open_ends(found: Findings) -> ET.Element:
    """Show what was refused, what waits for a person and what could not be used."""
    refused = [
        (row["constraint"], row["edges"], CONSTRAINTS.get(row["constraint"], ""))
        for row in found.refused
    ]
    reviews = [
        (
            row["question"].replace("_", " "),
            row["reviews"],
            money(row["value_minor"], found.currency) if row["value_minor"] else "",
        )
        for row in found.reviews
    ]
    aside = [
        (row["code"], row["places"], f"{row['scope']}; first in {row['file']}, row {row['row']}")
        for row in found.quarantine
    ]
    return section(
        "open-ends",
        "What did not merge, what waits, what was set aside",
        "Evidence is never dropped and rows are never lost: what could not be used says why.",
        el(
            "div",
            {"class": "thirds"},
            _ranking("Refused by constraint", refused, "c6"),
            _ranking("Questions for a person", reviews, "c1"),
            _ranking("Set aside, by what is wrong", aside, "c5"),
        ),
    )


def _ranking(caption: str, rows: Sequence[tuple[str, int, str]], css: str) -> ET.Element:
    block = el("div", {"class": "ranking"}, el("h3", None, caption))
    if not rows:
        block.append(el("p", {"class": "note"}, "None."))
    items = el("ul")
    largest = max((number for _, number, _ in rows), default=0)
    for name, number, meaning in rows:
        items.append(
            el(
                "li",
                None,
                el("span", {"class": "name"}, name),
                el("span", {"class": "number", "data-figure": name}, count(number)),
                bars(f"{name}: {number}", [Bar(number, css, f"{name}: {number}")], largest),
                el("span", {"class": "note"}, meaning) if meaning else None,
            )
        )
    block.append(items)
    return block


def picture(found: Picture | None) -> ET.Element:
    """Show one company with its people and the evidence between their identifiers."""
    heading = "One company, and why"
    if found is None:
        return section("picture", heading, "No company has records of several sources yet.")
    shown = f"{found.shown} of its {count(found.contacts)} contacts"
    lead = (
        f"{found.name} is made of records of {found.systems} sources. Boxes are one entity each, "
        f"lines are evidence, red lines are evidence that was refused. Drawn with {shown}."
    )
    canvas = el(
        "div",
        {
            "id": "graph",
            "tabindex": 0,
            "role": "application",
            "aria-label": f"Evidence graph of {found.name}. Arrow keys step from one identifier to "
            "the next; plus and minus zoom, 0 shows everything. The same as a table below.",
        },
    )
    buttons = el("div", {"class": "buttons"})
    for name, label in (("in", "Zoom in"), ("out", "Zoom out"), ("fit", "Show all")):
        buttons.append(el("button", {"type": "button", "data-zoom": name}, label))
    hint = el(
        "p", {"class": "note"}, "Choose a box, a circle or a line to see what is known of it."
    )
    details = el("div", {"id": "graph-details", "aria-live": "polite"}, hint)
    below = el("div", {"class": "below"}, details, _graph_legend(found))
    noscript = el("noscript", None, el("p", None, "The drawing needs scripts; the table does not."))
    return section(
        "picture",
        heading,
        lead,
        buttons,
        canvas,
        below,
        noscript,
        folded("The evidence as a table", _evidence(found)),
        data("graph-data", {"dots": [asdict(d) for d in found.dots], "lines": _lines(found)}),
    )


def _lines(found: Picture) -> list[dict[str, object]]:
    return [{"id": f"line-{n}", **asdict(line)} for n, line in enumerate(found.lines)]


def _graph_legend(found: Picture) -> ET.Element:
    dots = {dot.kind for dot in found.dots}
    lines = {line.kind for line in found.lines}
    entries = [(f"dot {k}", name) for k, name in DOT_KINDS.items() if k in dots]
    entries += [(f"stroke {k}", name) for k, name in LINE_KINDS.items() if k in lines]
    return legend(entries)


def _evidence(found: Picture) -> ET.Element:
    names = {dot.id: dot.id if not dot.box else dot.name for dot in found.dots}
    rows = []
    for line in found.lines:
        if line.kind == "member":
            continue
        facts = dict(line.facts)
        said = " · ".join(facts[k] for k in ("Source", "Class", "Since", "Ended") if k in facts)
        refused = el("strong", None, f"refused: {facts.get('Refused', '')}")
        verdict = el("span", None, f"{said}; ", refused) if line.kind == "refused" else said
        rows.append((names[line.src], names[line.dst], facts["Rule"], verdict))
    return table(
        f"Evidence of {found.name}",
        ("Identifier", "Identifier", "Rule", "Said by"),
        rows,
        numeric=9,
    )
