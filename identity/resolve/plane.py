"""One plane: contract what is one from the start, search, and say why evidence was refused.

Both planes are solved by this one function; what differs (keys, hosts, limits) comes in as a
`Problem`. The reason of a refusal is read off the *final* clusters, in the order anchor,
cannot_link, user_id, unique, limit (R25), so that it does not depend on how they came about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from identity.resolve.codes import Bools, Edges, Ints
from identity.resolve.kruskal import Constraints, SoftLimit, SoftUnique, partition

OUTSIDE = -1
NEVER = 99
"""An evidence class that none is as weak as: what binds from there on never does."""
STANDING_ORDER = ("blocked", "shared_mailbox", "generic", "ambiguous")


@dataclass(frozen=True, slots=True)
class Problem:
    """A plane's search, over codes.

    ``vertex``: code to vertex, `OUTSIDE` for codes that take no part; equal vertex, contracted.
    ``key``: vertex to anchor key, -1 without; ``bans``: pairs of codes that may not join;
    ``anchors``: codes of anchors; ``users``: per product the codes of its user ids; ``unique``: per
    declared kind of which an entity has one value, the codes of its values; ``limits``: kind, the
    codes that count and how many there may be; ``weak_class``: from which evidence class on limits
    and ``users`` bind, ``firm_class``: from which on ``unique`` does.
    """

    vertex: Ints
    key: Ints
    bans: Ints
    anchors: Ints
    users: Mapping[str, Ints] = field(default_factory=dict)
    unique: Mapping[str, Ints] = field(default_factory=dict)
    limits: Sequence[tuple[str, Ints, int]] = ()
    weak_class: int = NEVER
    firm_class: int = NEVER


@dataclass(frozen=True, slots=True)
class Solution:
    """The clusters of a plane.

    ``cluster`` maps each code to the code of its cluster's label: the smallest anchor, else the
    smallest identifier; `OUTSIDE` for codes that take no part.
    """

    cluster: Ints
    problem: Problem


def labelled(groups: Ints, member: Bools, anchors: Ints) -> Ints:
    """Name each group of members by the code of its label."""
    found = np.full(len(groups), OUTSIDE)
    codes = np.flatnonzero(member)
    if not len(codes):
        return found
    dense = np.unique(groups[codes], return_inverse=True)[1]
    label = np.full(int(dense.max()) + 1, len(groups))
    np.minimum.at(label, dense, codes)
    held = anchors[member[anchors]]
    position = np.searchsorted(codes, held)
    best = np.full(len(label), len(groups))
    np.minimum.at(best, dense[position], held)
    label = np.where(best < len(groups), best, label)
    found[codes] = label[dense]
    return found


def solve(problem: Problem, edges: Edges) -> Solution:
    """Find the clusters of a plane."""
    n = int(problem.vertex.max()) + 1 if len(problem.vertex) else 0
    a, b = edges.ends()
    va, vb = problem.vertex[a], problem.vertex[b]
    usable = (va != OUTSIDE) & (vb != OUTSIDE) & (va != vb)
    order = pl.DataFrame(
        {
            "low": np.minimum(va, vb),
            "high": np.maximum(va, vb),
            "evidence_class": edges.frame["evidence_class"].to_numpy(),
        }
    ).filter(pl.Series(usable))
    # of several edges on one pair the first is the strongest; the others cannot matter
    order = order.unique(["low", "high"], keep="first", maintain_order=True)
    classes = order["evidence_class"].to_numpy()
    weak_from, firm_from = (
        int(np.argmax(classes >= start)) if (classes >= start).any() else None
        for start in (problem.weak_class, problem.firm_class)
    )
    unique = [SoftUnique(p, _mask(problem, codes, n)) for p, codes in problem.users.items()]
    if firm_from is not None:
        unique += [
            SoftUnique(kind, _mask(problem, codes, n), firm_from)
            for kind, codes in problem.unique.items()
        ]
    labels = partition(
        n,
        order["low"].to_numpy(),
        order["high"].to_numpy(),
        Constraints(
            anchors=[problem.key],
            cannot_link=_vertex_pairs(problem),
            unique=unique,
            limits=_limits(problem, n),
            weak_from=weak_from,
        ),
    )
    groups = np.full(len(problem.vertex), OUTSIDE)
    inside = problem.vertex != OUTSIDE
    groups[inside] = labels[problem.vertex[inside]]
    return Solution(labelled(groups, inside, problem.anchors), problem)


def _vertex_pairs(problem: Problem) -> Ints:
    pairs = problem.vertex[problem.bans] if len(problem.bans) else np.empty((0, 2), np.int64)
    kept = (pairs != OUTSIDE).all(axis=1) & (pairs[:, 0] != pairs[:, 1])
    return np.asarray(pairs[kept], np.int64)


def _mask(problem: Problem, codes: Ints, n: int) -> Bools:
    mask = np.zeros(n, bool)
    vertices = problem.vertex[codes]
    mask[vertices[vertices != OUTSIDE]] = True
    return mask


def _limits(problem: Problem, n: int) -> list[SoftLimit]:
    found = []
    for kind, codes, limit in problem.limits:
        vertices = problem.vertex[codes]
        weights = np.bincount(vertices[vertices != OUTSIDE], minlength=n)
        found.append(SoftLimit(kind, weights, limit))
    return found


def refused(solution: Solution, edges: Edges, alone: pl.DataFrame) -> pl.DataFrame:
    """Give the evidence that did not merge its ends, each with the constraint that refused it.

    Args:
        solution: the clusters.
        edges: all conducting evidence of the plane that was to merge something.
        alone: code, standing, reason of identifiers that stand alone.

    Returns:
        The rows of ``edges`` with ``constraint`` and ``detail``.
    """
    a, b = edges.ends()
    one, two = solution.cluster[a], solution.cluster[b]
    apart = (one != two) | (one == OUTSIDE)
    rows = edges.frame.with_columns(one=pl.Series(one), two=pl.Series(two))
    return _with_reasons(with_standing(rows.filter(pl.Series(apart)), alone), solution)


def with_standing(rows: pl.DataFrame, alone: pl.DataFrame) -> pl.DataFrame:
    """Add ``constraint`` and ``detail`` to edges with an end that stands alone, else null.

    Their clusters are no part of the reason: the other end's may lie outside of what is looked at.
    """
    ranks = pl.col("standing").replace_strict(
        {s: i for i, s in enumerate(STANDING_ORDER)}, default=len(STANDING_ORDER)
    )
    state = alone.select("code", "standing", "reason", rank=ranks)
    joined = rows.join(state, left_on="a", right_on="code", how="left", maintain_order="left").join(
        state, left_on="b", right_on="code", how="left", maintain_order="left", suffix="_b"
    )
    second = pl.col("rank_b").fill_null(99) < pl.col("rank").fill_null(99)
    joined = joined.with_columns(
        constraint=pl.when(second).then("standing_b").otherwise("standing"),
        detail=pl.when(second).then("reason_b").otherwise("reason"),
    )
    alone_by_state = pl.col("constraint").is_not_null()
    return joined.with_columns(
        pl.when(alone_by_state).then(pl.lit(OUTSIDE, pl.Int64)).otherwise(name).alias(name)
        for name in ("one", "two")
    ).drop("standing", "standing_b", "reason", "reason_b", "rank", "rank_b")


def _with_reasons(rows: pl.DataFrame, solution: Solution) -> pl.DataFrame:
    problem = solution.problem
    keys = _cluster_keys(solution)
    banned = _banned_clusters(solution)
    products = _clusters_with(solution, problem.users)
    kinds = _clusters_with(solution, problem.unique)
    constraints: list[str] = []
    for known, one, two, strength in rows.select(
        "constraint", "one", "two", "evidence_class"
    ).iter_rows():
        if known is not None or one == OUTSIDE or two == OUTSIDE:
            constraints.append(known or "outside")
        elif keys.get(one, -1) != -1 and keys.get(two, -1) not in (-1, keys[one]):
            constraints.append("anchor")
        elif (min(one, two), max(one, two)) in banned:
            constraints.append("cannot_link")
        elif strength >= problem.weak_class and _both(one, two, products):
            constraints.append("user_id")
        elif strength >= problem.firm_class and _both(one, two, kinds):
            constraints.append("unique")
        else:
            constraints.append("limit")
    return rows.with_columns(constraint=pl.Series(constraints, dtype=pl.String))


def _cluster_keys(solution: Solution) -> dict[int, int]:
    vertex = solution.problem.vertex
    inside = vertex != OUTSIDE
    keys = solution.problem.key[vertex[inside]]
    clusters = solution.cluster[inside]
    held = keys >= 0
    return dict(zip(clusters[held].tolist(), keys[held].tolist(), strict=True))


def _banned_clusters(solution: Solution) -> set[tuple[int, int]]:
    if not len(solution.problem.bans):
        return set()
    pairs = np.sort(solution.cluster[solution.problem.bans], axis=1)
    return {(int(x), int(y)) for x, y in pairs if x != OUTSIDE}


def _clusters_with(solution: Solution, unique: Mapping[str, Ints]) -> list[set[int]]:
    return [set(solution.cluster[codes].tolist()) - {OUTSIDE} for codes in unique.values()]


def _both(one: int, two: int, holders: list[set[int]]) -> bool:
    return any(one in held and two in held for held in holders)
