"""The batch contract one edge at a time: union-find with small-to-large sets, no vectorisation.

Slow and obvious, but able to take a million edges: what the fast engine's digest is held to.
"""

from __future__ import annotations

from collections.abc import Iterable

Edge = tuple[str, str, float]


class Clusters:
    """Clusters of identifiers with the keys they hold and the pairs they may not hold."""

    def __init__(self) -> None:
        self.members: dict[str, list[str]] = {}
        self.root: dict[str, str] = {}
        self.keys: dict[str, dict[str, str]] = {}
        self.banned: dict[str, set[str]] = {}

    def add(self, identifier: str) -> None:
        if identifier not in self.root:
            self.root[identifier] = identifier
            self.members[identifier] = [identifier]
            self.keys[identifier] = {}
            self.banned[identifier] = set()

    def clash(self, one: str, two: str) -> str | None:
        """Name the first constraint that two clusters (by root) violate together."""
        held, other = self.keys[one], self.keys[two]
        for namespace in sorted(held.keys() & other.keys()):
            if held[namespace] != other[namespace]:
                return namespace
        if len(self.banned[one]) > len(self.banned[two]):
            one, two = two, one
        if any(self.root[b] == two for b in self.banned[one]):
            return "cannot_link"
        return None

    def join(self, one: str, two: str) -> None:
        if len(self.members[one]) < len(self.members[two]):
            one, two = two, one
        for member in self.members[two]:
            self.root[member] = one
        self.members[one] += self.members.pop(two)
        self.keys[one].update(self.keys.pop(two))
        self.banned[one] |= self.banned.pop(two)


def resolve(
    evidence: Iterable[Edge],
    anchors: Iterable[tuple[str, str, str | None]],
    cannot_link: Iterable[tuple[str, str]],
) -> tuple[dict[str, str], dict[tuple[str, str], tuple[float, str]]]:
    """Give (identifier to canonical) and (refused pair to strength and constraint)."""
    clusters = Clusters()
    strongest: dict[tuple[str, str], float] = {}
    for a, b, strength in evidence:
        clusters.add(a)
        clusters.add(b)
        pair = (a, b) if a < b else (b, a)
        if a != b and strength > strongest.get(pair, float("-inf")):
            strongest[pair] = strength
    anchored: set[str] = set()
    first: dict[tuple[str, str], str] = {}
    for identifier, namespace, key in anchors:
        clusters.add(identifier)
        anchored.add(identifier)
        own = first.setdefault((namespace, key or identifier), identifier)
        clusters.keys[clusters.root[identifier]][namespace] = key or identifier
        one, two = clusters.root[own], clusters.root[identifier]
        if one != two:
            clusters.join(one, two)
    for a, b in cannot_link:
        if a in clusters.root and b in clusters.root:
            clusters.banned[clusters.root[a]].add(b)
            clusters.banned[clusters.root[b]].add(a)
    for (a, b), _ in sorted(strongest.items(), key=lambda e: (-e[1], e[0])):
        one, two = clusters.root[a], clusters.root[b]
        if one != two and clusters.clash(one, two) is None:
            clusters.join(one, two)
    canonical = {}
    for members in clusters.members.values():
        held = [m for m in members if m in anchored]
        name = min(held or members)
        canonical.update(dict.fromkeys(members, name))
    refused = {
        pair: (strength, clusters.clash(clusters.root[pair[0]], clusters.root[pair[1]]) or "")
        for pair, strength in strongest.items()
        if clusters.root[pair[0]] != clusters.root[pair[1]]
    }
    return canonical, refused
