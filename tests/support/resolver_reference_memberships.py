"""Memberships of contacts in companies, dated, and what the primary CRM suppresses (R17, R41)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from identity.model.evidence import EMAIL_CLAIMS
from tests.support.resolver_reference_decisions import Decided
from tests.support.resolver_reference_domains import Domains
from tests.support.resolver_reference_entities import Entities, Resolving, tenures_of
from tests.support.resolver_reference_model import (
    Node,
    Rules,
    Said,
    Span,
    common,
    host,
    united,
    without,
)
from tests.support.resolver_reference_states import automated

VIAS = ("decision", "crm", "other_crm", "domain", "workspace")
ALWAYS: Span = (None, None)


@dataclass(frozen=True)
class Membership:
    contact: str
    company: str
    via: str
    from_ms: int | None
    until_ms: int | None
    marked: bool = False
    primary: bool = False


@dataclass
class Scene:
    """What memberships are read off; `resolving` says which company an identifier stands for."""

    nodes: dict[str, Node]
    said: list[Said]
    domains: Domains
    decided: Decided
    rules: Rules
    resolving: Resolving
    refused: set[tuple[str, str, str, str, str]] = field(default_factory=set)

    def company(self, identifier: str) -> str | None:
        found = self.resolving.get(identifier)
        return found[-1][1] if found else None

    def associations(self, record: str) -> list[Said]:
        """A record's associations with companies that exist."""
        return [
            s
            for s in self.said
            if s.edge == "WORKS_AT"
            and s.src == record
            and not s.withdrawn
            and self.company(s.dst) is not None
        ]

    def suppress(self, src: str, dst: str, rule: str) -> None:
        self.refused.add((src, dst, rule, "resolver", "primary_crm"))


def span(said: Said) -> Span:
    return said.from_ms, said.until_ms


def holds(period: Span, at_ms: int) -> bool:
    start, end = period
    return (start is None or start <= at_ms) and (end is None or at_ms < end)


def suppressed(address: str, company: str | None, scene: Scene) -> list[Span]:
    """R17: when a record of the primary CRM that has the address as its own says otherwise."""
    if additive(host(address), scene):
        return []
    taken: list[Span] = []
    for s in scene.said:
        own = s.rule == "crm.primary_email" and s.source == scene.rules.primary
        if not (own and s.dst == address and s.live):
            continue
        crm = [
            a
            for a in scene.associations(s.src)
            if a.source == scene.rules.primary and not a.dst.startswith("workspace:")
        ]
        other = [span(a) for a in crm if scene.company(a.dst) != company]
        same = [span(a) for a in crm if scene.company(a.dst) == company]
        taken += without(other, same)
    return united(taken)


def additive(name: str, scene: Scene) -> bool:
    """E36: an agency's domain, marked by a person or in the configuration."""
    unit = scene.domains.unit[name]
    marked = {host(i) for i in scene.decided.additive if i.startswith("domain:")}
    by_hand = any(scene.domains.unit[h] == unit for h in marked)
    return by_hand or scene.rules.classifier.override(name) == "additive"


def carried(address: str, scene: Scene) -> list[Span]:
    """When records carry an address; always, where none does but it acted by itself."""
    claims = [
        s for s in scene.said if s.rule in EMAIL_CLAIMS and s.dst == address and not s.withdrawn
    ]
    return united([span(s) for s in claims]) if claims else [ALWAYS]


def hosts_in_use(scene: Scene, person_states: dict[str, str]) -> set[str]:
    """R14: hosts with a non-automated business e-mail whose domain membership shows somewhere."""
    result = set()
    for i, n in scene.nodes.items():
        if n.parsed.kind != "email" or not scene.domains.founds(host(i)):
            continue
        asserted = any(
            s.rule in EMAIL_CLAIMS and s.dst == i and not s.withdrawn for s in scene.said
        )
        if not (asserted or n.active or n.exposed):
            continue
        if person_states.get(i) == "blocked" or automated(n):
            continue
        company = scene.company(f"domain:{host(i)}")
        if without(carried(i, scene), suppressed(i, company, scene)):
            result.add(host(i))
    return result


def memberships(people: Entities, scene: Scene) -> list[Membership]:
    result = []
    for contact, members in people.members.items():
        mine = [
            *explicit(contact, members, scene),
            *by_domain(contact, people, scene),
            *assigned(contact, members, scene),
        ]
        now = [m for m in mine if holds((m.from_ms, m.until_ms), scene.rules.as_of_ms)]
        chosen = choose(now, members, scene)
        mine = [replace(m, primary=m == chosen) for m in mine]
        if scene.rules.config.rules.membership == "all":
            mine = for_all_time(mine)
        result += mine
    return result


def for_all_time(mine: list[Membership]) -> list[Membership]:
    """The setting `membership: all` counts every company for all time."""
    best: dict[tuple[str, str], Membership] = {}
    for m in sorted(mine, key=lambda m: m.primary):
        best[m.company, m.via] = replace(m, from_ms=None, until_ms=None)
    return list(best.values())


def explicit(contact: str, members: set[str], scene: Scene) -> list[Membership]:
    """R17 (1), (2), (4): associations of records, each with its interval."""
    said = [s for record in members for s in scene.associations(record)]
    by_via: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for s in said:
        company = scene.company(s.dst)
        assert company is not None
        by_via[via_of(s, scene), company].append(s)
    crm = {c: [span(s) for s in listed] for (via, c), listed in by_via.items() if via == "crm"}
    every = [s for spans in crm.values() for s in spans]
    result = []
    for (via, company), listed in by_via.items():
        spans = united([span(s) for s in listed])
        if via == "other_crm":
            contradicted = without(every, crm.get(company, []))
            spans = without(spans, contradicted)
            for s in listed:
                if united([span(s)]) and not without([span(s)], contradicted):
                    scene.suppress(s.src, s.dst, "membership.other_crm")
        marked = any(s.primary and holds(span(s), scene.rules.as_of_ms) for s in listed)
        result += [Membership(contact, company, via, *s, marked) for s in spans]
    return result


def via_of(said: Said, scene: Scene) -> str:
    if said.dst.startswith("workspace:"):
        return "workspace"
    return "crm" if said.source == scene.rules.primary else "other_crm"


def by_domain(contact: str, people: Entities, scene: Scene) -> list[Membership]:
    """R17 (3): the companies of a contact's own business domains, while the addresses were its."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for address in people.resolving:
        mine = tenures_of(people.resolving, address, contact)
        if not address.startswith("email:") or not mine:
            continue
        domain = f"domain:{host(address)}"
        for company in {name for _, name in scene.resolving.get(domain, [])}:
            held = common(mine, carried(address, scene))
            held = common(held, tenures_of(scene.resolving, domain, company))
            left = without(held, suppressed(address, company, scene))
            if held and not left:
                scene.suppress(address, domain, "membership.domain")
            spans[company] += left
    return [
        Membership(contact, company, "domain", *s)
        for company, listed in spans.items()
        for s in united(listed)
    ]


def assigned(contact: str, members: set[str], scene: Scene) -> list[Membership]:
    """A person assigned the contact of one identifier to the company of another."""
    companies = {
        scene.company(str(row["right"]))
        for row in scene.decided.assigned
        if str(row["left"]) in members
    }
    return [Membership(contact, c, "decision", None, None) for c in companies if c is not None]


def choose(now: list[Membership], members: set[str], scene: Scene) -> Membership | None:
    """The primary one of those that hold now: what a person chose, else by the way it is known."""
    chosen = [row for row in scene.decided.primary if str(row["left"]) in members]
    newest = max(chosen, key=lambda r: (r["at_ms"] is not None, r["at_ms"], r["id"]), default=None)
    if newest is not None:
        company = scene.company(str(newest["right"]))
        now = [m for m in now if m.company == company] or now
    return min(
        now,
        key=lambda m: (
            VIAS.index(m.via),
            not m.marked,
            -(m.from_ms if m.from_ms is not None else -1),
            m.company,
        ),
        default=None,
    )
