"""One graph on two stores: the small sample, built by two runs of the pipeline on each.

Both are built once for the whole folder, and tests only read them (a test that writes takes away
what it wrote). The Neo4j server is this folder's own, so that no other test empties it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import neo4j
import pytest

from identity.model.schema import SCHEMA
from identity.opening import open_store
from identity.store.base import Store
from tests.contract.values import Values, of_graph
from tests.support.canonical import Names
from tests.support.recording import Recording
from tests.support.small_acme import SmallAcme
from tools.neo4j_server import Neo4jServer

TEXT = "''"


@dataclass(slots=True)
class Both:
    """The same graph on the embedded store and on Neo4j."""

    embedded: Recording
    neo4j: Recording
    uri: str
    names: dict[str, Names] = field(default_factory=dict)
    values: Values = field(default_factory=Values)

    def stores(self) -> dict[str, Recording]:
        """The stores by name."""
        return {"embedded": self.embedded, "neo4j": self.neo4j}


def _opened(project: SmallAcme, kind: str, uri: str) -> Store:
    config = project.config
    store = config.store.model_copy(update={"kind": kind, "uri": uri})
    return open_store(config.model_copy(update={"store": store}))


def _name_everything(uri: str) -> None:
    """Let the server know every name of the schema, so that it complains of unknown ones alone.

    A server keeps a name that was used once, also after what carried it is gone.
    """
    values = {"int": "1", "float": "1.0", "bool": "true", "datetime": "datetime()"}
    with neo4j.GraphDatabase.driver(uri, telemetry_disabled=True) as driver:
        for owner in (*SCHEMA.labels.values(), *SCHEMA.edges.values()):
            sets = ", ".join(f"x.{p.name} = {values.get(p.kind, TEXT)}" for p in owner.properties)
            node = f"CREATE (x:{owner.name})"
            made = node if owner.name in SCHEMA.labels else f"CREATE (a)-[x:{owner.name}]->(b)"
            driver.execute_query(
                f"{made} {'SET ' + sets if sets else ''} WITH * LIMIT 1 "
                f"{'DELETE x' if made is node else 'DELETE x, a, b'}"
            )
        # The server's store keeps its lease in the graph, the embedded one locks a file instead.
        driver.execute_query("MATCH (lease:Lease) DELETE lease")


@pytest.fixture(scope="package")
def both(
    neo4j_server: Neo4jServer, tmp_path_factory: pytest.TempPathFactory, repo_root: Path
) -> Iterator[Both]:
    """Both stores, built."""
    project = SmallAcme.make(tmp_path_factory.mktemp("acme"), repo_root)
    with Neo4jServer.start(tmp_path_factory.mktemp("contract"), heap_mb=512) as server:
        found = Both(
            Recording(_opened(project, "embedded", server.bolt_uri)),
            Recording(_opened(project, "neo4j", server.bolt_uri)),
            server.bolt_uri,
        )
        try:
            project.run(*found.stores().values())
            _name_everything(server.bolt_uri)
            found.names = {name: Names.of(store) for name, store in found.stores().items()}
            found.values = of_graph(found.embedded)
            yield found
        finally:
            for store in found.stores().values():
                store.close()
