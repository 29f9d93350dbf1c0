"""The benchmark's input: size, form, truth, and that its noise needs the constraints."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from identity.errors import FixInput
from identity.generate import generate_evidence
from identity.generate.ids import checksum
from tests.unit.generate.rule_follower import Clusters, pair_f1

EDGES = 60_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("evidence")
    generate_evidence(out, edges=EDGES)
    return out


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pl.DataFrame]:
    names = ("evidence", "anchors", "cannot_link", "truth")
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in names}


@pytest.mark.parametrize("edges", [1_000, 7_777, 200_000])
def test_it_writes_as_many_edges_as_asked_for(tmp_path: Path, edges: int) -> None:
    summary = generate_evidence(tmp_path, edges=edges)
    written = pl.read_parquet(tmp_path / "evidence.parquet").height
    assert written == pytest.approx(edges, rel=0.02)
    assert summary.counts["evidence"] == written


def test_two_runs_are_equal_and_two_seeds_are_not(folder: Path, tmp_path: Path) -> None:
    generate_evidence(tmp_path / "again", edges=EDGES)
    generate_evidence(tmp_path / "other", edges=EDGES, seed=8)
    for file in sorted(folder.iterdir()):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
        assert (tmp_path / "other" / file.name).read_bytes() != file.read_bytes()


def test_too_few_edges_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FixInput):
        generate_evidence(tmp_path, edges=10)


def test_edges_have_no_nulls_and_no_loops(tables: dict[str, pl.DataFrame]) -> None:
    evidence = tables["evidence"]
    assert evidence.schema == {"src": pl.String, "dst": pl.String, "strength": pl.Float64}
    assert sum(evidence.null_count().row(0)) == 0
    assert evidence.filter(pl.col("src") == pl.col("dst")).is_empty()
    assert evidence["strength"].is_between(0, 1, closed="none").all()


def test_planes_do_not_touch(tables: dict[str, pl.DataFrame]) -> None:
    plane = dict(tables["truth"].select("identifier", "plane").iter_rows())
    pairs = tables["evidence"].select("src", "dst").iter_rows()
    assert {(plane[a], plane[b]) for a, b in pairs} == {
        ("person", "person"),
        ("company", "company"),
    }


def test_truth_names_every_identifier_once(tables: dict[str, pl.DataFrame]) -> None:
    evidence, truth = tables["evidence"], tables["truth"]
    assert truth["identifier"].is_unique().all()
    assert set(truth["identifier"]) == {*evidence["src"], *evidence["dst"]}
    assert sum(truth.null_count().row(0)) == 0


def test_an_anchor_key_belongs_to_one_person(tables: dict[str, pl.DataFrame]) -> None:
    anchors, truth = tables["anchors"], tables["truth"]
    known = anchors.join(truth, on="identifier", how="left")
    assert known["entity"].null_count() == 0
    people = known.filter(pl.col("namespace") == "contact")
    assert people["key"].null_count() == 0
    assert people.group_by("key").agg(pl.col("entity").n_unique())["entity"].max() == 1
    assert people["key"].is_duplicated().any(), "no true duplicates in the CRM"
    companies = known.filter(pl.col("namespace") == "company")
    assert companies["key"].null_count() == companies.height > 0
    assert companies["entity"].is_unique().all()


def test_cannot_link_pairs_are_true(tables: dict[str, pl.DataFrame]) -> None:
    entity = dict(tables["truth"].select("identifier", "entity").iter_rows())
    pairs = list(tables["cannot_link"].iter_rows())
    assert len(pairs) >= 200
    assert all(entity[a] != entity[b] for a, b in pairs)


def test_identifiers_look_like_ours(tables: dict[str, pl.DataFrame]) -> None:
    evidence, names = tables["evidence"], tables["truth"]["identifier"]
    kinds = set(names.str.split(":").list.first())
    assert kinds == {"crm", "email", "user", "anon", "domain", "workspace"}
    ends = pl.concat([evidence["src"], evidence["dst"]])
    mean = sum(ends.str.len_bytes()) / len(ends)
    assert mean == pytest.approx(33, abs=1.5)
    salesforce = [name for name in names if name.startswith("crm:salesforce:")]
    assert salesforce
    for name in salesforce:
        key = name.rpartition(":")[2]
        assert checksum(key[:15]) == key[15:]


def _solve(tables: dict[str, pl.DataFrame], *, constrained: bool) -> Clusters:
    clusters = Clusters()
    for identifier, _, key in tables["anchors"].iter_rows() if constrained else ():
        clusters.anchor[clusters.find(key or identifier)] = key or identifier
        clusters.join(key or identifier, identifier)
    ordered = tables["evidence"].sort("strength", "src", "dst", descending=[True, False, False])
    for src, dst, _ in ordered.iter_rows():
        clusters.join(src, dst)
    return clusters


@pytest.mark.parametrize("plane", ["person", "company"])
def test_noise_is_undone_by_the_constraints_only(
    tables: dict[str, pl.DataFrame], plane: str
) -> None:
    rows = tables["truth"].filter(pl.col("plane") == plane).select("identifier", "entity")
    truth = dict(rows.iter_rows())
    scores = {}
    for constrained in (True, False):
        clusters = _solve(tables, constrained=constrained)
        scores[constrained] = pair_f1(truth, {name: clusters.find(name) for name in truth})
    assert 0.97 < scores[True] < 1
    assert scores[False] < scores[True] - 0.01


def test_company_sizes_follow_a_power_law(tables: dict[str, pl.DataFrame]) -> None:
    emails = tables["truth"].filter(pl.col("identifier").str.starts_with("email:"))
    hosts = emails["identifier"].str.extract(r"@(\w+\d\.[\w.]+)$").drop_nulls().value_counts()
    sizes = hosts["count"]
    assert sizes.median() <= 5
    assert sizes.max() >= 50
