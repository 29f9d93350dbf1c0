"""Which identifiers of the person plane stand alone, from facts alone (R11, R12, R20, R24)."""

from __future__ import annotations

import re

from identity.model.evidence import EMAIL_CLAIMS
from identity.model.lists import builtin
from tests.support.resolver_reference_decisions import Decided
from tests.support.resolver_reference_model import Node, Rules, Said, host

PRECEDENCE = ("blocked", "shared_mailbox", "generic", "ambiguous", "shared")
PLACEHOLDERS = {"-1", "null", "anonymous", "undefined", "unknown", "not set", "invalid"}


def placeholder(value: str) -> bool:
    return (
        value.casefold() in PLACEHOLDERS
        or re.fullmatch(r"[0-]*", value) is not None
        or len(value) > 1024
    )


def blocked(node: Node, rules: Rules) -> bool:
    """R11, R20."""
    value = node.parsed.value
    match node.parsed.kind:
        case "email":
            name = host(node.id)
            return (
                placeholder(value)
                or value == "test@test.com"
                or name.startswith("example.")
                or rules.classifier.classify(name).name in ("disposable", "own")
            )
        case "anonymous":
            return placeholder(value) or misshapen(value)
        case "user":
            return placeholder(value) or (misshapen(value) and not node.loaded)
    return False


def misshapen(value: str) -> bool:
    return len(value) < 6 or len(set(value)) < 3


def local_part(node: Node) -> str:
    return node.parsed.value.partition("@")[0].partition("+")[0]


def automated(node: Node) -> bool:
    return node.parsed.kind == "email" and local_part(node) in builtin().automated_senders


def live_anchors(nodes: dict[str, Node], rules: Rules) -> set[str]:
    """R8, R13: live contacts and accounts of the primary CRM."""
    return {
        i
        for i, n in nodes.items()
        if n.live and n.source == rules.primary and n.object in ("contact", "account")
    }


def person_states(
    nodes: dict[str, Node], said: list[Said], decided: Decided, rules: Rules
) -> dict[str, str]:
    """The first that holds of blocked, shared_mailbox, generic, for each identifier."""
    states: dict[str, str] = {}
    couples = shared_by_couples(nodes, said, decided, rules)
    for i, n in nodes.items():
        if n.plane != "person":
            continue
        if blocked(n, rules):
            states[i] = "blocked"
        elif n.parsed.kind == "email" and (
            automated(n)
            or local_part(n) in builtin().role_mailboxes
            or i in decided.shared
            or i in couples
        ):
            states[i] = "shared_mailbox"
        elif generic(n, nodes, said, rules):
            states[i] = "generic"
    return states


def own_addresses(said: list[Said], record: str) -> list[str]:
    """The live primary e-mails of a record, earliest first."""
    found = [s for s in said if s.rule == "crm.primary_email" and s.src == record and s.live]
    return [s.dst for s in sorted(found, key=lambda s: (s.first_seen_ms, s.dst))]


def shared_by_couples(
    nodes: dict[str, Node], said: list[Said], decided: Decided, rules: Rules
) -> set[str]:
    """R8, E73: `different` between two CRM records with one own address makes it shared."""
    records = [
        i for i, n in nodes.items() if n.source == rules.primary and n.object in ("contact", "lead")
    ]
    first = {r: own_addresses(said, r)[:1] for r in records}
    return {
        first[a][0]
        for a in records
        for b in records
        if a < b and decided.banned(a, b) and first[a] and first[a] == first[b]
    }


def generic(node: Node, nodes: dict[str, Node], said: list[Said], rules: Rules) -> bool:
    """R24: adjacent by live evidence to so many that it says nothing about one of them."""
    limits = rules.config.rules.generic
    near = {
        s.other(node.id)
        for s in said
        if s.edge == "SAME_PERSON" and s.live and node.id in (s.src, s.dst)
    }
    if rules.primary is None:
        anchored = {i for i in near if nodes[i].live}
    else:
        anchored = near & live_anchors(nodes, rules)
    match node.parsed.kind:
        case "email":
            return len(anchored) > limits.email
        case "phone":
            return len(anchored) > limits.phone
        case "anonymous":
            return sum(not i.startswith("anon:") for i in near) > limits.anonymous
    return False


def internal(record: str, nodes: dict[str, Node], said: list[Said], rules: Rules) -> bool:
    """R20: a record that carries an own address and no other founds no contact."""
    carried = {s.dst for s in said if s.rule in EMAIL_CLAIMS and s.src == record and s.live}
    kinds = {rules.classifier.classify(host(i)).name for i in carried}
    return kinds == {"own"}
