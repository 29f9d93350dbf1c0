"""The page of the published edge cases: its table and its words are those of the files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.support.cases import expanded_map, paths, read
from tests.support.cases_check import KINDS, SECTIONS
from tools import edge_case_table


def steps() -> Iterator[dict[str, Any]]:
    for path in paths():
        case = read(path)
        for part in case.get("tenants", {"": case}).values():
            yield from part.get("steps", [part])


def named(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


def test_the_table_is_current() -> None:
    text = edge_case_table.PAGE.read_text(encoding="utf-8")
    assert text == edge_case_table.page(text), "python -m tools.edge_case_table writes it anew"
    assert text.count("| [E") == len(paths()) == 100


def test_every_key_of_the_files_is_explained() -> None:
    text = edge_case_table.PAGE.read_text(encoding="utf-8")
    words = named(text)
    used = {key for step in steps() for key in step}
    assert used - {"case", "heading", "says", "rules", "expect", "clock"} <= words
    sections = {key for step in steps() for key in step.get("expect", {})}
    known = {*SECTIONS, *KINDS, "keeps", "redirects", "split_from"}
    assert sections <= known
    assert known <= words


def test_values_are_explained() -> None:
    text = edge_case_table.PAGE.read_text(encoding="utf-8")
    expected = [step.get("expect", {}) for step in steps()]
    for key, found in {
        "via": {row["via"] for e in expected for row in e.get("memberships", ())},
        "object": {row["object"] for step in steps() for row in step.get("records", ())},
        "call": {e["call"] for step in steps() for e in step.get("events", ()) if "call" in e},
    }.items():
        explained = re.search(rf"`{key}` \(([^):]+)", text)
        assert explained, key
        assert found == set(explained[1].split(", ")), key
    values = {
        key
        for e in expected
        for plural in KINDS
        for entity in expanded_map(e.get(plural, {})).values()
        if isinstance(entity, dict)
        for key in entity
    }
    assert values - {"holds"} <= named(text), values
