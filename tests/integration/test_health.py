"""Health: figures that can be counted by hand, their bands, and the trend over runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import networkx as nx
import pytest

from identity.config import HealthConfig
from identity.errors import NotFound
from identity.explain import health as measuring
from identity.explain.health import FIGURES, Health
from identity.graph import IdentityGraph

PROJECT = Path(__file__).parents[1] / "golden" / "project"
AS_OF_MS = 1_777_600_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT, tmp_path / "project"))


@pytest.fixture
def graph(folder: Path) -> Iterator[IdentityGraph]:
    with IdentityGraph.open(folder, store="embedded") as opened:
        yield opened


def value(found: Health, name: str) -> float | None:
    (figure,) = (f for f in found.figures if f.name == name)
    return figure.value


def out_of_band(found: Health) -> set[str]:
    return {f.name for f in found.figures if f.within is False}


def test_every_figure_has_a_band_and_words() -> None:
    assert set(FIGURES) == set(HealthConfig.model_fields)


def test_before_any_run(graph: IdentityGraph) -> None:
    with pytest.raises(NotFound, match="no run"):
        graph.health()


def test_figures_are_what_the_graph_holds(graph: IdentityGraph, repo_root: Path) -> None:
    graph.run(as_of_ms=AS_OF_MS)
    found = graph.health()
    rows = graph.store.read("resolve/stored_identifiers")
    sizes: dict[str, int] = {}
    for row in rows:
        if row["component"] is not None:
            sizes[row["component"]] = sizes.get(row["component"], 0) + 1
    assert value(found, "largest_component") == max(sizes.values())
    assert sum(found.components.values()) == len(sizes)
    refused = graph.store.read("resolve/stored_refused")
    assert sum(found.refused.values()) == len(refused) > 0
    told = [*graph.store.read("resolve/evidence"), *graph.store.read("resolve/stored_evidence")]
    evidence = [r for r in told if not r["withdrawn"]]
    assert value(found, "refused") == round(len(refused) / len(evidence), 6)
    joined = nx.Graph([(r["src"], r["dst"]) for r in evidence])
    assert value(found, "largest_diameter") == max(
        nx.diameter(joined.subgraph(part)) for part in nx.connected_components(joined)
    )
    assert value(found, "several_accounts") == 0
    assert found.ids["created"] == sum(
        r["change"] == "created" for r in graph.store.read("explain/changes_after", seq=0)
    )
    assert value(found, "ids_changed") == 0
    assert 0 < (value(found, "identified") or 0) <= 1
    schema = json.loads((repo_root / "docs/reference/schemas/health.json").read_text())
    jsonschema.validate(json.loads(json.dumps(found.as_dict())), schema)


def test_ambiguous_domains_and_what_waits_on_them(folder: Path) -> None:
    settings = folder / "identity.yaml"
    plain = settings.read_text(encoding="utf-8")
    with IdentityGraph.open(folder, store="embedded") as graph:
        graph.run(as_of_ms=AS_OF_MS)
        before = graph.health()
    shared = "  domains: {northwind-glass.de: shared, sundown-freight.com: shared}\n"
    assert "rules:\n" in plain
    settings.write_text(plain.replace("rules:\n", f"rules:\n{shared}"), encoding="utf-8")
    with IdentityGraph.open(folder, store="embedded") as graph:
        graph.run(as_of_ms=AS_OF_MS + 1)
        after = graph.health()
        standing = [
            r["id"]
            for r in graph.store.read("resolve/stored_identifiers")
            if r["standing"] == "ambiguous" and r["id"].startswith("domain:")
        ]
    assert {i.removeprefix("domain:").removeprefix("www.") for i in standing} == {
        "northwind-glass.de",
        "sundown-freight.com",
    }
    assert value(before, "ambiguous_domains") == 0
    assert (value(after, "ambiguous_domains") or 0) > 0
    assert not after.healthy
    assert out_of_band(after) - out_of_band(before) == {"ambiguous_domains"}


def test_the_trend_has_the_runs_before(graph: IdentityGraph, folder: Path) -> None:
    graph.run(as_of_ms=AS_OF_MS)
    first = graph.health()
    graph.run(as_of_ms=AS_OF_MS + 1)
    leads = folder / "data/salesforce/Lead.csv"
    lines = leads.read_text(encoding="utf-8").splitlines()
    leads.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    graph.decide("different", "bob@sundown-freight.com", "bobby.baker@web.de", as_of_ms=AS_OF_MS)
    graph.run(as_of_ms=AS_OF_MS + 2)
    third = graph.health()
    assert third.run > first.run
    for figure in third.figures:
        assert figure.trend[0].run == first.run
        assert figure.trend[0].value == value(first, figure.name)
        assert len(figure.trend) == 2
    assert third.ids["split"] == 1
    assert (value(third, "ids_changed") or 0) > 0
    assert all(f.trend == () for f in graph.health(runs=1).figures)


def test_long_chains_are_measured_within_bounds() -> None:
    chain = nx.path_graph([f"email:{n:05}@x.de" for n in range(measuring.EXACT + 200)])
    assert measuring._across(chain) == measuring.EXACT + 199
    star = nx.star_graph(10)
    assert measuring._across(nx.relabel_nodes(star, str)) == 2


def test_sizes_fall_into_buckets() -> None:
    sizes = [{"size": s, "components": 2} for s in (1, 2, 5, 6, 1_000, 1_001)]
    assert measuring._buckets(sizes) == {
        "1": 2,
        "2-5": 4,
        "6-20": 2,
        "21-100": 0,
        "101-1000": 2,
        "over 1000": 2,
    }
