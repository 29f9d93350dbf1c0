"""Whatever is written reads the same on both stores: every query file, and the whole graph.

The embedded store and a real Neo4j server hold the same sample, built by three runs of the pipeline
on each. Every query file that reads runs on both with the same parameters and must give equal rows;
every write was done by the pipeline itself, so the whole graphs must be equal as well.
"""

from __future__ import annotations

import neo4j
import polars as pl
import pytest

from identity.explain.state import differences, full_state
from identity.store import queries
from tests.contract.conftest import Both

pytestmark = pytest.mark.neo4j

READS = [name for name in queries.names() if not queries.load(name).writes]
WRITES = [name for name in queries.names() if queries.load(name).writes]
STAGES = ("ingest", "resolve", "journey", "attribute", "store")

NOTHING_TO_FIND = {
    "erase/erasures": "nobody of the sample was erased",
    "ingest/suppressions": "nobody of the sample was erased",
    "explain/contact_split_off": "no contact of the sample was split",
    "export/workspace_aliases": "no workspace of the sample was renamed",
    "resolve/dirty": "whatever was touched has been resolved",
    "store/broken_ingests": "all runs of the sample came to their end (test_broken_ingests)",
}
UNWRITTEN = {
    "ingest/identifier_other": "the sample declares no kinds of identifiers of its own",
    "ingest/remove_has_contact": "its tables of pairs have no versions that could come late",
    "journey/remove_session_towards": "whom an exposure was shown to never changes there",
    "store/lease_keep": "kept by the server's store itself, where a pipeline runs",
    "store/lease_take": "taken by the server's store itself, before a write",
    "store/migration": "written when a store is opened, before anybody listens",
}


@pytest.mark.parametrize("name", READS)
def test_a_query_gives_the_same_rows_on_both_stores(both: Both, name: str) -> None:
    ordered = name.startswith("analyst/")
    found = 0
    for case in both.values.cases(name):
        rows = {}
        for kind, store in both.stores().items():
            own = both.names[kind]
            params = {k: own.ids(v) for k, v in case.items()}
            rows[kind] = own.rows(store.read(name, **params), ordered=ordered)
        assert rows["embedded"] == rows["neo4j"], case
        found += len(rows["embedded"])
    # A query that finds nothing proves nothing.
    assert bool(found) == (name not in NOTHING_TO_FIND)


def test_derived_state_is_equal(both: Both) -> None:
    left, right = full_state(both.embedded), full_state(both.neo4j)
    assert all(frame.height for name, frame in left.items() if name != "decisions")
    assert differences(left, right) == {}


def test_every_node_and_edge_is_equal(both: Both) -> None:
    tables = {}
    for kind, store in both.stores().items():
        own = both.names[kind]
        tables[kind] = {
            name: own.rows(_with_sorted_labels(table).iter_rows(named=True), ordered=False)
            for name, table in store.export()
        }
    assert tables["embedded"].keys() == tables["neo4j"].keys()
    for name, rows in tables["embedded"].items():
        assert rows == tables["neo4j"][name], name


def _with_sorted_labels(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col("^labels$").list.sort())


def test_the_pipeline_exercised_every_write(both: Both) -> None:
    wanted = {name for name in WRITES if name.partition("/")[0] in STAGES}
    assert both.embedded.written == both.neo4j.written
    assert sorted(wanted - both.embedded.written) == sorted(UNWRITTEN)


@pytest.mark.parametrize("name", queries.names())
def test_neo4j_has_nothing_to_say_against_a_query(both: Both, name: str) -> None:
    """No deprecated form, no unknown name, no cartesian product; for both versions of Cypher."""
    query = queries.load(name, "neo4j")
    params = {} if query.writes else both.values.cases(name)[0]
    if query.writes:
        params = {"rows": [], **dict.fromkeys(set(query.params) - {"rows"})}
    with neo4j.GraphDatabase.driver(both.uri, telemetry_disabled=True) as driver:
        result = driver.execute_query(f"EXPLAIN {query.text}", params, database_="neo4j")
    said = [
        f"{status.gql_status} {status.status_description}"
        for status in result.summary.gql_status_objects
        if status.is_notification
        and (
            status.classification in ("DEPRECATION", "UNRECOGNIZED")
            or status.gql_status.startswith("03N90")
        )
    ]
    assert said == []


def test_tables_have_the_types_that_headers_declare(both: Both) -> None:
    for store in both.stores().values():
        rows = store.table("analyst/credit_by", **both.values.cases("analyst/credit_by")[0])
        assert rows.schema == {
            "bucket": pl.String,
            "stages": pl.Int64,
            "sessions": pl.Int64,
            "weight": pl.Float64,
            "value_minor": pl.Int64,
        }
