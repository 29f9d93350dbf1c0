"""What founds a contact or a company, of which kind, and who resolves to it when (R13-R16, R45)."""

from __future__ import annotations

from dataclasses import dataclass, field

from identity.model.evidence import DOMAIN_CLAIMS, EMAIL_CLAIMS, OWN_EMAIL
from tests.support.resolver_reference_clusters import Plane
from tests.support.resolver_reference_decisions import Decided
from tests.support.resolver_reference_domains import Domains
from tests.support.resolver_reference_model import PERSONS, Node, Rules, Said, Span, host, united
from tests.support.resolver_reference_states import internal, live_anchors

Resolving = dict[str, list[tuple[Span, str]]]
"""For each identifier the labels it stands for, with their intervals."""


@dataclass
class Entities:
    """The clusters of a plane that are entities: by label their members and kind."""

    members: dict[str, set[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    resolving: Resolving = field(default_factory=dict)


def label(cluster: set[str], anchors: set[str]) -> str:
    """The smallest live anchor, else the smallest identifier that is not anonymous."""
    named = {i for i in cluster if not i.startswith("anon:")}
    return min(cluster & anchors or named)


def contacts(
    plane: Plane, nodes: dict[str, Node], said: list[Said], decided: Decided, rules: Rules
) -> Entities:
    """A cluster with an e-mail that somebody asserts or used, or with a live person's record."""
    result = Entities()
    anchors = {a for a in live_anchors(nodes, rules) if nodes[a].object == "contact"}
    for cluster in plane.clusters():
        if not any(founds_contact(i, nodes, said, rules) for i in cluster):
            continue
        name = label(cluster, anchors)
        result.members[name] = cluster
        result.kinds[name] = "crm" if cluster & anchors else "known"
    owner = {i: name for name, members in result.members.items() for i in members}
    for i, name in owner.items():
        kept_away = {n for n, members in result.members.items() if decided.apart({i}, members)}
        result.resolving[i] = email_tenures(i, name, owner, nodes, said, kept_away)
    return result


def founds_contact(i: str, nodes: dict[str, Node], said: list[Said], rules: Rules) -> bool:
    n = nodes[i]
    if n.parsed.kind == "email":
        asserted = any(s.rule in EMAIL_CLAIMS and s.dst == i and not s.withdrawn for s in said)
        return asserted or n.active or n.exposed
    return n.live and n.object in PERSONS and not internal(i, nodes, said, rules)


def email_tenures(
    i: str,
    name: str,
    owner: dict[str, str],
    nodes: dict[str, Node],
    said: list[Said],
    kept_away: set[str],
) -> list[tuple[Span, str]]:
    """R45: an address that moved between live records was the old owner's before."""
    claims = [s for s in said if s.rule in EMAIL_CLAIMS and s.dst == i and not s.withdrawn]
    mine = [s for s in claims if owner.get(s.src) == name]
    begun = [s.first_seen_ms for s in mine if s.live and s.rule in OWN_EMAIL]
    stints = [(s.first_seen_ms, name) for s in mine]
    moved = False
    for s in claims:
        ended = any(s.until_ms is not None and s.until_ms <= start for start in begun)
        # an address that the new owner carried as well at that time did not move
        if (
            ended
            and nodes[s.src].live
            and owner.get(s.src, name) not in {name, *kept_away}
            and not any(_overlap(s, other) for other in mine)
        ):
            stints.append((s.first_seen_ms, owner[s.src]))
            moved = True
    return timeline(stints) if moved else [((None, None), name)]


def _overlap(one: Said, two: Said) -> bool:
    starts_before_end = two.until_ms is None or one.first_seen_ms < two.until_ms
    ends_after_start = one.until_ms is None or two.first_seen_ms < one.until_ms
    return starts_before_end and ends_after_start


def timeline(stints: list[tuple[int, str]]) -> list[tuple[Span, str]]:
    """Each owner from the start of its stint to the next one's; the first since ever."""
    ordered = sorted(stints)
    changes = [s for k, s in enumerate(ordered) if k == 0 or s[1] != ordered[k - 1][1]]
    spans: list[tuple[Span, str]] = []
    for k, (start, owner) in enumerate(changes):
        end = changes[k + 1][0] if k + 1 < len(changes) else None
        if end is None or k == 0 or end > start:
            spans.append(((None if k == 0 else start, end), owner))
    return spans


def companies(
    plane: Plane,
    nodes: dict[str, Node],
    said: list[Said],
    domains: Domains,
    decided: Decided,
    rules: Rules,
    in_use: set[str],
) -> Entities:
    """Live accounts, business domains in use, domains seen only from outside.

    ``in_use`` holds the hosts whose e-mails need a company (R14).
    """
    result = Entities()
    anchors = {a for a in live_anchors(nodes, rules) if nodes[a].object == "account"}
    for cluster in plane.clusters():
        kind = company_kind(cluster, nodes, anchors, in_use)
        if kind is None:
            continue
        name = label(cluster, anchors)
        result.members[name], result.kinds[name] = cluster, kind
    owner = {i: name for name, members in result.members.items() for i in members}
    for i, name in owner.items():
        result.resolving[i] = [((None, None), name)]
        if nodes[i].parsed.kind == "domain":
            hosts = {f"domain:{h}" for h in domains.hosts(domains.unit[host(i)])}
            kept_away = {
                n for n, members in result.members.items() if decided.apart(hosts, members)
            }
            held = {a: n for a, n in owner.items() if n not in kept_away}
            result.resolving[i] = domain_tenures(host(i), name, held, nodes, said, domains)
    return result


def company_kind(
    cluster: set[str], nodes: dict[str, Node], anchors: set[str], in_use: set[str]
) -> str | None:
    """R14: crm > linked > domain > anonymous, the first that holds."""
    if cluster & anchors:
        return "crm"
    if any(nodes[i].live and nodes[i].object == "account" for i in cluster):
        return "linked"
    if any(host(i) in in_use for i in cluster if nodes[i].parsed.kind == "domain"):
        return "domain"
    if any(
        nodes[i].active or nodes[i].exposed for i in cluster if nodes[i].parsed.kind == "domain"
    ):
        return "anonymous"
    return None


def domain_tenures(
    name: str,
    company: str,
    owner: dict[str, str],
    nodes: dict[str, Node],
    said: list[Said],
    domains: Domains,
) -> list[tuple[Span, str]]:
    """R45: an ended claim of a live account gives the time before the next account's claim."""
    hosts = domains.hosts(domains.unit[name])
    claims = [
        s
        for s in said
        if s.rule in DOMAIN_CLAIMS
        and s.dst.startswith("domain:")
        and host(s.dst) in hosts
        and not s.withdrawn
        and nodes[s.src].live
    ]
    current = [s.first_seen_ms for s in claims if s.live and owner.get(s.src) == company]
    if not current:
        return [((None, None), company)]
    began = min(current)
    stints = [
        (s.first_seen_ms, owner[s.src])
        for s in claims
        if not s.live and s.src in owner and s.first_seen_ms < began
    ]
    return timeline([*stints, (began, company)])


def tenures_of(resolving: Resolving, identifier: str, name: str) -> list[Span]:
    return united([span for span, owner in resolving.get(identifier, []) if owner == name])
