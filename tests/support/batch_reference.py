"""The batch contract, one edge at a time in plain Python: what the batch engine is held to."""

from __future__ import annotations

from collections.abc import Iterable


def resolve(
    evidence: Iterable[tuple[str, str, float]],
    anchors: Iterable[tuple[str, str, str]] = (),
    cannot_link: Iterable[tuple[str, str]] = (),
    previous: dict[str, str] | None = None,
) -> tuple[dict[str, str], dict[tuple[str, str], tuple[float, str]]]:
    """Give (identifier to canonical) and (pair to strength and constraint) of refused evidence."""
    strongest: dict[tuple[str, str], float] = {}
    members: dict[str, set[str]] = {}
    for a, b, strength in evidence:
        members.setdefault(a, {a})
        members.setdefault(b, {b})
        if a != b:
            pair = (min(a, b), max(a, b))
            strongest[pair] = max(strength, strongest.get(pair, strength))
    key_of: dict[str, dict[str, str]] = {}
    for identifier, namespace, key in anchors:
        members.setdefault(identifier, {identifier})
        key_of.setdefault(namespace, {})[identifier] = key
    bans = [(a, b) for a, b in cannot_link if a in members and b in members]

    def join(a: str, b: str) -> None:
        union = members[a] | members[b]
        for m in union:
            members[m] = union

    def clash(one: set[str], two: set[str]) -> str | None:
        for namespace in sorted(key_of):
            keys = key_of[namespace]
            held = {keys[m] for m in one if m in keys}, {keys[m] for m in two if m in keys}
            if len(held[0] | held[1]) > 1:
                return namespace
        if any((a in one and b in two) or (a in two and b in one) for a, b in bans):
            return "cannot_link"
        return None

    for keys in key_of.values():
        first: dict[str, str] = {}
        for identifier, key in keys.items():
            join(first.setdefault(key, identifier), identifier)
    for (a, b), _ in sorted(strongest.items(), key=lambda e: (-e[1], e[0])):
        if members[a] is not members[b] and clash(members[a], members[b]) is None:
            join(a, b)
    anchored = {i for keys in key_of.values() for i in keys}
    old = set((previous or {}).values())
    canonical = {}
    for identifier, cluster in members.items():
        kept = sorted(cluster & old, key=lambda m: (m not in anchored, m))
        canonical[identifier] = kept[0] if kept else min(cluster & anchored, default=min(cluster))
    refused = {
        (a, b): (strength, clash(members[a], members[b]) or "none")
        for (a, b), strength in strongest.items()
        if members[a] is not members[b]
    }
    return canonical, refused
