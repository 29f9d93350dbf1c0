"""What analysts are told works: the reference is current, and every recipe runs on both stores."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import neo4j
import pytest

from identity.store import queries
from tests.contract.conftest import Both
from tools import query_reference

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "docs" / "how-to" / "journeys.md"
BLOCK = re.compile(r"^```cypher\n(.*?)^```", re.MULTILINE | re.DOTALL)
PARAMETER = re.compile(r"\$(\w+)")


def recipes() -> dict[str, str]:
    """Give the recipes by their headings, one a heading."""
    parts = re.split(r"^## ", RECIPES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    blocks = {part.partition("\n")[0]: BLOCK.findall(part) for part in parts}
    assert max(map(len, blocks.values())) == 1
    return {title: found[0] for title, found in blocks.items() if found}


def test_the_reference_is_current() -> None:
    assert query_reference.PAGE.read_text(encoding="utf-8") == query_reference.page(), (
        "python -m tools.query_reference writes it anew"
    )


def test_the_reference_names_every_query_and_its_parameters() -> None:
    sections = re.split(r"^### ", query_reference.page(), flags=re.MULTILINE)[1:]
    by_name = {section.partition("\n")[0]: section for section in sections}
    assert {f"analyst/{name}" for name in by_name} == set(queries.names("analyst"))
    for name, section in by_name.items():
        query = queries.load(f"analyst/{name}")
        assert query.purpose in section
        for column in (*query.params, *query.returns):
            assert f"`{column}`" in section


@pytest.mark.neo4j
@pytest.mark.parametrize("title", recipes())
def test_a_recipe_finds_the_same_on_both_stores(both: Both, title: str) -> None:
    text = recipes()[title]
    known = {**both.values.by_name, "stage_kind": "won"}
    params = {name: known[name] for name in PARAMETER.findall(text)}
    rows = {"embedded": _embedded(both, text, params), "neo4j": _neo4j(both, text, params)}
    named = {kind: both.names[kind].rows(found, ordered=True) for kind, found in rows.items()}
    assert named["embedded"]
    assert named["embedded"] == named["neo4j"]


@pytest.mark.neo4j
def test_the_recipe_of_sums_is_clean(both: Both) -> None:
    (row,) = _neo4j(both, recipes()["Check your sums"], {"stage_kind": "won", "model": "linear"})
    assert row["stages"] > 0
    assert row["value_minor"] == row["credit_minor"] > 0


def _embedded(both: Both, text: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    # The store takes names of queries, and a recipe has none: ask its engine.
    rows: list[dict[str, Any]] = both.embedded.store._session.cypher(text, params=params).to_list()
    return rows


def _neo4j(both: Both, text: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with neo4j.GraphDatabase.driver(both.uri, telemetry_disabled=True) as driver:
        result = driver.execute_query(text, params, database_="neo4j")
    assert not [s for s in result.summary.gql_status_objects if s.is_notification]
    return [record.data() for record in result.records]
