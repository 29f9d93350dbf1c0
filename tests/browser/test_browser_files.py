"""Style, guide and favourites agree with the schema and with each other."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from identity.model.schema import SCHEMA

Style = dict[tuple[str, str], dict[str, str]]

CAPTION = re.compile(r"\{(\w+)\}")


def test_every_label_and_edge_has_a_style_and_no_other(style: Style) -> None:
    labels = {name for kind, name in style if kind == "node" and name}
    edges = {name for kind, name in style if kind == "relationship" and name}
    assert labels == set(SCHEMA.labels)
    assert edges == set(SCHEMA.edges)


def test_captions_are_properties_that_exist(style: Style) -> None:
    for (kind, name), values in style.items():
        if not name:
            continue
        if kind == "node":
            label = SCHEMA.labels[name]
            known = set(SCHEMA.node_properties(label.extends or label.name))
        else:
            known = {p.name for p in SCHEMA.edges[name].properties}
        assert set(CAPTION.findall(values.get("caption", ""))) <= known, name


def test_an_added_label_is_styled_after_the_label_it_is_added_to(
    style: Style,
) -> None:
    # Where two rules fit one node, the Browser takes the later one.
    order = [name for kind, name in style if kind == "node"]
    for label in SCHEMA.labels.values():
        if label.extends:
            assert order.index(label.name) > order.index(label.extends)
    assert order.index("Opportunity") > order.index("CrmId")


def test_refused_evidence_is_the_thickest_line(style: Style) -> None:
    widths = {
        name: int(values["shaft-width"].removesuffix("px"))
        for (kind, name), values in style.items()
        if kind == "relationship" and "shaft-width" in values
    }
    refused = widths.pop("REFUSED")
    assert refused > max(widths.values())


def test_each_slide_has_a_title_and_something_to_run(guide: ET.Element) -> None:
    slides = list(guide.iter("slide"))
    assert len(slides) > 1
    for slide in slides:
        assert slide.findtext(".//h3")
        assert any("runnable" in block.get("class", "") for block in slide.iter("pre"))


def test_the_guide_runs_the_favourites(
    guide_queries: list[str], favourites: dict[str, str]
) -> None:
    for name, text in favourites.items():
        if "$" in text:
            continue  # asks for a value first, which a guide cannot
        query = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
        assert query in guide_queries, name
