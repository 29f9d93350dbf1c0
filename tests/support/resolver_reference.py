"""The whole resolver once more, from the text of the rules, with loops and sets.

Slow and obvious: each module beside it states a few rules, each function names the rule it states.
`solve` gives everything that is derived; `Ledger` (beside it) gives the ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from identity.config import Config
from tests.support.resolver_reference_clusters import Plane, company_plane, person_plane
from tests.support.resolver_reference_decisions import Decided, effective
from tests.support.resolver_reference_domains import Domains, domains
from tests.support.resolver_reference_entities import (
    Entities,
    Resolving,
    companies,
    contacts,
    label,
)
from tests.support.resolver_reference_history import all_said, nodes
from tests.support.resolver_reference_ids import Cluster
from tests.support.resolver_reference_leaves import attach
from tests.support.resolver_reference_memberships import (
    Membership,
    Scene,
    hosts_in_use,
    memberships,
)
from tests.support.resolver_reference_model import Known, Node, Rules, Said, host
from tests.support.resolver_reference_states import live_anchors, person_states


@dataclass
class Answer:
    """What holds: rows in the shape in which they are compared."""

    resolves: set[tuple[str, str, str, int | None, int | None]] = field(default_factory=set)
    refused: set[tuple[str, str, str, str, str]] = field(default_factory=set)
    memberships: set[tuple[str, str, str, bool, int | None, int | None]] = field(
        default_factory=set
    )
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    standing: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    clusters: dict[str, list[Cluster]] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)


def solve(known: Known, config: Config, as_of_ms: int) -> Answer:
    """Give all that is derived from everything known, under a configuration, at an instant."""
    rules = Rules(config, as_of_ms)
    said, records = all_said(known, rules)
    found = nodes(known, said, records)
    decided = effective(known.decisions, as_of_ms)
    places = domains(found, said, decided, rules)
    states = person_states(found, said, decided, rules)
    persons = person_plane(found, said, states, decided, rules)
    attach(persons, found, said, decided, rules)
    firms = company_plane(found, said, places, decided, rules)
    people = contacts(persons, found, said, decided, rules)
    scene = Scene(found, said, places, decided, rules, by_themselves(firms, found, rules))
    business = companies(firms, found, said, places, decided, rules, hosts_in_use(scene, states))
    scene = Scene(found, said, places, decided, rules, business.resolving)
    listed = memberships(people, scene)
    answer = _answer((people, business, listed), (persons, firms), (places, decided), found, rules)
    answer.refused |= scene.refused
    answer.pinned = decided.pinned
    return answer


def by_themselves(firms: Plane, found: dict[str, Node], rules: Rules) -> Resolving:
    """R14: what an association may name before domain companies exist: companies of accounts."""
    names = {i: label(c, live_anchors(found, rules)) for c in firms.clusters() for i in c}
    return {
        i: [((None, None), names[i])]
        for c in firms.clusters()
        for i in c
        if i.startswith("domain:") or any(found[a].live and found[a].object == "account" for a in c)
    }


def _answer(
    entities: tuple[Entities, Entities, list[Membership]],
    planes: tuple[Plane, Plane],
    facts: tuple[Domains, Decided],
    found: dict[str, Node],
    rules: Rules,
) -> Answer:
    people, firms, listed = entities
    answer = Answer(decisions=dict(facts[1].states))
    for plane, group in (("person", people), ("company", firms)):
        anchors = live_anchors(found, rules)
        answer.clusters[plane] = []
        for name, members in group.members.items():
            answer.kinds[plane, name] = group.kinds[name]
            named = frozenset(i for i in members if not i.startswith("anon:"))
            answer.clusters[plane].append(Cluster(name, named, frozenset(named & anchors)))
        for i, spans in group.resolving.items():
            answer.resolves |= {(plane, i, name, *span) for span, name in spans}
    _mailboxes(answer, planes[0], firms)
    for solved in planes:
        answer.refused |= {row(edge, why) for edge, why in solved.refused.items()}
    answer.standing = {
        i: state
        for solved in planes
        for i, state in solved.alone.items()
        if state in ("blocked", "shared_mailbox", "generic", "ambiguous", "shared")
    }
    answer.memberships = {
        (m.contact, m.company, m.via, m.primary, m.from_ms, m.until_ms) for m in listed
    }
    _decision_states(answer, planes, facts)
    return answer


def row(edge: Said, why: str) -> tuple[str, str, str, str, str]:
    return edge.src, edge.dst, edge.rule, edge.source, why


def _mailboxes(answer: Answer, persons: Plane, firms: Entities) -> None:
    """R12: a shared mailbox stands for the company of its domain."""
    for i, state in persons.alone.items():
        if state == "shared_mailbox" and i.startswith("email:"):
            for span, name in firms.resolving.get(f"domain:{host(i)}", []):
                answer.resolves.add(("company", i, name, *span))


def _decision_states(
    answer: Answer, planes: tuple[Plane, Plane], facts: tuple[Domains, Decided]
) -> None:
    """R23, R26: a `same` that could not take effect says why."""
    for solved in planes:
        for edge, why in solved.refused.items():
            if edge.rule.startswith("decision."):
                answer.decisions[edge.record] = f"blocked: {why}"
    for decision, why in facts[0].refused.items():
        answer.decisions[decision] = f"blocked: {why}"
