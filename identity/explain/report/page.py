"""The page: sections, style and scripts in one file that asks no network for anything.

A content security policy lets only the page's own style and scripts run, named by their hashes, so
that a value which found a way into the markup could still do nothing.
"""

from __future__ import annotations

import base64
import hashlib
import xml.etree.ElementTree as ET
from importlib.resources import files

from identity.explain.report import funnel, sections
from identity.explain.report.amounts import day
from identity.explain.report.findings import Findings
from identity.explain.report.markup import Child, el, raw, render

CYTOSCAPE = "cytoscape-3.34.4.min.js"
NAVIGATION = (
    ("figures", "Who is who"),
    ("open-ends", "Open ends"),
    ("picture", "One company"),
    ("funnel", "Funnel"),
    ("credit", "Credit"),
    ("deal", "Largest deal"),
    ("months", "Months"),
)
# The drawing library adds a style of its own unless one of this id is there already.
LIBRARY_STYLE_ID = "__________cytoscape_stylesheet"


def asset(name: str) -> str:
    """Read a file of this package."""
    return (files("identity.explain.report") / "assets" / name).read_text(encoding="utf-8")


def source_hash(content: str) -> str:
    """Give the hash by which a policy names a script or a style."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def page(found: Findings) -> str:
    """Write the page."""
    style = asset("report.css")
    scripts = [asset(CYTOSCAPE), asset("report.js")] if found.picture else [asset("report.js")]
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {source_hash(style)}",
            f"script-src {' '.join(source_hash(s) for s in scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    head = el(
        "head",
        None,
        el("meta", {"charset": "utf-8"}),
        el("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        el("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        el("meta", {"name": "referrer", "content": "no-referrer"}),
        el("meta", {"name": "color-scheme", "content": "light dark"}),
        el("title", None, f"{found.project}: identity and attribution"),
        raw("style", style, {"id": LIBRARY_STYLE_ID}),
    )
    body = el("body", None, *_body(found))
    for script in scripts:
        body.append(raw("script", script))
    return render(el("html", {"lang": "en"}, head, body))


def _body(found: Findings) -> list[Child]:
    return [
        el("a", {"class": "skip", "href": "#main"}, "To the content"),
        _header(found),
        el(
            "main",
            {"id": "main"},
            sections.figures(found),
            sections.open_ends(found),
            sections.picture(found.picture),
            funnel.funnel(found),
            funnel.credit(found),
            funnel.deal(found),
            funnel.months(found),
        ),
        _footer(found),
    ]


def _header(found: Findings) -> ET.Element:
    primary = f", primary CRM {found.primary_crm}" if found.primary_crm else ""
    when = f"Run {found.run}, as of {day(found.as_of_ms)}{primary}. Money in {found.currency}."
    links = el("ul")
    for identity, name in NAVIGATION:
        links.append(el("li", None, el("a", {"href": f"#{identity}"}, name)))
    return el(
        "header",
        None,
        el("p", {"class": "kicker"}, "Identity and attribution"),
        el("h1", None, found.project),
        el("p", {"class": "note"}, when),
        el("nav", {"aria-label": "Sections"}, links),
    )


def _footer(found: Findings) -> ET.Element:
    return el(
        "footer",
        None,
        el(
            "p",
            {"class": "note"},
            "This page names people: keep it where their data may lie. Every figure is the answer "
            "of a named query; ",
            el("code", None, "identity query list"),
            " names them, ",
            el("code", None, "identity why A B"),
            " explains any two identifiers.",
        ),
        el(
            "p",
            {"class": "note"},
            "The graph is drawn by Cytoscape.js 3.34.4 (MIT licence, © The Cytoscape Consortium), "
            "which is part of this file. Nothing is loaded from a network.",
        )
        if found.picture
        else None,
    )
