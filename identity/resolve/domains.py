"""Domains: what class a host is of, and which hosts are one vertex of the company plane.

A host's class comes from the lists and the project's overrides (R19). Hosts of one registrable
domain are one vertex (R18), unless two live accounts of the primary CRM claim different hosts of it
(R16); aliases that people decided on join vertices (R21). States are the vertex's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from publicsuffixlist import PublicSuffixList

from identity.config import RulesConfig
from identity.model.lists import Lists, builtin

FOUNDING = frozenset({"business", "education"})
"""Classes whose domains may found a company (R19)."""

CLASSES: tuple[tuple[str, str], ...] = (
    ("disposable", "throw-away addresses: they never conduct"),
    ("free_mail", "addresses of anybody: contacts, never companies"),
    ("provider", "an access or mail provider's customers"),
    ("parked", "traders of domains and placeholders"),
    ("hosted_site", "a host under which many different sites live"),
    ("social", "profiles on a network"),
    ("education", "universities and schools"),
)


@cache
def _suffixes() -> PublicSuffixList:
    """Read the public suffix list, its private section included; nothing is fetched."""
    return PublicSuffixList()


@dataclass(frozen=True, slots=True)
class DomainClass:
    """A host's class, the list entry that gave it, and the registrable part it is matched by."""

    name: str
    entry: str
    base: str

    @property
    def founds(self) -> bool:
        """Say whether the host may found a company."""
        return self.name in FOUNDING


class Classifier:
    """Classifies hosts under a project's rules; answers are kept."""

    def __init__(self, rules: RulesConfig, lists: Lists | None = None) -> None:
        self._rules = rules
        self._lists = lists or builtin()
        base = self._lists.free_mail if rules.free_mail.base == "builtin" else frozenset()
        free = (base | set(rules.free_mail.add)) - set(rules.free_mail.remove)
        # a project with a list of its own has agreed on who is personal: no other mail list counts
        others = rules.free_mail.base == "builtin"
        self._sets: dict[str, frozenset[str]] = {
            "disposable": self._lists.disposable,
            "free_mail": frozenset(free),
            "provider": self._lists.providers if others else frozenset(),
            "parked": self._lists.parked,
            "hosted_site": self._lists.hosted_sites,
            "social": self._lists.social,
            "education": self._lists.education,
        }
        self._shared_parents = self._lists.shared_parents | {
            d for d, kind in rules.domains.items() if kind == "multi_tenant"
        }
        self._own = frozenset(rules.own_domains)
        self._known: dict[str, DomainClass] = {}

    @property
    def version(self) -> str:
        """Give the version of the lists, stored on what was derived with them."""
        return self._lists.version

    def classify(self, host: str) -> DomainClass:
        """Give a host's class: own > override > the most specific list entry > business."""
        found = self._known.get(host)
        if found is None:
            found = self._known[host] = self._classify(host)
        return found

    def _classify(self, host: str) -> DomainClass:
        plain = host.removeprefix("www.")
        base = self.base(plain)
        parents = [plain]
        while "." in parents[-1]:
            parents.append(parents[-1].partition(".")[2])
        for parent in parents:
            if parent in self._own:
                return DomainClass("own", parent, base)
        for parent in parents:
            if parent in self._rules.domains:
                kind = self._rules.domains[parent]
                name = "education" if kind == "education" else "business"
                return DomainClass(name, parent, base)
        for parent in parents:
            for name, members in self._sets.items():
                if parent in members:
                    return DomainClass(name, parent, base)
        return DomainClass("business", base, base)

    def base(self, plain: str) -> str:
        """Give what hosts are matched by: the registrable domain, or the host itself (R18)."""
        kind = self.override(plain)
        if self._rules.domain_match == "exact_host" or kind == "exact":
            return plain
        labels = plain.split(".")
        for start in range(1, len(labels)):
            if ".".join(labels[start:]) in self._shared_parents:
                return ".".join(labels[start - 1 :])
        return str(_suffixes().privatesuffix(plain) or plain)

    def override(self, host: str) -> str | None:
        """Give the project's override for a host or the nearest parent of it."""
        labels = host.removeprefix("www.").split(".")
        for start in range(len(labels)):
            kind = self._rules.domains.get(".".join(labels[start:]))
            if kind is not None:
                return kind
        return None


@dataclass(frozen=True, slots=True)
class Alias:
    """A decision that two domains are one company: old becomes new."""

    decision: str
    old: str
    new: str
    order: tuple[int, str, str]
    valid_from_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that may not take effect, and why."""

    decision: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Units:
    """Which hosts are one vertex of the company plane.

    ``of``: host to unit (the unit's name is one of its hosts or bases); ``claimants``: unit to the
    live primary accounts that claim it; ``rest``: units that are what is left of a domain whose
    hosts several accounts claim; ``final``: unit to the domain at the end of its alias chain;
    ``refused``: aliases without effect.
    """

    of: Mapping[str, str]
    claimants: Mapping[str, frozenset[str]]
    rest: frozenset[str]
    final: Mapping[str, str]
    refused: tuple[Refusal, ...]


def units(
    hosts: Iterable[str],
    claims: Iterable[tuple[str, str]],
    aliases: Iterable[Alias],
    classifier: Classifier,
) -> Units:
    """Group hosts into units.

    Args:
        hosts: all hosts, normal form.
        claims: (host, account) of live claims of live accounts of the primary CRM.
        aliases: decisions on pairs of domains.
        classifier: the project's classes and overrides.
    """
    plain_claims = {(host.removeprefix("www."), account) for host, account in claims}
    split = _split_bases(plain_claims, classifier)
    of: dict[str, str] = {}
    for host in hosts:
        plain = host.removeprefix("www.")
        of[host] = _place(plain, classifier.classify(host).base, split)
    claimants: dict[str, set[str]] = {}
    for host, account in plain_claims:
        unit = _place(host, classifier.classify(host).base, split)
        claimants.setdefault(unit, set()).add(account)
    rest = frozenset(base for base, claimed in split.items() if base not in claimed)
    return _join_aliases(of, claimants, rest, aliases, classifier, split)


def _split_bases(
    claims: Iterable[tuple[str, str]], classifier: Classifier
) -> dict[str, frozenset[str]]:
    """Find the domains whose hosts are claimed by several accounts, with the hosts claimed."""
    by_base: dict[str, dict[str, set[str]]] = {}
    for host, account in claims:
        base = classifier.classify(host).base
        by_base.setdefault(base, {}).setdefault(host, set()).add(account)
    split = {}
    for base, hosts in by_base.items():
        accounts = set().union(*hosts.values())
        if len(accounts) > 1 and len(hosts) > 1:
            split[base] = frozenset(hosts)
    return split


def _place(plain: str, base: str, split: Mapping[str, frozenset[str]]) -> str:
    claimed = split.get(base)
    if claimed is None:
        return base
    labels = plain.split(".")
    for start in range(len(labels)):
        parent = ".".join(labels[start:])
        if parent in claimed:
            return parent
    return base


def _join_aliases(
    of: dict[str, str],
    claimants: dict[str, set[str]],
    rest: frozenset[str],
    aliases: Iterable[Alias],
    classifier: Classifier,
    split: Mapping[str, frozenset[str]],
) -> Units:
    """Join the units that aliases name, one alias at a time in their order (R21, R23)."""
    joined: dict[str, str] = {}
    successor: dict[str, str] = {}
    refused: list[Refusal] = []

    def find(unit: str) -> str:
        while unit in joined:
            unit = joined[unit]
        return unit

    for alias in sorted(aliases, key=lambda a: a.order):
        bad = [h for h in (alias.old, alias.new) if not classifier.classify(h).founds]
        if bad:
            kind = classifier.classify(bad[0]).name
            refused.append(Refusal(alias.decision, kind, f"{bad[0]} is of class {kind}"))
            continue
        old, new = (
            _place(h.removeprefix("www."), classifier.classify(h).base, split)
            for h in (alias.old, alias.new)
        )
        if _reaches(successor, new, old):
            detail = f"{alias.old} and {alias.new} would follow each other"
            refused.append(Refusal(alias.decision, "cycle", detail))
            continue
        one, two = find(old), find(new)
        held = claimants.get(one, set()) | claimants.get(two, set())
        if one != two and len(held) > 1 and claimants.get(one) and claimants.get(two):
            refused.append(Refusal(alias.decision, "anchor", " and ".join(sorted(held))))
            continue
        successor.setdefault(old, new)
        if one != two:
            low, high = sorted((one, two))
            joined[high] = low
            claimants[low] = held
    return Units(
        of={host: find(unit) for host, unit in of.items()},
        claimants={u: frozenset(c) for u, c in claimants.items() if u not in joined},
        rest=rest,
        final=_ends(successor, find),
        refused=tuple(refused),
    )


def _reaches(successor: Mapping[str, str], start: str, goal: str) -> bool:
    seen = {start}
    while start != goal and start in successor and successor[start] not in seen:
        start = successor[start]
        seen.add(start)
    return start == goal


def _ends(successor: Mapping[str, str], find: Callable[[str], str]) -> dict[str, str]:
    """Give, for each joined unit, the domain that its alias chain ends in."""
    ends: dict[str, str] = {}
    for old in sorted(successor):
        end = old
        while end in successor:
            end = successor[end]
        ends.setdefault(find(old), end)
    return ends
