"""The person plane: who is one contact.

Anchors are live contacts of the primary CRM, keyed by their primary e-mail where it is personal
(R8). An anchor, its key address and all anchors of that key are one vertex from the start; merges
of the CRM and decisions of people make keys one beforehand. Anonymous ids are no part of the search
and attach as leaves afterwards (`identity.resolve.leaves`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.model.evidence import CONTRACTING, EvidenceClass
from identity.model.identifiers import Plane
from identity.resolve.codes import Bools, Edges, Ints, Nodes
from identity.resolve.decisions import Decisions
from identity.resolve.declared import of_plane
from identity.resolve.graphs import components
from identity.resolve.kruskal import Constraints, partition
from identity.resolve.leaves import Leaves, attach
from identity.resolve.plane import OUTSIDE, Problem, Solution, refused, solve, with_standing
from identity.resolve.setting import Setting
from identity.resolve.standing import Standing


@dataclass(frozen=True, slots=True)
class People:
    """The person plane, solved.

    ``cluster``: code to the code of its contact's label, leaves included; ``anchors``: codes of
    live primary contacts; ``refused``: evidence that did not merge, with constraint and detail;
    ``leaves``: what became of anonymous ids.
    """

    cluster: Ints
    anchors: Ints
    refused: pl.DataFrame
    leaves: Leaves
    solution: Solution


def resolve_people(
    nodes: Nodes, edges: Edges, standing: Standing, decisions: Decisions, setting: Setting
) -> People:
    """Solve the person plane."""
    alone = standing.alone(len(nodes))
    anonymous = nodes.mask(pl.col("kind") == "anonymous")
    person = nodes.mask(pl.col("plane") == Plane.PERSON.value)
    conducting, phones = _split_phones(edges, nodes, alone)
    searched = person & ~alone & ~anonymous
    bans = _pairs(nodes, decisions.bans(Plane.PERSON))
    anchors = _anchors(nodes, setting)
    vertex, key = _contract(nodes, conducting, searched, anchors, bans, setting)
    declared = of_plane(Plane.PERSON, nodes, setting)
    emails = np.flatnonzero(nodes.mask(pl.col("kind") == "email"))
    problem = Problem(
        vertex=vertex,
        key=key,
        bans=bans,
        anchors=anchors,
        users=_users(nodes),
        unique=declared.unique,
        limits=[("email", emails, setting.rules.limits.email.hard), *declared.limits],
        weak_class=int(EvidenceClass.OBSERVED),
        firm_class=int(EvidenceClass.AUTHORITATIVE),
    )
    leafy = pl.Series(
        anonymous[conducting.frame["a"].to_numpy()] | anonymous[conducting.frame["b"].to_numpy()]
    )
    search = Edges(conducting.frame.filter(~leafy))
    solution = solve(problem, search)
    leaves = attach(
        Edges(conducting.frame.filter(leafy)), nodes, solution, standing.frame, bans, setting
    )
    cluster = np.where(leaves.cluster != OUTSIDE, leaves.cluster, solution.cluster)
    rejected = [
        _unless_contracted(refused(solution, search, standing.frame), setting),
        _contested(phones, standing),
        leaves.refused,
    ]
    columns = rejected[0].columns
    return People(
        cluster,
        anchors,
        pl.concat([r.select(columns) for r in rejected], how="vertical_relaxed"),
        leaves,
        solution,
    )


def _anchors(nodes: Nodes, setting: Setting) -> Ints:
    if setting.primary is None:
        return np.empty(0, np.int64)
    chosen = (
        pl.col("live") & (pl.col("object") == "contact") & (pl.col("source") == setting.primary)
    )
    return np.flatnonzero(nodes.mask(chosen))


def _pairs(nodes: Nodes, pairs: list[tuple[str, str]]) -> Ints:
    """Give pairs of identifiers as codes; pairs with an end out of scope are left out."""
    codes = [(nodes.code(a), nodes.code(b)) for a, b in pairs]
    kept = [pair for pair in codes if -1 not in pair]
    return np.array(kept, np.int64).reshape(-1, 2)


def _users(nodes: Nodes) -> dict[str, Ints]:
    users = nodes.frame.filter(pl.col("kind") == "user")
    product = users["id"].str.split(":").list.get(1)
    return {
        str(name): group["code"].to_numpy()
        for (name,), group in users.with_columns(product=product).group_by(
            "product", maintain_order=True
        )
    }


def _contract(
    nodes: Nodes,
    edges: Edges,
    searched: np.ndarray,
    anchors: Ints,
    bans: Ints,
    setting: Setting,
) -> tuple[Ints, Ints]:
    """Contract anchors with their key addresses and with each other (R8).

    Returns the vertex of each code (`OUTSIDE` for codes that take no part) and the key of each
    vertex (-1 without an anchor).
    """
    n = len(nodes)
    banned = {(int(min(p)), int(max(p))) for p in bans}
    own_key = _key_addresses(edges, anchors, searched, banned, setting)
    pairs = [(a, k) for a, k in own_key.items() if k != a]
    src = np.array([a for a, _ in pairs], np.int64)
    dst = np.array([k for _, k in pairs], np.int64)
    one = components(n, src, dst)
    one = _join_keys(one, _between(edges, searched), anchors, bans, setting)
    vertex = np.full(n, OUTSIDE)
    vertex[searched] = np.unique(one[searched], return_inverse=True)[1]
    key = np.full(int(vertex.max(initial=-1)) + 1, -1)
    live = anchors[searched[anchors]]
    key[vertex[live]] = vertex[live]
    return vertex, key


def _between(edges: Edges, searched: np.ndarray) -> Edges:
    """Keep evidence that may join: what stands alone, and anonymous ids, join nothing."""
    both = searched[edges.frame["a"].to_numpy()] & searched[edges.frame["b"].to_numpy()]
    return Edges(edges.frame.filter(pl.Series(both, dtype=pl.Boolean)))


def _key_addresses(
    edges: Edges,
    anchors: Ints,
    searched: np.ndarray,
    banned: set[tuple[int, int]],
    setting: Setting,
) -> dict[int, int]:
    """Give each anchor's key: its primary e-mail if it is personal, else the anchor itself."""
    keys = {int(a): int(a) for a in anchors}
    if setting.rules.contact_identity == "crm_record":
        return keys
    claims = edges.frame.filter(
        (pl.col("rule") == "crm.primary_email")
        & ~pl.col("ended")
        & (pl.col("source") == (setting.primary or ""))
    )
    for a, b in claims.select("a", "b").iter_rows():
        pair = (min(a, b), max(a, b))
        if a in keys and searched[b] and pair not in banned and keys[a] == a:
            keys[a] = b
    return keys


def _join_keys(one: Ints, edges: Edges, anchors: Ints, bans: Ints, setting: Setting) -> Ints:
    """Make keys one that a merge of the primary CRM or a person's `same` joins, bans respected."""
    joining = edges.frame.filter(_contracts(setting))
    if joining.is_empty() or len(anchors) == 0:
        return one
    a, b = one[joining["a"].to_numpy()], one[joining["b"].to_numpy()]
    pairs = one[bans] if len(bans) else np.empty((0, 2), np.int64)
    inner = pairs[pairs[:, 0] != pairs[:, 1]] if len(pairs) else pairs
    edges_once = pl.DataFrame({"low": np.minimum(a, b), "high": np.maximum(a, b)}).filter(
        pl.col("low") != pl.col("high")
    )
    edges_once = edges_once.unique(keep="first", maintain_order=True)
    groups = partition(
        len(one),
        edges_once["low"].to_numpy(),
        edges_once["high"].to_numpy(),
        Constraints(cannot_link=inner),
    )
    # only the anchors of a group become one vertex; what lies between them is left to the search
    held = one[anchors]
    first: dict[int, int] = {}
    joined = one.copy()
    for label in held.tolist():
        target = first.setdefault(int(groups[label]), label)
        if target != label:
            joined[joined == label] = target
    return joined


def _contracts(setting: Setting) -> pl.Expr:
    """Say which evidence makes keys one: a person's `same`, a merge of the primary CRM (R8)."""
    primary = pl.col("source") == (setting.primary or "")
    return pl.col("rule").is_in(list(CONTRACTING)) & (
        primary | (pl.col("rule") == "decision.same_person")
    )


def _unless_contracted(rows: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Correct the reason of what two keys do not hinder: it was a person's `different`."""
    hindered = _contracts(setting) & (pl.col("constraint") == "anchor")
    reason = pl.when(hindered).then(pl.lit("cannot_link")).otherwise("constraint")
    return rows.with_columns(constraint=reason)


def _split_phones(edges: Edges, nodes: Nodes, alone: Bools) -> tuple[Edges, Edges]:
    """Split off phone evidence that does not conduct.

    A number conducts only where exactly one name has two or more records on it, and only to those
    records (R44). A number that a single record carries joins nothing either way; it is neither
    taken nor refused. One that stands alone is carried by many, even if not all of them are here.
    """
    frame = edges.frame
    phones = frame.filter(pl.col("rule") == "record.phone")
    if phones.is_empty():
        return edges, Edges(phones)
    named = phones.join(
        nodes.frame.select("code", "person_name"), left_on="a", right_on="code", how="left"
    ).filter(~pl.col("ended"))
    groups = named.group_by("b", "person_name").agg(records=pl.col("a").n_unique())
    groups = groups.filter((pl.col("records") > 1) & pl.col("person_name").is_not_null())
    unique = groups.group_by("b").agg(names=pl.len(), person_name=pl.col("person_name").first())
    unique = unique.filter(pl.col("names") == 1)
    conducting = named.join(unique, on=["b", "person_name"], how="semi").select("position")
    several = phones.group_by("b").agg(records=pl.col("a").n_unique())
    standing = pl.Series(alone[phones["b"].to_numpy()], dtype=pl.Boolean)
    contested = phones.filter(
        pl.col("b").is_in(several.filter(pl.col("records") > 1)["b"].implode()) | standing
    )
    taken = pl.col("position").is_in(conducting["position"].implode())
    is_phone = pl.col("rule") == "record.phone"
    return Edges(frame.filter(~is_phone | taken)), Edges(contested.filter(~taken))


def _contested(phones: Edges, standing: Standing) -> pl.DataFrame:
    outside = phones.frame.with_columns(
        one=pl.lit(OUTSIDE, pl.Int64), two=pl.lit(OUTSIDE, pl.Int64)
    )
    return with_standing(outside, standing.frame).with_columns(
        constraint=pl.col("constraint").fill_null("phone"),
        detail=pl.col("detail").fill_null("not one name on it"),
    )
