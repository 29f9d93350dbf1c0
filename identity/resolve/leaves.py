"""Anonymous ids as leaves: groups that alias calls join, each on at most one cluster (R10).

They never join two clusters. A group whose evidence reaches several is shared as a whole, and all
its evidence is refused; one whose cluster is full is refused by the limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve.codes import Bools, Edges, Ints, Nodes
from identity.resolve.kruskal import components
from identity.resolve.plane import OUTSIDE, Solution, with_standing
from identity.resolve.setting import Setting


@dataclass(frozen=True, slots=True)
class Leaves:
    """What became of anonymous ids.

    ``cluster``: code to the cluster a leaf is attached to; ``shared``: codes of ids seen with
    several contacts; ``refused``: their evidence, with constraint and detail.
    """

    cluster: Ints
    shared: Ints
    refused: pl.DataFrame


def attach(
    edges: Edges,
    nodes: Nodes,
    solution: Solution,
    standing: pl.DataFrame,
    bans: Ints,
    setting: Setting,
) -> Leaves:
    """Attach anonymous ids to the clusters that their evidence reaches.

    Args:
        edges: conducting evidence with an anonymous id at one end or both, strongest first.
        nodes: all identifiers.
        solution: the clusters of everybody else.
        standing: code, standing, reason of identifiers that stand alone.
        bans: the cannot-link pairs, as codes.
        setting: limits and the policy for shared devices.
    """
    n = len(nodes)
    alone = np.zeros(n, bool)
    alone[standing["code"].to_numpy()] = True
    leaf = nodes.mask(pl.col("kind") == "anonymous") & ~alone
    rows = edges.frame.with_columns(
        leaf_a=pl.Series(leaf[edges.frame["a"].to_numpy()], dtype=pl.Boolean),
        leaf_b=pl.Series(leaf[edges.frame["b"].to_numpy()], dtype=pl.Boolean),
    )
    both = rows.filter(pl.col("leaf_a") & pl.col("leaf_b"))
    group = components(n, both["a"].to_numpy(), both["b"].to_numpy())
    ties = _ties(rows.filter(~(pl.col("leaf_a") & pl.col("leaf_b"))), alone, solution, group)
    ties = _without_banned(ties, bans, solution)
    chosen = _choose(ties, setting)
    placed, full = _within_limit(chosen, rows, group, leaf, setting)
    cluster = np.full(n, OUTSIDE)
    members = np.flatnonzero(leaf)
    cluster[members] = [placed.get(int(group[m]), OUTSIDE) for m in members]
    reached = set(ties["group"].to_list())
    shared_groups = reached - set(chosen)
    shared = members[[int(group[m]) in shared_groups for m in members]]
    counted = ties.select("position", "group")
    found = _apart(rows, cluster, solution).join(
        counted, on="position", how="left", maintain_order="left"
    )
    rejected = with_standing(found, standing).with_columns(
        constraint=pl.coalesce("constraint", _reason(shared_groups, full, setting))
    )
    return Leaves(cluster, shared, rejected.drop("leaf_a", "leaf_b", "group"))


def _ties(rows: pl.DataFrame, alone: Bools, solution: Solution, group: Ints) -> pl.DataFrame:
    """Give the edges between a leaf and a cluster, with the leaf's group and the cluster."""
    a, b = rows["a"].to_numpy(), rows["b"].to_numpy()
    leaf_first = rows["leaf_a"].to_numpy()
    leaf = np.where(leaf_first, a, b)
    other = np.where(leaf_first, b, a)
    is_leaf = leaf_first | rows["leaf_b"].to_numpy()
    ties = rows.with_columns(
        leaf=pl.Series(leaf, dtype=pl.Int64),
        other=pl.Series(other, dtype=pl.Int64),
        group=pl.Series(group[leaf], dtype=pl.Int64),
        reaches=pl.Series(solution.cluster[other], dtype=pl.Int64),
    )
    return ties.filter(pl.Series(is_leaf & ~alone[other] & ~alone[leaf]))


def _without_banned(ties: pl.DataFrame, bans: Ints, solution: Solution) -> pl.DataFrame:
    """Leave out edges that lead to a cluster a person kept the leaf away from."""
    if not len(bans):
        return ties
    table = pl.DataFrame(
        {
            "leaf": np.concatenate([bans[:, 0], bans[:, 1]]),
            "reaches": solution.cluster[np.concatenate([bans[:, 1], bans[:, 0]])],
        }
    ).filter(pl.col("reaches") != OUTSIDE)
    return ties.join(table, on=["leaf", "reaches"], how="anti", maintain_order="left")


def _choose(ties: pl.DataFrame, setting: Setting) -> dict[int, int]:
    """Give the cluster of each group that has one: what a person assigned, else the only one."""
    assigned = ties.filter(pl.col("rule") == "decision.same_person")
    chosen = dict(
        assigned.group_by("group", maintain_order=True).agg(pl.col("reaches").first()).iter_rows()
    )
    reached = ties.group_by("group").agg(
        count=pl.col("reaches").n_unique(),
        only=pl.col("reaches").first(),
        latest=pl.col("reaches").sort_by("last_seen_ms", "other").last(),
    )
    last = setting.rules.shared_devices == "last_authenticated"
    for group, count, only, latest in reached.iter_rows():
        if group not in chosen and (count == 1 or last):
            chosen[group] = only if count == 1 else latest
    return chosen


def _within_limit(
    chosen: dict[int, int], rows: pl.DataFrame, group: Ints, leaf: Bools, setting: Setting
) -> tuple[dict[int, int], set[int]]:
    """Fill clusters up to the limit, groups in the order of (first seen, smallest id) (R9)."""
    hard = setting.rules.limits.anonymous.hard
    size = np.bincount(group[leaf]) if leaf.any() else np.empty(0, np.int64)
    per_cluster: dict[int, list[int]] = {}
    for one, cluster in chosen.items():
        per_cluster.setdefault(cluster, []).append(one)
    crowded = {
        c: groups for c, groups in per_cluster.items() if sum(size[g] for g in groups) > hard
    }
    if not crowded:
        return chosen, set()
    first = _first_seen(rows, group)
    smallest: dict[int, int] = {}
    for code in np.flatnonzero(leaf).tolist():
        smallest.setdefault(int(group[code]), code)
    full: set[int] = set()
    for groups in crowded.values():
        taken, closed = 0, False
        for one in sorted(groups, key=lambda g: (first[g], smallest[g])):
            taken += int(size[one])
            closed = closed or taken > hard
            if closed:
                full.add(one)
    return {g: c for g, c in chosen.items() if g not in full}, full


def _first_seen(rows: pl.DataFrame, group: Ints) -> dict[int, int]:
    leaf = pl.when("leaf_a").then("a").otherwise("b")
    seen = rows.select(leaf=leaf, first="first_seen_ms")
    seen = seen.with_columns(group=pl.Series(group[seen["leaf"].to_numpy()]))
    return dict(seen.group_by("group").agg(pl.col("first").min()).iter_rows())


def _apart(rows: pl.DataFrame, placed: Ints, solution: Solution) -> pl.DataFrame:
    """Give the evidence of leaves that did not attach them where it leads."""
    everywhere = np.where(placed != OUTSIDE, placed, solution.cluster)
    a, b = rows["a"].to_numpy(), rows["b"].to_numpy()
    both = (rows["leaf_a"] & rows["leaf_b"]).to_numpy()
    apart = ((everywhere[a] != everywhere[b]) | (everywhere[a] == OUTSIDE)) & ~both
    found = rows.with_columns(one=pl.Series(everywhere[a]), two=pl.Series(everywhere[b]))
    return found.filter(pl.Series(apart))


def _reason(shared: set[int], full: set[int], setting: Setting) -> pl.Expr:
    """Say why a leaf's evidence did not count; without a group in the count it was banned."""
    other = "last_authenticated" if setting.rules.shared_devices != "anonymous" else "decision"
    return (
        pl.when(pl.col("group").is_null())
        .then(pl.lit("cannot_link"))
        .when(pl.col("group").is_in(list(shared)))
        .then(pl.lit("shared"))
        .when(pl.col("group").is_in(list(full)))
        .then(pl.lit("limit"))
        .otherwise(pl.lit(other))
    )
