"""Constrained Kruskal in both planes, one edge at a time (R4, R8, R9, R23, R25, R44)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from identity.model.evidence import DOMAIN_CLAIMS, EMAIL_CLAIMS, EvidenceClass
from tests.support.resolver_reference_decisions import Decided
from tests.support.resolver_reference_domains import Domains
from tests.support.resolver_reference_model import Node, Rules, Said, evidence_class, host
from tests.support.resolver_reference_states import (
    PRECEDENCE,
    blocked,
    live_anchors,
    own_addresses,
)

Refused = dict[Said, str]


@dataclass
class Plane:
    """A partition: `of` gives the cluster of each vertex; who stands alone is in none."""

    of: dict[str, set[str]] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)
    refused: Refused = field(default_factory=dict)

    def clusters(self) -> list[set[str]]:
        return list({id(c): c for c in self.of.values()}.values())

    def join(self, members: set[str]) -> None:
        together = set().union(*(self.of.get(m, {m}) for m in members))
        for m in together:
            self.of[m] = together


def state_between(alone: dict[str, str], one: str, two: str) -> str | None:
    """The state that refuses an edge: the first in the order of states."""
    found = [alone[i] for i in (one, two) if i in alone]
    return min(found, key=lambda s: PRECEDENCE.index(s) if s in PRECEDENCE else 9, default=None)


def anchor_keys(
    nodes: dict[str, Node], said: list[Said], states: dict[str, str], decided: Decided, rules: Rules
) -> dict[str, str]:
    """R8: the key of an anchor is its personal primary e-mail, else its own id."""
    keys = {}
    for anchor in live_anchors(nodes, rules):
        if nodes[anchor].object != "contact":
            continue
        keys[anchor] = anchor
        addresses = own_addresses(said, anchor)[:1]
        if rules.config.rules.contact_identity == "email" and addresses:
            address = addresses[0]
            if address not in states and not decided.banned(anchor, address):
                keys[anchor] = address
    return keys


def conducting(said: list[Said], nodes: dict[str, Node], rules: Rules) -> list[Said]:
    """Evidence of the person plane that may join, strongest first (R3, R4, R44)."""
    phones = conducting_phones(said, nodes)
    chosen = [
        s
        for s in said
        if s.edge == "SAME_PERSON"
        and not s.withdrawn
        and evidence_class(s, rules.primary) <= EvidenceClass.OBSERVED
        and (s.rule != "record.phone" or s in phones)
    ]
    return sorted(chosen, key=rules.strength)


def conducting_phones(said: list[Said], nodes: dict[str, Node]) -> set[Said]:
    """R44: only where exactly one name has two or more records on the number, and only to those."""
    carriers: dict[str, set[str]] = defaultdict(set)
    for s in said:
        if s.rule == "record.phone" and s.live:
            carriers[s.dst].add(s.src)
    result = set()
    for phone, records in carriers.items():
        by_name: dict[str, set[str]] = defaultdict(set)
        for record in records:
            name = nodes[record].name
            if name is not None:
                by_name[name].add(record)
        often = [rs for rs in by_name.values() if len(rs) > 1]
        if len(often) == 1:
            result |= {
                s
                for s in said
                if s.rule == "record.phone" and s.dst == phone and s.live and s.src in often[0]
            }
    return result


def person_plane(
    nodes: dict[str, Node], said: list[Said], states: dict[str, str], decided: Decided, rules: Rules
) -> Plane:
    """Everybody but anonymous ids, which come as leaves afterwards."""
    plane = Plane(alone=dict(states))
    for i, n in nodes.items():
        if n.plane == "person" and n.parsed.kind != "anonymous" and i not in states:
            plane.of[i] = {i}
    keys = anchor_keys(nodes, said, states, decided, rules)
    for anchor, key in keys.items():
        plane.join({anchor, key})
    edges = [
        s
        for s in conducting(said + decided.same, nodes, rules)
        if "anonymous" not in (nodes[s.src].parsed.kind, nodes[s.dst].parsed.kind)
    ]
    for edge in edges:
        if edge.src in plane.of and edge.dst in plane.of:
            one, two = plane.of[edge.src], plane.of[edge.dst]
            if one is not two and reason(edge, one, two, keys, decided, rules) is None:
                plane.join({edge.src, edge.dst})
    for edge in edges:
        state = state_between(plane.alone, edge.src, edge.dst)
        if state is not None:
            plane.refused[edge] = state
        elif plane.of[edge.src] is not plane.of[edge.dst]:
            why = reason(edge, plane.of[edge.src], plane.of[edge.dst], keys, decided, rules)
            assert why is not None, edge
            plane.refused[edge] = why
    refuse_phones(plane, said, nodes)
    return plane


def exempt(edge: Said, rules: Rules) -> bool:
    """R8: what contracts two keys: a person's `same`, and a merge of the CRM itself."""
    merged = edge.rule == "crm.merge_person" and edge.source == rules.primary
    return merged or edge.rule == "decision.same_person"


def reason(
    edge: Said,
    one: set[str],
    two: set[str],
    keys: dict[str, str],
    decided: Decided,
    rules: Rules,
) -> str | None:
    """Why an edge may not join two clusters: anchor > cannot_link > user_id > limit (R25)."""
    if one & keys.keys() and two & keys.keys() and not exempt(edge, rules):
        return "anchor"
    if decided.apart(one, two):
        return "cannot_link"
    if evidence_class(edge, rules.primary) < EvidenceClass.OBSERVED:
        return None
    if products(one) & products(two):
        return "user_id"
    if sum(i.startswith("email:") for i in one | two) > rules.config.rules.limits.email.hard:
        return "limit"
    return None


def products(cluster: set[str]) -> set[str]:
    return {i.split(":")[1] for i in cluster if i.startswith("user:")}


def refuse_phones(plane: Plane, said: list[Said], nodes: dict[str, Node]) -> None:
    """A number that several records carry, and that does not join them, is shown as refused."""
    phones = conducting_phones(said, nodes)
    for s in said:
        if s.rule != "record.phone" or s.withdrawn or s in phones:
            continue
        carriers = {
            o.src for o in said if o.rule == "record.phone" and o.dst == s.dst and not o.withdrawn
        }
        if len(carriers) > 1:
            plane.refused[s] = plane.alone.get(s.dst, "phone")


def company_plane(
    nodes: dict[str, Node], said: list[Said], domains: Domains, decided: Decided, rules: Rules
) -> Plane:
    """Accounts, workspaces and domains; hosts of one unit are one vertex."""
    plane = Plane(alone={f"domain:{h}": s for h, s in domains.state.items()})
    for i, n in nodes.items():
        if n.plane != "company":
            continue
        if n.parsed.kind == "domain" and not domains.founds(host(i)):
            plane.alone[i] = domains.class_of(host(i))
        elif i not in plane.alone:
            plane.of[i] = {i}
    units: dict[str, set[str]] = defaultdict(set)
    for name, unit in domains.unit.items():
        if f"domain:{name}" in plane.of:
            units[unit].add(f"domain:{name}")
    for members in units.values():
        plane.join(members)
    derived = workspace_domains(nodes, said, domains, rules)
    edges = sorted(
        (
            s
            for s in said + decided.same + derived
            if s.edge == "SAME_COMPANY"
            and not s.withdrawn
            and (s.live or s.rule not in DOMAIN_CLAIMS)
        ),
        key=rules.strength,
    )
    anchors = {a for a in live_anchors(nodes, rules) if nodes[a].object == "account"}
    for edge in edges:
        if edge.src in plane.of and edge.dst in plane.of:
            one, two = plane.of[edge.src], plane.of[edge.dst]
            if one is not two and not _parted(one, two, anchors, decided):
                plane.join({edge.src, edge.dst})
    for edge in edges:
        if edge.dst.startswith("social:"):
            plane.refused[edge] = "social"
            continue
        state = state_between(plane.alone, edge.src, edge.dst)
        if state is not None:
            plane.refused[edge] = state
        elif plane.of[edge.src] is not plane.of[edge.dst]:
            why = _parted(plane.of[edge.src], plane.of[edge.dst], anchors, decided)
            assert why is not None, edge
            plane.refused[edge] = why
    return plane


def _parted(one: set[str], two: set[str], anchors: set[str], decided: Decided) -> str | None:
    """R23: two live accounts of the primary CRM never meet, not even by a decision."""
    if one & anchors and two & anchors:
        return "anchor"
    return "cannot_link" if decided.apart(one, two) else None


def workspace_domains(
    nodes: dict[str, Node], said: list[Said], domains: Domains, rules: Rules
) -> list[Said]:
    """A workspace belongs to a domain iff its users' live business e-mails form one class."""
    groups: dict[str, set[str]] = {i: {i} for i, n in nodes.items() if n.parsed.kind == "workspace"}
    for s in said:
        if s.rule == "workspace.alias" and s.live:
            together = groups[s.src] | groups[s.dst]
            for w in together:
                groups[w] = together
    result = []
    users = {
        w: {s.src for s in said if s.edge == "WORKS_AT" and s.dst == w and s.live} for w in groups
    }
    for workspace, group in groups.items():
        emails = [
            s
            for s in said
            if s.rule in EMAIL_CLAIMS
            and any(s.src in users[w] for w in group)
            and nodes[s.src].live
            and s.live
        ]
        carried = any(s.src in users[workspace] for s in emails)
        emails = [
            s for s in emails if domains.founds(host(s.dst)) and not blocked(nodes[s.dst], rules)
        ]
        units = {domains.unit[host(s.dst)] for s in emails}
        # a workspace without users of its own belongs where its aliases belong
        if len(units) == 1 and carried:
            first_seen, domain = min((s.first_seen_ms, f"domain:{host(s.dst)}") for s in emails)
            result.append(
                Said(
                    edge="SAME_COMPANY",
                    src=workspace,
                    dst=domain,
                    rule="workspace.domain",
                    source="resolver",
                    record=workspace,
                    first_seen_ms=first_seen,
                    from_ms=None,
                    until_ms=None,
                )
            )
    return result
