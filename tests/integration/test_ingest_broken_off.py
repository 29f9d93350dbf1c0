"""An ingest that broke off between any two writes: reading again gives what one undisturbed gives.

What was written until then is resolved in between, so that what is read again has to be found by
what it touches.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest

from identity.explain.state import differences, entity_state
from identity.graph import IdentityGraph
from identity.model.schema import SCHEMA
from identity.model.schema_types import State as ModelState
from identity.store.base import Counts, Row
from identity.store.bulk import NodeTable, tables
from identity.store.embedded import EmbeddedStore
from tests.support.small_world import partial_only

pytestmark = pytest.mark.small_frames

AS_OF_MS = 1_777_600_000_000
STAGES = ("ingest", "resolve")
PROJECT = Path(__file__).parents[1] / "golden" / "project"


class BrokenOff(Exception):
    """The process ended here."""


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count writes down from the number that is put in front; at zero, break off."""
    left: list[int] = []
    write = EmbeddedStore.write

    def counted(self: EmbeddedStore, query: str, rows: Iterable[Row]) -> Counts:
        listed = list(rows)
        if listed and query.startswith("ingest/"):
            left[0] -= 1
            if left[0] < 0:
                raise BrokenOff(query)
        return write(self, query, listed)

    monkeypatch.setattr(EmbeddedStore, "write", counted)
    return left


def project(folder: Path) -> IdentityGraph:
    shutil.copytree(PROJECT, folder)
    return IdentityGraph.open(folder)


def facts(graph: IdentityGraph) -> dict[str, set[str]]:
    """Give the rows of all tables of facts, without what tells runs apart."""
    parts = {part.name: part for part in (*SCHEMA.labels.values(), *SCHEMA.edges.values())}
    kinds = {t.name: t.label if isinstance(t, NodeTable) else t.kind for t in tables()}
    found: dict[str, set[str]] = {}
    for name, table in graph.store.export():
        part = parts[kinds[name]]
        if part.state is ModelState.FACT:
            volatile = [p.name for p in part.properties if p.volatile]
            rows = table.drop(volatile, strict=False).to_dicts()
            for row in rows:
                if row.get("history"):  # of each version: its instant, its digest, its run, ...
                    versions = orjson.loads(row["history"])
                    row["history"] = [[*v[:2], *v[3:]] for v in versions]
            found.setdefault(part.name, set()).update(map(repr, rows))
    return found


def test_reading_again_gives_what_one_undisturbed_gives(
    tmp_path: Path, writes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    partial_only(monkeypatch)
    many = 1_000
    writes[:] = [many]
    with project(tmp_path / "whole") as graph:
        graph.run(*STAGES, as_of_ms=AS_OF_MS)
        wanted, said = entity_state(graph.store), facts(graph)
    assert {"Identifier", "Event", "Decision", "SAME_PERSON", "HAS_DOMAIN", "BY"} <= set(said)
    steps = many - writes[0]
    assert steps > 20
    for step in range(steps):
        writes[:] = [step]
        with project(tmp_path / str(step)) as graph:
            with pytest.raises(BrokenOff) as broken:
                graph.run(*STAGES, as_of_ms=AS_OF_MS)
            graph.run("resolve", as_of_ms=AS_OF_MS)
            writes[:] = [many]
            graph.run(*STAGES, as_of_ms=AS_OF_MS)
            place = f"broken off before write {step}, {broken.value}"
            assert facts(graph) == said, place
            found = entity_state(graph.store)
            assert differences(wanted, found) == {}, place
            again = graph.run("ingest", as_of_ms=AS_OF_MS).ingested
            assert again is not None
            assert not again.changed, place


def test_what_a_record_no_longer_says_when_it_is_read_again_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record is created whole before it counts as read: nothing of that may outlive a version
    that was never read to the end."""
    write = EmbeddedStore.write

    def broken(self: EmbeddedStore, query: str, rows: Iterable[Row]) -> Counts:
        if query == "ingest/record_read":
            raise BrokenOff(query)
        return write(self, query, rows)

    contacts = tmp_path / "changed" / "data" / "salesforce" / "Contact.csv"
    with project(tmp_path / "changed") as graph:
        with monkeypatch.context() as patch:
            patch.setattr(EmbeddedStore, "write", broken)
            with pytest.raises(BrokenOff):
                graph.run("ingest", as_of_ms=AS_OF_MS)
        assert "Assistant" in contacts.read_text()
        contacts.write_text(contacts.read_text().replace("Assistant", ""))
        graph.run("ingest", as_of_ms=AS_OF_MS)
        said = facts(graph)
    with project(tmp_path / "fresh") as graph:
        shutil.copy(contacts, tmp_path / "fresh" / "data" / "salesforce" / "Contact.csv")
        graph.run("ingest", as_of_ms=AS_OF_MS)
        assert facts(graph) == said
