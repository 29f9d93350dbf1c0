"""The fast partition equals the one-edge-at-a-time reference, and networkx without constraints."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.resolve.kruskal import Constraints, SoftLimit, SoftUnique, partition
from tests.support.kruskal_reference import clusters

pytestmark = pytest.mark.small_frames


def as_sets(labels: np.ndarray) -> list[frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for vertex, label in enumerate(labels.tolist()):
        groups.setdefault(label, set()).add(vertex)
    return [frozenset(groups[label]) for label in labels.tolist()]


def arrays(edges: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    flat = np.array(edges, np.int64).reshape(-1, 2)
    return flat[:, 0], flat[:, 1]


@st.composite
def problems(draw: st.DrawFn) -> dict:
    n = draw(st.integers(1, 14))
    vertex = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(vertex, vertex), max_size=40))
    edges = list(dict.fromkeys((min(p), max(p)) for p in pairs if p[0] != p[1]))
    return {
        "n": n,
        "edges": draw(st.permutations(edges)),
        "anchors": draw(
            st.lists(st.dictionaries(vertex, st.integers(0, 3), max_size=5), max_size=2)
        ),
        "cannot_link": [
            p for p in draw(st.lists(st.tuples(vertex, vertex), max_size=3)) if p[0] != p[1]
        ],
        "unique": draw(st.lists(st.sets(vertex, max_size=4), max_size=2)),
        "firm": [
            (draw(st.sets(vertex, max_size=4)), draw(st.integers(0, max(len(edges), 1))))
            for _ in range(draw(st.integers(0, 1)))
        ],
        "limits": [
            (dict.fromkeys(draw(st.sets(vertex, max_size=8)), 1), draw(st.integers(1, 4)))
            for _ in range(draw(st.integers(0, 1)))
        ],
        "weak_from": draw(st.one_of(st.none(), st.integers(0, max(len(edges), 1)))),
    }


@settings(max_examples=1500, deadline=None)
@given(problems())
def test_equals_the_sequential_reference(problem: dict) -> None:
    n = problem["n"]
    # anchors of one key are one vertex before the search starts, so keys here are distinct
    anchors = [{v: v for v in keys} for keys in problem["anchors"]]
    expected = clusters(
        n,
        problem["edges"],
        anchors=anchors,
        cannot_link=problem["cannot_link"],
        unique=problem["unique"],
        limits=problem["limits"],
        weak_from=problem["weak_from"],
        firm=problem["firm"],
    )
    src, dst = arrays(problem["edges"])
    constraints = Constraints(
        anchors=[np.array([keys.get(v, -1) for v in range(n)]) for keys in anchors],
        cannot_link=np.array(problem["cannot_link"], np.int64).reshape(-1, 2),
        unique=[
            SoftUnique("u", np.array([v in members for v in range(n)]))
            for members in problem["unique"]
        ]
        + [
            SoftUnique("f", np.array([v in members for v in range(n)]), start)
            for members, start in problem["firm"]
        ],
        limits=[
            SoftLimit("l", np.array([w.get(v, 0) for v in range(n)]), limit)
            for w, limit in problem["limits"]
        ],
        weak_from=problem["weak_from"],
    )
    assert as_sets(partition(n, src, dst, constraints)) == expected


def shapes() -> dict[str, tuple[int, list[tuple[int, int]]]]:
    n = 50_000
    return {
        "chain": (n, [(i, i + 1) for i in range(n - 1)]),
        "star": (n, [(0, i) for i in range(1, n)]),
        "clique": (300, [(i, j) for i in range(300) for j in range(i + 1, 300)]),
        "ladder": (
            2_000,
            [(i, i + 2) for i in range(1_998)] + [(i, i + 1) for i in range(0, 2_000, 2)],
        ),
    }


@pytest.mark.parametrize("shape", ["chain", "star", "clique", "ladder"])
def test_shapes_with_an_anchor_at_each_end(shape: str) -> None:
    n, edges = shapes()[shape]
    keys = np.full(n, -1)
    keys[0], keys[n - 1] = 0, n - 1
    order = np.random.default_rng(11).permutation(len(edges))
    src, dst = arrays([edges[i] for i in order])
    labels = partition(n, src, dst, Constraints(anchors=[keys]))
    assert labels[0] != labels[n - 1]
    assert len(np.unique(labels)) == 2


@pytest.mark.parametrize("seed", range(20))
def test_without_constraints_it_is_connected_components(seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, 500, (400, 2))
    edges = edges[edges[:, 0] != edges[:, 1]]
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    graph = nx.Graph(edges.tolist())
    graph.add_nodes_from(range(500))
    found = {frozenset(c) for c in nx.connected_components(graph)}
    labels = partition(500, edges[:, 0], edges[:, 1], Constraints())
    assert set(as_sets(labels)) == found
