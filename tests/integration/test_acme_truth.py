"""The sample project against its truth, over pairs of records, and what may never happen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import comb
from pathlib import Path

import polars as pl
import pytest

from identity import pipeline
from identity.generate import generate_acme
from identity.graph import IdentityGraph
from identity.resolve.standing import is_automated, is_role

pytestmark = pytest.mark.small_frames

AS_OF_MS = 1_782_863_999_000
YAML = Path(__file__).parents[2] / "examples" / "acme" / "identity.yaml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("acme")
    generate_acme(folder)
    (folder / "identity.yaml").write_text(YAML.read_text())
    return folder


@pytest.fixture(scope="module")
def graph(project: Path) -> Iterator[IdentityGraph]:
    with IdentityGraph.open(project) as opened:
        opened.run(as_of_ms=AS_OF_MS)
        yield opened


def resolved(graph: IdentityGraph, plural: str) -> pl.DataFrame:
    rows = graph.store.table(f"journey/resolved_{plural}")
    return rows.filter(pl.col("until_ms").is_null()).select(record_id="identifier", found="entity")


def pairs(rows: pl.DataFrame, *columns: str) -> int:
    return sum(comb(n, 2) for n in rows.group_by(columns).len()["len"].to_list())


def f1(truth: pl.DataFrame, found: pl.DataFrame) -> float:
    """Pairwise F1; a record without an entity is one of its own."""
    rows = truth.join(found, on="record_id", how="left").with_columns(
        pl.coalesce("found", "record_id").alias("found")
    )
    both, ours, theirs = pairs(rows, "true", "found"), pairs(rows, "found"), pairs(rows, "true")
    return 2 * both / (ours + theirs)


def truth_of(project: Path, column: str, kinds: list[str]) -> pl.DataFrame:
    rows = pl.read_csv(project / "truth" / "records.csv", infer_schema=False)
    return rows.filter(pl.col("kind").is_in(kinds) & pl.col(column).is_not_null()).select(
        "record_id", true=column
    )


def test_contacts(graph: IdentityGraph, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score = f1(
        truth_of(project, "contact", ["contact", "lead", "user", "anonymous"]),
        resolved(graph, "contacts"),
    )
    with capsys.disabled():
        print(f"\nacme: F1 of contacts over pairs of records {score:.4f}")  # noqa: T201
    assert score >= 0.985


def test_companies(graph: IdentityGraph, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score = f1(truth_of(project, "company", ["account", "workspace"]), resolved(graph, "companies"))
    with capsys.disabled():
        print(f"\nacme: F1 of companies over pairs of records {score:.4f}")  # noqa: T201
    assert score >= 0.99


def test_every_live_account_has_its_own_company(graph: IdentityGraph) -> None:
    accounts = graph.store.table("resolve/identifiers").filter(
        pl.col("record")
        & (pl.col("object") == "account")
        & (pl.col("source") == "salesforce")
        & ~pl.col("deleted")
        & pl.col("merged_into").is_null()
    )
    placed = accounts.join(resolved(graph, "companies"), left_on="id", right_on="record_id")
    assert placed.height == accounts.height > 300
    assert placed["found"].n_unique() == placed.height


def test_no_contact_holds_a_role_mailbox(graph: IdentityGraph) -> None:
    emails = resolved(graph, "contacts").filter(pl.col("record_id").str.starts_with("email:"))
    addresses = [i[6:] for i in emails["record_id"].to_list()]
    assert len(addresses) > 2_000
    assert [a for a in addresses if is_role(a) or is_automated(a)] == []


def test_a_planted_visit_is_in_the_journey_of_its_deal(graph: IdentityGraph, project: Path) -> None:
    """An anonymous visit, then a lead, then a deal: the visit is in the deal's journey."""
    rows = graph.store.table("journey/stored_journeys").join(
        graph.store.table("journey/stored_stages").select(stage="id", kind="kind"), on="stage"
    )
    sessions = graph.store.table("journey/stored_sessions").select(session="id", at_ms="at_ms")
    who = graph.store.table("journey/stored_session_by")
    anonymous = (
        who.group_by("session")
        .agg(only=pl.col("identifier").str.starts_with("anon:").all())
        .filter("only")
    )
    won = rows.filter(pl.col("kind") == "won").join(anonymous, on="session")
    assert won.join(sessions, on="session").height > 100
    assert json.loads((project / "truth" / "notes.json").read_text())


def test_a_second_run_changes_nothing(graph: IdentityGraph) -> None:
    before = graph.store.table("resolve/stored_contacts").sort("id")
    state = graph.run(as_of_ms=AS_OF_MS + 1)
    counts = pipeline.counts(state)
    assert counts["ingest"]["applied"] == counts["ingest"]["superseded"] == 0
    assert counts["resolve"]["changes"] == {}
    assert state.journeys is None
    assert graph.store.table("resolve/stored_contacts").sort("id").equals(before)


def test_a_whole_resolution_on_the_same_facts_changes_no_id(graph: IdentityGraph) -> None:
    state = graph.run("resolve", as_of_ms=AS_OF_MS + 2, whole=True)
    assert state.resolved is not None
    assert state.resolved.whole
    assert not state.resolved.changed
    assert state.resolved.counts == {}
