"""Markup: a page as a tree of elements, so that every text and every attribute is escaped.

Values come from sources, and sources are written by anybody: nothing here takes HTML as text.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

Child = ET.Element | str | int | None
Attributes = Mapping[str, Any]
"""Names and values of attributes; a value that is None leaves its attribute out."""

# Characters that drive a terminal or turn the direction of the text around them.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
_UNPRINTABLE = re.compile(f"[{_CONTROLS}{_DIRECTIONS}\ufffe\uffff]")
_RAW = ("script", "style")


def clean(value: str) -> str:
    """Take out what is no text: control characters and marks that reverse its direction."""
    return _UNPRINTABLE.sub("\ufffd", value)


def el(tag: str, attributes: Attributes | None = None, *children: Child) -> ET.Element:
    """Make an element; attributes and children that are None are left out."""
    given = {k: clean(str(v)) for k, v in (attributes or {}).items() if v is not None}
    node = ET.Element(tag, given)
    add(node, *children)
    return node


def add(node: ET.Element, *children: Child) -> ET.Element:
    """Append elements and texts to an element, and give it back."""
    for child in children:
        if isinstance(child, ET.Element):
            node.append(child)
        elif child is not None:
            text = clean(str(child))
            if len(node):
                node[-1].tail = (node[-1].tail or "") + text
            else:
                node.text = (node.text or "") + text
    return node


def data(identity: str, value: Any) -> ET.Element:
    """Make an element that holds data for scripts; nothing in it can end it."""
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    escaped = clean(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    node = ET.Element("script", {"type": "application/json", "id": identity})
    node.text = escaped
    return node


def raw(tag: str, content: str, attributes: Attributes | None = None) -> ET.Element:
    """Make a script or a style of the product's own text."""
    if tag not in _RAW or f"</{tag}" in content.lower():
        raise ValueError(f"that is no content of a {tag} element")
    node = el(tag, attributes)
    node.text = content
    return node


def render(page: ET.Element) -> str:
    """Write a page."""
    return "<!DOCTYPE html>\n" + ET.tostring(page, encoding="unicode", method="html") + "\n"


def table(
    caption: str, columns: Iterable[str], rows: Iterable[Iterable[Child]], numeric: int = 1
) -> ET.Element:
    """Make a table whose first column heads its rows; columns from ``numeric`` on are numbers."""
    body = el("tbody")
    for row in rows:
        cells = list(row)
        line = el("tr", None, el("th", {"scope": "row"}, cells[0]))
        for n, cell in enumerate(cells[1:], 1):
            line.append(el("td", {"class": "number" if n >= numeric else None}, cell))
        body.append(line)
    head = el("tr")
    for n, name in enumerate(columns):
        head.append(el("th", {"scope": "col", "class": "number" if n >= numeric else None}, name))
    inner = el("table", None, el("caption", None, caption), el("thead", None, head), body)
    return el(
        "div", {"class": "scroll", "tabindex": 0, "role": "region", "aria-label": caption}, inner
    )


def folded(summary: str, *children: Child) -> ET.Element:
    """Make a part that opens on demand."""
    return el("details", None, el("summary", None, summary), *children)
