"""Components and spanning forests, held to networkx on random graphs and on awkward shapes."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.resolve.graphs import components, spanning_forest

LONG = 50_000


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    n = draw(st.integers(1, 30))
    vertex = st.integers(0, n - 1)
    return n, draw(st.lists(st.tuples(vertex, vertex), max_size=60))


def _ends(edges: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    ends = np.array(edges, np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


@given(graphs())
def test_components_are_those_of_networkx_called_in_the_order_of_their_smallest(
    given_graph: tuple[int, list[tuple[int, int]]],
) -> None:
    n, edges = given_graph
    oracle = nx.Graph(edges)
    oracle.add_nodes_from(range(n))
    expected = np.empty(n, np.int64)
    for label, members in enumerate(sorted(nx.connected_components(oracle), key=min)):
        expected[list(members)] = label
    np.testing.assert_array_equal(components(n, *_ends(edges)), expected)


@given(graphs())
def test_the_forest_is_that_of_networkx(given_graph: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = given_graph
    oracle = nx.MultiGraph()
    oracle.add_weighted_edges_from((a, b, rank) for rank, (a, b) in enumerate(edges))
    taken = nx.minimum_spanning_edges(oracle, keys=False, data=True)
    expected = sorted(data["weight"] for _, _, data in taken)
    assert spanning_forest(n, *_ends(edges)).tolist() == expected


@pytest.mark.parametrize("shape", ["chain", "backwards", "shuffled", "star", "pairs"])
def test_long_shapes_are_one_component_and_a_tree_is_its_own_forest(shape: str) -> None:
    line = np.arange(LONG)
    mixed = np.random.default_rng(7).permutation(LONG)
    src, dst = {
        "chain": (line[:-1], line[1:]),
        "backwards": (line[:0:-1], line[-2::-1]),
        "shuffled": (mixed[:-1], mixed[1:]),
        "star": (np.full(LONG - 1, LONG - 1), line[:-1]),
        "pairs": (line[::2], line[1::2]),
    }[shape]
    trees = LONG // 2 if shape == "pairs" else 1
    assert int(components(LONG, src, dst).max()) + 1 == trees
    np.testing.assert_array_equal(spanning_forest(LONG, src, dst), np.arange(len(src)))
