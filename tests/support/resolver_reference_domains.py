"""Domains: which hosts are one vertex, whose they are, and in which state (R16, R18 to R21)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from identity.model.evidence import DOMAIN_CLAIMS
from tests.support.resolver_reference_decisions import Decided, Decision
from tests.support.resolver_reference_model import Node, Rules, Said, host

Places = dict[str, str]
Groups = dict[str, set[str]]


@dataclass
class Domains:
    """`unit` names the vertex of every host; `state` is given for hosts that stand alone."""

    rules: Rules
    unit: dict[str, str] = field(default_factory=dict)
    claims: list[Said] = field(default_factory=list)
    state: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    followed: list[tuple[str, str]] = field(default_factory=list)

    def founds(self, name: str) -> bool:
        """R19: business and education found companies."""
        return self.rules.classifier.classify(name).founds

    def class_of(self, name: str) -> str:
        return self.rules.classifier.classify(name).name

    def hosts(self, unit: str) -> set[str]:
        return {h for h, u in self.unit.items() if u == unit}


def plain(name: str) -> str:
    return name.removeprefix("www.")


def domains(nodes: dict[str, Node], said: list[Said], decided: Decided, rules: Rules) -> Domains:
    result = Domains(rules)
    result.claims = [s for s in said if s.rule in DOMAIN_CLAIMS and s.live and nodes[s.src].live]
    owners: dict[str, set[str]] = defaultdict(set)
    for claim in result.claims:
        if claim.source == rules.primary and claim.dst.startswith("domain:"):
            owners[plain(host(claim.dst))].add(claim.src)
    split = split_bases(owners, rules)
    contested = set(split)
    for b, names in cut_by_people(decided, rules).items():
        split[b] = split.get(b, set()) | names
    places = {
        host(i): place(plain(host(i)), split, rules)
        for i, n in nodes.items()
        if n.parsed.kind == "domain"
    }
    claimed: dict[str, set[str]] = defaultdict(set)
    for name, accounts in owners.items():
        claimed[place(name, split, rules)] |= accounts
    groups: Groups = {p: {p} for p in places.values()}
    for row in sorted(decided.aliases, key=alias_order):
        join_alias(row, result, decided, (places, groups, claimed))
    result.unit = {name: min(groups[p]) for name, p in places.items()}
    for group in groups.values():
        accounts = set().union(*(claimed[p] for p in group))
        unclear = len(accounts) > 1 or (not accounts and bool(group & contested))
        note_state(result, min(group), decided, unclear)
    return result


def base(name: str, rules: Rules) -> str:
    return rules.classifier.classify(name).base


def split_bases(owners: dict[str, set[str]], rules: Rules) -> dict[str, set[str]]:
    """R16: claims of two accounts on different hosts of one registrable domain do not clash."""
    by_base: dict[str, set[str]] = defaultdict(set)
    for name in owners:
        by_base[base(name, rules)].add(name)
    return {
        b: names
        for b, names in by_base.items()
        if len(names) > 1 and len(set().union(*(owners[n] for n in names))) > 1
    }


def cut_by_people(decided: Decided, rules: Rules) -> dict[str, set[str]]:
    """R26: `different` beats everything, also that two hosts have one registrable domain."""
    cut: dict[str, set[str]] = defaultdict(set)
    for pair in decided.different:
        names = [host(i) for i in pair if i.startswith("domain:")]
        if len(names) == 2 and base(names[0], rules) == base(names[1], rules):
            cut[base(names[0], rules)] |= {plain(n) for n in names}
    return cut


def place(name: str, split: dict[str, set[str]], rules: Rules) -> str:
    """Each claimed host with what lies below it, else the registrable domain."""
    top = base(name, rules)
    above = [h for h in split.get(top, set()) if name == h or name.endswith("." + h)]
    return max(above, key=len) if above else top


def alias_order(row: Decision) -> tuple[object, ...]:
    return (row["at_ms"] is not None, row["at_ms"] or 0, str(row["left"]), str(row["right"]))


def join_alias(
    row: Decision,
    result: Domains,
    decided: Decided,
    state: tuple[Places, Groups, dict[str, set[str]]],
) -> None:
    """R21, R23, R26: lists, cycles, bans and two accounts stop an alias."""
    places, groups, claimed = state
    old, new = host(str(row["left"])), host(str(row["right"]))
    one, two = groups[places[old]], groups[places[new]]
    owners = [set().union(*(claimed[p] for p in group)) for group in (one, two)]
    if not (result.founds(old) and result.founds(new)):
        bad = old if not result.founds(old) else new
        result.refused[str(row["id"])] = result.class_of(bad)
    elif places[old] in after(places[new], result.followed):
        result.refused[str(row["id"])] = "cycle"
    elif one is not two and decided.apart(_of(one, places), _of(two, places)):
        result.refused[str(row["id"])] = "cannot_link"
    elif one is not two and all(owners) and len(owners[0] | owners[1]) > 1:
        result.refused[str(row["id"])] = "anchor"
    else:
        result.followed.append((places[old], places[new]))
        together = one | two
        for p in together:
            groups[p] = together


def after(start: str, followed: list[tuple[str, str]]) -> set[str]:
    """Everything that a chain of aliases leads to, the start included."""
    found = {start}
    while grown := {new for old, new in followed if old in found} - found:
        found |= grown
    return found


def _of(group: set[str], places: Places) -> set[str]:
    return {f"domain:{name}" for name, p in places.items() if p in group}


def note_state(result: Domains, unit: str, decided: Decided, unclear: bool) -> None:
    """R24 before R16; what may not found a company has a class instead of a state."""
    names = result.hosts(unit)
    limit = result.rules.config.rules.generic.domain
    by_source: dict[str, set[str]] = defaultdict(set)
    for claim in result.claims:
        if claim.dst.startswith("domain:") and host(claim.dst) in names:
            by_source[claim.source].add(claim.src)
    marked = any(
        result.rules.classifier.override(h) == "shared" or f"domain:{h}" in decided.shared
        for h in names
    )
    state = None
    if any(len(accounts) > limit for accounts in by_source.values()):
        state = "generic"
    elif marked or unclear:
        state = "ambiguous"
    for name in names:
        if state is not None and result.founds(name):
            result.state[name] = state
