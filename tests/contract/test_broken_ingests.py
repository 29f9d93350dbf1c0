"""Both stores tell which runs did not come to the end of reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from identity.store.base import Store
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from identity.store.neo4j import Neo4jStore

STAGES = {1: ["ingest", "resolve"], 2: [], 3: ["ingest"], 4: ["resolve"]}
OF_A_RUN = ("config_hash", "rules_hash", "counts", "health")


def _row(seq: int, stages: list[str]) -> dict[str, Any]:
    numbers = dict.fromkeys(("as_of_ms", "minted", "changes"), 0)
    said = {"id": f"run_{seq}", "name": f"run {seq}", "seq": seq, "stages": stages}
    return {**said, **numbers, **dict.fromkeys(OF_A_RUN, "")}


def _broken(store: Store) -> set[int]:
    migrate(store)
    store.write("store/run", [_row(seq, stages) for seq, stages in STAGES.items()])
    return {row["seq"] for row in store.read("store/broken_ingests")}


def test_embedded(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    assert _broken(store) == {2, 4}
    store.close()


@pytest.mark.neo4j
def test_neo4j(neo4j_url: str) -> None:
    store = Neo4jStore(neo4j_url, user="neo4j", password=None, database="neo4j")
    assert _broken(store) == {2, 4}
    store.close()
