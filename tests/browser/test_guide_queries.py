"""Every query of guide and favourites runs on a real server and finds something."""

from __future__ import annotations

from collections.abc import Iterator

import neo4j
import pytest
from neo4j.graph import Path as GraphPath

pytestmark = pytest.mark.neo4j


@pytest.fixture
def driver(small_graph: str) -> Iterator[neo4j.Driver]:
    with neo4j.GraphDatabase.driver(small_graph) as driver:
        # Types that the small graph happens not to hold, lest the server warns of them.
        driver.execute_query("CREATE (:Contact)-[:SPLIT_FROM]->(:Contact)")
        yield driver


def _run(driver: neo4j.Driver, query: str) -> list[neo4j.Record]:
    result = driver.execute_query(query, domain="acme.com", database_="neo4j")
    complaints = [s for s in result.summary.gql_status_objects if s.is_notification]
    assert complaints == [], query
    assert result.summary.query_type == "r", query
    return result.records


def test_every_block_of_the_guide_finds_something(
    driver: neo4j.Driver, guide_queries: list[str]
) -> None:
    for query in guide_queries:
        assert _run(driver, query), query


def test_favourites_return_paths(driver: neo4j.Driver, favourites: dict[str, str]) -> None:
    # Paths and not nodes: not every Browser joins the nodes of a result by their edges.
    for name, text in favourites.items():
        records = _run(driver, text)
        assert records, name
        values = [value for record in records for value in record.values() if value is not None]
        assert all(isinstance(value, GraphPath) for value in values), name


def test_credit_adds_up_to_the_value_of_the_stage(
    driver: neo4j.Driver, guide_queries: list[str]
) -> None:
    # The small graph holds credit of an earlier state as well (until_run is set).
    (by_channel,) = [q for q in guide_queries if "session.channel" in q]
    rows = _run(driver, by_channel)
    (value,) = driver.execute_query("MATCH (s:Stage) RETURN s.value_base AS value").records[0]
    assert sum(row["value_in_minor_units"] for row in rows) == value


def test_credit_is_drawn_as_it_holds_now(driver: neo4j.Driver, guide_queries: list[str]) -> None:
    (drawn,) = [q for q in guide_queries if "credited = " in q]
    shares = [row["credited"].relationships[0] for row in _run(driver, drawn)]
    assert [share["until_run"] for share in shares] == [None, None]


def test_a_company_is_found_by_any_of_its_domains(
    driver: neo4j.Driver, favourites: dict[str, str]
) -> None:
    (text,) = [text for text in favourites.values() if "$domain" in text]
    held = "MATCH (:Identifier {id: 'domain:acme.com'})-[:RESOLVES_TO]->(c)<-[:RESOLVES_TO]-(i) "
    expected = driver.execute_query(held + "RETURN collect(i.id) AS ids").records[0]["ids"]
    drawn = {row["identifiers"].end_node["id"] for row in _run(driver, text)}
    assert drawn == set(expected) | {"domain:acme.com"}
