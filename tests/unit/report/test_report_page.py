"""The report as a page: one file, well formed, harmless whatever names say, and readable by all."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest

from identity.errors import FixInput
from identity.explain.report import write_report
from identity.explain.report.charts import NAME_WIDTH, columns
from identity.explain.report.page import NAVIGATION, source_hash
from tests.unit.report.conftest import SCRIPT, TAG, TURNED, Report, Tag

LOADING = ("src", "href", "action", "data", "srcset", "poster", "formaction", "xlink:href")
KNOWN = set(
    "html head meta title style body header main footer section nav figure figcaption details "
    "summary h1 h2 h3 p a ul ol li dl dt dd div span strong code table caption thead tbody tr th "
    "td button noscript script svg rect circle line text".split()
)
MOST_BYTES = 1_000_000


def test_it_is_one_file_of_reasonable_size(hostile: Report) -> None:
    assert hostile.path.is_file()
    assert [p.name for p in hostile.path.parent.iterdir()] == [hostile.path.name]
    assert hostile.path.stat().st_size < MOST_BYTES


def test_it_is_well_formed(hostile: Report) -> None:
    assert hostile.text.startswith("<!DOCTYPE html>\n")
    assert hostile.page.unbalanced == []
    ids = [tag.attributes["id"] for tag in hostile.page.tags if "id" in tag.attributes]
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_from_anywhere(hostile: Report) -> None:
    for tag in hostile.page.tags:
        for name in LOADING:
            assert (tag.attributes.get(name) or "#").startswith("#"), tag
    (style,) = hostile.page.named("style")
    assert not re.search(r"url\(|@import", style.text)
    policy = _policy(hostile)
    assert policy["default-src"] == "'none'"
    assert not any("http" in source or "*" in source for source in policy.values())


def test_only_the_pages_own_scripts_and_style_may_run(hostile: Report) -> None:
    policy = _policy(hostile)
    scripts = [s for s in hostile.page.named("script") if "type" not in s.attributes]
    assert policy["script-src"].split() == [source_hash(script.text) for script in scripts]
    (style,) = hostile.page.named("style")
    assert policy["style-src"] == source_hash(style.text)
    assert not any("unsafe" in source for source in policy.values())


def test_no_markup_comes_from_a_name(hostile: Report) -> None:
    assert {tag.name for tag in hostile.page.tags} <= KNOWN
    for tag in hostile.page.tags:
        assert not any(name.startswith("on") or name == "style" for name in tag.attributes), tag
    assert SCRIPT not in hostile.text
    assert TAG not in hostile.text
    assert not any(turned in hostile.text for turned in TURNED if not turned.isprintable())


def test_hostile_names_are_shown_as_what_they_are(hostile: Report) -> None:
    deal = hostile.page.named("section", id="deal")[0].text
    picture = hostile.page.named("section", id="picture")[0].text
    assert SCRIPT in deal
    assert TAG in deal
    assert SCRIPT + TAG in picture
    assert "\ufffdgpj.exe\ufffd" in deal
    dots = hostile.page.data("graph-data")["dots"]
    assert any(dot["name"].endswith(TAG) for dot in dots if dot["kind"] == "contact")
    assert f"newsletter{SCRIPT}" in unescape(deal)


def test_everybody_can_read_it(hostile: Report) -> None:
    page = hostile.page
    assert [tag.attributes.get("lang") for tag in page.named("html")] == ["en"]
    assert len(page.named("h1")) == 1
    for drawing in page.named("svg"):
        assert drawing.attributes.get("role") == "img"
        assert drawing.attributes.get("aria-label")
    for table in page.named("table"):
        assert "<caption>" in hostile.text
        assert table.text
    assert len(page.named("caption")) == len(page.named("table"))
    assert all(tag.attributes.get("scope") in ("col", "row") for tag in page.named("th"))
    for button in page.named("button"):
        assert button.text.strip()
        assert button.attributes.get("type") == "button"


def test_every_mark_says_its_figure(hostile: Report) -> None:
    marks = [t for t in hostile.page.tags if t.name in ("rect", "circle") and "svg" in t.parents]
    assert len(marks) > 50
    assert all(mark.text.strip() for mark in marks)


def test_every_link_of_the_navigation_leads_somewhere(hostile: Report) -> None:
    sections = {tag.attributes["id"] for tag in hostile.page.named("section")}
    assert sections == {identity for identity, _ in NAVIGATION}
    targets = [str(tag.attributes["href"]).removeprefix("#") for tag in hostile.page.named("a")]
    assert set(targets) == sections | {"main"}


def test_it_is_the_same_each_time(hostile: Report) -> None:
    again = write_report(hostile.graph, hostile.path.with_name("again.html"))
    try:
        assert again.read_text(encoding="utf-8") == hostile.text
    finally:
        again.unlink()


def test_a_graph_without_anything_has_a_report(empty: Report) -> None:
    assert empty.page.unbalanced == []
    figures = {t.attributes["data-figure"]: t.text for t in _figures(empty)}
    assert figures == dict.fromkeys(
        ("contacts", "companies", "refused", "reviews", "quarantine"), "0"
    )
    for identity in ("funnel", "credit", "deal", "months", "picture"):
        (section,) = empty.page.named("section", id=identity)
        assert "No" in section.text


def test_a_folder_cannot_be_the_report(empty: Report) -> None:
    with pytest.raises(FixInput, match="cannot be written"):
        write_report(empty.graph, empty.path.parent)


def _figures(report: Report) -> list[Tag]:
    return [tag for tag in report.page.named("dd") if "data-figure" in tag.attributes]


def _policy(report: Report) -> dict[str, str]:
    (meta,) = [
        tag
        for tag in report.page.named("meta")
        if tag.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = (rule.strip().split(" ", 1) for rule in str(meta.attributes["content"]).split(";"))
    return {name: value for name, value in rules}


@pytest.mark.parametrize("count", range(1, 40))
def test_names_of_months_do_not_touch(count: int) -> None:
    months = [f"{2024 + n // 12}-{n % 12 + 1:02}" for n in range(count)]
    picture = columns("chart", months, [1.0] * count, months, "c0")
    spans = []
    for text in picture.iter("text"):
        x = float(text.attrib["x"].removesuffix("%"))
        ends = text.attrib["text-anchor"] == "end"
        spans.append((x - NAME_WIDTH, x) if ends else (x, x + NAME_WIDTH))
    assert spans
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert 0 <= spans[0][0]
    assert spans[-1][1] <= 100
