"""Anonymous ids: groups that attach to one contact as leaves, or to none (R9, R10, R25)."""

from __future__ import annotations

from collections import defaultdict

from tests.support.resolver_reference_clusters import Plane, conducting, state_between
from tests.support.resolver_reference_decisions import Decided
from tests.support.resolver_reference_model import Node, Rules, Said


def attach(
    plane: Plane, nodes: dict[str, Node], said: list[Said], decided: Decided, rules: Rules
) -> None:
    """Attach every group of anonymous ids that reaches exactly one cluster."""
    anonymous = {i for i, n in nodes.items() if n.parsed.kind == "anonymous"}
    edges = [
        s
        for s in conducting(said + decided.same, nodes, rules)
        if s.src in anonymous or s.dst in anonymous
    ]
    for edge in edges:
        state = state_between(plane.alone, edge.src, edge.dst)
        if state is not None:
            plane.refused[edge] = state
    usable = [e for e in edges if e not in plane.refused]
    groups = grouped(anonymous - plane.alone.keys(), usable, decided, plane)
    leaving: dict[int, list[tuple[tuple[object, ...], set[str], list[Said]]]] = defaultdict(list)
    for group in {id(g): g for g in groups.values()}.values():
        target, counted = where(group, usable, plane, decided, rules)
        if target is not None:
            within = [e for e in usable if e.src in group and e.dst in group]
            first = min(e.first_seen_ms for e in counted + within)
            chosen = any(e.rule == "decision.same_person" for e in counted)
            leaving[id(target)].append(((not chosen, first, min(group)), group, counted))
    for cluster in plane.clusters():
        fill(cluster, leaving.get(id(cluster), []), plane, rules)


def grouped(
    anonymous: set[str], edges: list[Said], decided: Decided, plane: Plane
) -> dict[str, set[str]]:
    """R10: anonymous ids that evidence joins among themselves, bans respected."""
    groups = {i: {i} for i in anonymous}
    between = [e for e in edges if e.src in groups and e.dst in groups]
    for edge in between:
        one, two = groups[edge.src], groups[edge.dst]
        if one is not two and not decided.apart(one, two):
            together = one | two
            for i in together:
                groups[i] = together
    for edge in between:
        if groups[edge.src] is not groups[edge.dst]:
            plane.refused[edge] = "cannot_link"
    return groups


def where(
    group: set[str], edges: list[Said], plane: Plane, decided: Decided, rules: Rules
) -> tuple[set[str] | None, list[Said]]:
    """The cluster that a group goes to, and its edges there; what leads elsewhere is refused."""
    out = [e for e in edges if (e.src in group) != (e.dst in group)]
    out = [e for e in out if e not in plane.refused]
    counted = []
    for edge in out:
        cluster = plane.of[edge.dst if edge.src in group else edge.src]
        if decided.apart(group, cluster):
            plane.refused[edge] = "cannot_link"
        else:
            counted.append((edge, cluster))
    assigned = [c for e, c in counted if e.rule == "decision.same_person"]
    reached = {id(c): c for _, c in counted}
    if assigned:
        target = assigned[0]
        for edge, cluster in counted:
            if cluster is not target:
                plane.refused[edge] = "decision"
    elif len(reached) > 1 and rules.config.rules.shared_devices == "anonymous":
        plane.refused.update({edge: "shared" for edge, _ in counted})
        for i in group:
            plane.alone[i] = "shared"
        return None, []
    elif reached:
        # the policy "last authenticated wins"; of one cluster any edge is the last
        target = max(counted, key=lambda c: (c[0].last_seen_ms, _outside(c[0], group)))[1]
        for edge, cluster in counted:
            if cluster is not target:
                plane.refused[edge] = "last_authenticated"
    else:
        return None, []
    return target, [e for e, c in counted if c is target]


def _outside(edge: Said, group: set[str]) -> str:
    return edge.dst if edge.src in group else edge.src


def fill(
    cluster: set[str],
    groups: list[tuple[tuple[object, ...], set[str], list[Said]]],
    plane: Plane,
    rules: Rules,
) -> None:
    """R9: as many anonymous ids as a contact may have; limits never refuse a decision."""
    room, full = rules.config.rules.limits.anonymous.hard, False
    for (undecided, *_), group, edges in sorted(groups, key=lambda g: g[0]):
        full = full or (bool(undecided) and len(group) > room)
        if full:
            plane.refused.update(dict.fromkeys(edges, "limit"))
        else:
            room -= len(group)
            plane.join({*group, next(iter(cluster))})
            cluster = plane.of[next(iter(cluster))]
