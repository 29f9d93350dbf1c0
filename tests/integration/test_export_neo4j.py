"""The queries of exports on a Neo4j server give the rows that they give on the embedded store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from identity.generate import generate_acme
from identity.graph import IdentityGraph
from identity.store import queries

pytestmark = pytest.mark.neo4j

AS_OF_MS = 1_782_863_999_000
CANONICAL = re.compile(r"\b(?:con|com)_[0-9a-z]{20,}")
# the order in which ids are minted is no fact: the feed names them in it
UNORDERED = {"export/changes"}


def labelled(tables: Mapping[str, pl.DataFrame]) -> dict[str, list[str]]:
    """Give the rows of queries as sorted text, canonical ids replaced by what they stand for."""
    stand_for: dict[str, str] = {}
    for name in ("contacts", "companies"):
        rows = tables[f"export/resolves_to_{name}"].sort("identifier", "from_ms")
        for identifier, entity in rows.select("identifier", "entity").iter_rows():
            stand_for.setdefault(entity, identifier)
    return {
        name: sorted(
            CANONICAL.sub(lambda m: stand_for.get(m[0], m[0]), repr(row))
            for row in table.iter_rows()
        )
        for name, table in tables.items()
    }


def read(project: Path, store: str | None) -> dict[str, pl.DataFrame]:
    with IdentityGraph.open(project, store=store) as graph:
        graph.run(as_of_ms=AS_OF_MS)
        return {name: graph.store.table(name) for name in queries.names("export")}


def test_both_stores_give_the_same_rows(
    repo_root: Path, tmp_path: Path, neo4j_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate_acme(tmp_path, seed=7, scale=0.05)
    yaml = (repo_root / "examples" / "acme" / "identity.yaml").read_text(encoding="utf-8")
    (tmp_path / "identity.yaml").write_text(yaml, encoding="utf-8")
    monkeypatch.delenv("IDENTITY_STORE", raising=False)
    embedded = read(tmp_path, None)
    monkeypatch.setenv("NEO4J_URI", neo4j_url)
    server = read(tmp_path, "neo4j")
    assert embedded.keys() == server.keys()
    one, two = labelled(embedded), labelled(server)
    for name, table in embedded.items():
        assert server[name].schema == table.schema, name
        if name in UNORDERED:
            assert len(one[name]) == len(two[name]), name
        else:
            assert one[name] == two[name], name
