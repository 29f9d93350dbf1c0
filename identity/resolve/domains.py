"""Domains: what class a host is of, and which hosts are one vertex of the company plane.

A host's class comes from the lists and the project's overrides (R19). Hosts of one registrable
domain are one vertex (R18), unless two live accounts of the primary CRM claim different hosts of it
(R16); aliases that people decided on join vertices (R21). States are the vertex's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    live primary accounts that claim it; ``rest``: units that nobody claims, left of a domain whose
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
    bans: Iterable[tuple[str, str]],
    classifier: Classifier,
) -> Units:
    """Group hosts into units.

    Args:
        hosts: all hosts, normal form.
        claims: (host, account) of live claims of live accounts of the primary CRM.
        aliases: decisions on pairs of domains that are one company.
        bans: pairs of hosts that a person decided are different companies.
        classifier: the project's classes and overrides.
    """
    plain_claims = {(host.removeprefix("www."), account) for host, account in claims}
    banned = list(bans)
    joining = _Joining(classifier, plain_claims, banned)
    for host in hosts:
        joining.places[host] = joining.place(host)
    for host, account in plain_claims:
        joining.claimants.setdefault(joining.place(host), set()).add(account)
    for one, other in banned:
        joining.keep_apart(one, other)
    for alias in sorted(aliases, key=lambda a: a.order):
        joining.join(alias)
    return joining.result()


Hosts = dict[str, set[str]]


def _split_bases(claims: Iterable[tuple[str, str]], classifier: Classifier) -> Hosts:
    """Find the domains whose hosts are claimed by several accounts, with the hosts claimed."""
    by_base: dict[str, dict[str, set[str]]] = {}
    for host, account in claims:
        base = classifier.classify(host).base
        by_base.setdefault(base, {}).setdefault(host, set()).add(account)
    split = {}
    for base, hosts in by_base.items():
        accounts = set().union(*hosts.values())
        if len(accounts) > 1 and len(hosts) > 1:
            split[base] = set(hosts)
    return split


def _cut_by_people(bans: Iterable[tuple[str, str]], classifier: Classifier) -> Hosts:
    """Find the domains of which people said that two hosts are different, with those hosts."""
    cut: Hosts = {}
    for one, other in bans:
        base = classifier.classify(one).base
        if base == classifier.classify(other).base:
            cut.setdefault(base, set()).update(h.removeprefix("www.") for h in (one, other))
    return cut


class _Joining:
    """Joins places (bases, and hosts that are split off), one alias at a time (R21, R23)."""

    def __init__(
        self,
        classifier: Classifier,
        claims: Iterable[tuple[str, str]],
        bans: Iterable[tuple[str, str]],
    ) -> None:
        self.places: dict[str, str] = {}
        self.claimants: Hosts = {}
        self._classifier = classifier
        self._contested = _split_bases(claims, classifier)
        self._split = _cut_by_people(bans, classifier)
        for base, hosts in self._contested.items():
            self._split.setdefault(base, set()).update(hosts)
        self._joined: dict[str, str] = {}
        self._apart: Hosts = {}
        self._following: dict[str, list[str]] = {}
        self._refused: list[Refusal] = []

    def place(self, host: str) -> str:
        """Give the split-off host that a host lies below, else what it is matched by (R16)."""
        plain = host.removeprefix("www.")
        base = self._classifier.classify(host).base
        parts = self._split.get(base, set())
        labels = plain.split(".")
        parents = (".".join(labels[start:]) for start in range(len(labels) if parts else 0))
        return next((p for p in parents if p in parts), base)

    def find(self, place: str) -> str:
        while place in self._joined:
            place = self._joined[place]
        return place

    def keep_apart(self, one: str, other: str) -> None:
        a, b = self.place(one), self.place(other)
        self._apart.setdefault(a, set()).add(b)
        self._apart.setdefault(b, set()).add(a)

    def join(self, alias: Alias) -> None:
        """Join the units that an alias names, or note why it may not (R21, R23, R26)."""
        old, new = self.place(alias.old), self.place(alias.new)
        refusal = self._why_not(alias, old, new)
        if refusal is not None:
            self._refused.append(Refusal(alias.decision, *refusal))
            return
        self._following.setdefault(old, []).append(new)
        low, high = sorted((self.find(old), self.find(new)))
        if low != high:
            self._joined[high] = low
            for kept in (self.claimants, self._apart):
                kept.setdefault(low, set()).update(kept.pop(high, ()))

    def _why_not(self, alias: Alias, old: str, new: str) -> tuple[str, str] | None:
        for host in (alias.old, alias.new):
            kind = self._classifier.classify(host)
            if not kind.founds:
                return kind.name, f"{host} is of class {kind.name}"
        if self._leads(new, old):
            return "cycle", f"{alias.old} and {alias.new} would follow each other"
        one, two = self.find(old), self.find(new)
        if one == two:
            return None
        if any(self.find(p) == two for p in self._apart.get(one, ())):
            return "cannot_link", f"{alias.old} and {alias.new} were decided to be different"
        a, b = self.claimants.get(one, set()), self.claimants.get(two, set())
        if a and b and len(a | b) > 1:
            return "anchor", " and ".join(sorted(a | b))
        return None

    def _leads(self, start: str, goal: str) -> bool:
        seen, waiting = {start}, [start]
        while waiting:
            for following in self._following.get(waiting.pop(), ()):
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return goal in seen

    def result(self) -> Units:
        """Give the units as they are after all aliases."""
        rests = {self.find(base) for base in self._contested}
        return Units(
            of={host: self.find(place) for host, place in self.places.items()},
            claimants={u: frozenset(c) for u, c in self.claimants.items() if c},
            rest=frozenset(u for u in rests if not self.claimants.get(u)),
            final=self._ends(),
            refused=tuple(self._refused),
        )

    def _ends(self) -> dict[str, str]:
        """Give, for each joined unit, the domain that its alias chain ends in."""
        ends: dict[str, str] = {}
        for old in sorted(self._following):
            end = old
            while end in self._following:
                end = self._following[end][0]
            ends.setdefault(self.find(old), end)
        return ends
