"""Anonymous ids as leaves: groups that alias calls join, each on at most one cluster (R10).

They never join two clusters. A group whose evidence reaches several is shared as a whole, and all
its evidence is refused; one whose cluster is full is refused by the limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve.codes import Bools, Edges, Ints, Nodes
from identity.resolve.graphs import components
from identity.resolve.kruskal import Constraints, partition
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
    group = _groups(n, both, bans[leaf[bans].all(axis=1)])
    ties = _ties(rows.filter(~(pl.col("leaf_a") & pl.col("leaf_b"))), alone, solution, group)
    ties = _without_banned(ties, bans, solution, group)
    chosen, decided = _choose(ties, setting)
    first = _first_seen(rows, ties, chosen, _inside(both, group))
    placed, full = _within_limit((chosen, decided), first, group, leaf, setting)
    cluster = np.full(n, OUTSIDE)
    members = np.flatnonzero(leaf)
    cluster[members] = [placed.get(int(group[m]), OUTSIDE) for m in members]
    reached = set(ties["group"].to_list())
    shared_groups = reached - set(chosen)
    shared = members[[int(group[m]) in shared_groups for m in members]]
    counted = ties.select("position", "group", attaching=_attaching(ties, chosen))
    found = _apart(rows, cluster, solution, group).join(
        counted, on="position", how="left", maintain_order="left"
    )
    rejected = with_standing(found, standing).with_columns(
        constraint=pl.coalesce("constraint", _reason(shared_groups, full, decided))
    )
    return Leaves(cluster, shared, rejected.drop("leaf_a", "leaf_b", "group", "attaching"))


def _groups(n: int, both: pl.DataFrame, bans: Ints) -> Ints:
    """Group anonymous ids that evidence joins among themselves, bans respected."""
    pairs = both.select(low=pl.min_horizontal("a", "b"), high=pl.max_horizontal("a", "b"))
    pairs = pairs.unique(keep="first", maintain_order=True)
    low, high = pairs["low"].to_numpy(), pairs["high"].to_numpy()
    if not len(bans):
        return components(n, low, high)
    return partition(n, low, high, Constraints(cannot_link=bans))


def _inside(both: pl.DataFrame, group: Ints) -> pl.DataFrame:
    """Give the evidence inside of groups, with the group."""
    one, two = group[both["a"].to_numpy()], group[both["b"].to_numpy()]
    rows = both.select("position").with_columns(group=pl.Series(one, dtype=pl.Int64))
    return rows.filter(pl.Series(one == two))


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


def _without_banned(
    ties: pl.DataFrame, bans: Ints, solution: Solution, group: Ints
) -> pl.DataFrame:
    """Leave out edges that lead to a cluster a person kept one of the group away from."""
    if not len(bans):
        return ties
    table = pl.DataFrame(
        {
            "group": group[np.concatenate([bans[:, 0], bans[:, 1]])],
            "reaches": solution.cluster[np.concatenate([bans[:, 1], bans[:, 0]])],
        }
    ).filter(pl.col("reaches") != OUTSIDE)
    return ties.join(table, on=["group", "reaches"], how="anti", maintain_order="left")


def _choose(ties: pl.DataFrame, setting: Setting) -> tuple[dict[int, int], set[int]]:
    """Give the cluster of each group that has one: what a person assigned, else the only one.

    Also gives the groups that a person assigned.
    """
    assigned = ties.filter(pl.col("rule") == "decision.same_person")
    chosen = dict(
        assigned.group_by("group", maintain_order=True).agg(pl.col("reaches").first()).iter_rows()
    )
    decided = set(chosen)
    reached = ties.group_by("group").agg(
        count=pl.col("reaches").n_unique(),
        only=pl.col("reaches").first(),
        latest=pl.col("reaches").sort_by("last_seen_ms", "other").last(),
    )
    last = setting.rules.shared_devices == "last_authenticated"
    for group, count, only, latest in reached.iter_rows():
        if group not in chosen and (count == 1 or last):
            chosen[group] = only if count == 1 else latest
    return chosen, decided


def _within_limit(
    choice: tuple[dict[int, int], set[int]],
    first: dict[int, int],
    group: Ints,
    leaf: Bools,
    setting: Setting,
) -> tuple[dict[int, int], set[int]]:
    """Fill clusters up to the limit, groups in the order of (first seen, smallest id) (R9).

    Groups that a person assigned come first and are never refused (R26).
    """
    chosen, decided = choice
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
    smallest: dict[int, int] = {}
    for code in np.flatnonzero(leaf).tolist():
        smallest.setdefault(int(group[code]), code)
    full: set[int] = set()
    for groups in crowded.values():
        taken, closed = 0, False
        for one in sorted(groups, key=lambda g: (g not in decided, first[g], smallest[g])):
            taken += int(size[one])
            closed = closed or (taken > hard and one not in decided)
            if closed:
                full.add(one)
    return {g: c for g, c in chosen.items() if g not in full}, full


def _attaching(ties: pl.DataFrame, chosen: dict[int, int]) -> pl.Series:
    """Say which edges lead to the cluster of their group."""
    target = ties["group"].replace_strict(chosen, default=None, return_dtype=pl.Int64)
    return target.eq_missing(ties["reaches"])


def _first_seen(
    rows: pl.DataFrame, ties: pl.DataFrame, chosen: dict[int, int], inside: pl.DataFrame
) -> dict[int, int]:
    """Give when each group was first seen, by the evidence that attaches it or is inside of it."""
    attaching = ties.filter(_attaching(ties, chosen)).select("position", "group")
    counted = pl.concat([attaching, inside])
    seen = rows.select("position", "first_seen_ms").join(counted, on="position")
    return dict(seen.group_by("group").agg(pl.col("first_seen_ms").min()).iter_rows())


def _apart(rows: pl.DataFrame, placed: Ints, solution: Solution, group: Ints) -> pl.DataFrame:
    """Give the evidence of leaves that did not attach them where it leads."""
    everywhere = np.where(placed != OUTSIDE, placed, solution.cluster)
    a, b = rows["a"].to_numpy(), rows["b"].to_numpy()
    both = (rows["leaf_a"] & rows["leaf_b"]).to_numpy()
    apart = (everywhere[a] != everywhere[b]) | (everywhere[a] == OUTSIDE)
    apart = np.where(both, group[a] != group[b], apart)
    found = rows.with_columns(one=pl.Series(everywhere[a]), two=pl.Series(everywhere[b]))
    return found.filter(pl.Series(apart))


def _reason(shared: set[int], full: set[int], decided: set[int]) -> pl.Expr:
    """Say why a leaf's evidence did not count; without a group in the count it was banned."""
    return (
        pl.when(pl.col("group").is_null())
        .then(pl.lit("cannot_link"))
        .when(pl.col("group").is_in(list(shared)))
        .then(pl.lit("shared"))
        .when(pl.col("group").is_in(list(full)) & pl.col("attaching"))
        .then(pl.lit("limit"))
        .when(pl.col("group").is_in(list(decided)))
        .then(pl.lit("decision"))
        .otherwise(pl.lit("last_authenticated"))
    )
