"""py2neo reads our graph on Neo4j like the driver does, and adds to it in bulk.

Its end of life has come and nothing of ours is built on it; people have notebooks that are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from identity.store import queries
from tests.contract.conftest import Both

py2neo = pytest.importorskip("py2neo", reason="no py2neo: `uv sync --all-extras` installs it")
py2neo_bulk = pytest.importorskip("py2neo.bulk")

pytestmark = pytest.mark.neo4j

ANALYST = queries.names("analyst")


@pytest.fixture(scope="module")
def graph(both: Both) -> Iterator[Any]:
    graph = py2neo.Graph(both.uri)
    yield graph
    graph.service.connector.close()


@pytest.fixture
def notebook(graph: Any) -> Iterator[str]:
    """A label of the notebook's own; what carries it is gone afterwards."""
    yield "NotebookScore"
    graph.run("MATCH (n:NotebookScore) DETACH DELETE n")


@pytest.mark.parametrize("name", ANALYST)
def test_it_gives_the_rows_that_the_driver_gives(both: Both, graph: Any, name: str) -> None:
    query = queries.load(name, "neo4j")
    names = both.names["neo4j"]
    for case in both.values.cases(name)[:20]:
        params = {k: names.ids(v) for k, v in case.items()}
        rows = [dict(record) for record in graph.run(query.text, params)]
        expected = both.neo4j.read(name, **params)
        assert names.rows(rows, ordered=True) == names.rows(expected, ordered=True)


def test_it_merges_nodes_and_relationships_in_bulk(both: Both, graph: Any, notebook: str) -> None:
    companies = [row["id"] for row in both.neo4j.read("resolve/stored_companies")]
    scores = [[f"score of {company}", number] for number, company in enumerate(companies)]
    pairs = [
        (score[0], {"as_of": "2026-06"}, company)
        for score, company in zip(scores, companies, strict=True)
    ]
    for _ in range(2):  # merged, not added: once more changes nothing
        py2neo_bulk.merge_nodes(graph.auto(), scores, (notebook, "id"), keys=["id", "points"])
        py2neo_bulk.merge_relationships(
            graph.auto(),
            pairs,
            "SCORES",
            start_node_key=(notebook, "id"),
            end_node_key=("Company", "id"),
        )
    found = graph.run(
        f"MATCH (n:{notebook})-[r:SCORES]->(o:Company) "
        "RETURN o.id AS company, n.points AS points, r.as_of AS as_of ORDER BY points"
    )
    assert [tuple(row) for row in found] == [
        (company, number, "2026-06") for number, company in enumerate(companies)
    ]
