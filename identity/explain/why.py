"""Why: the chain of evidence between two identifiers, or what keeps them apart.

For two that are one entity: the strongest path, record by record, and the bridge, its weakest
step. For two that are not: the path on which evidence was refused, each refusal with the constraint
and the two values it would have joined; or, where nothing connects them, that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import networkx as nx
import orjson

from identity.config import Config
from identity.errors import FixInput, NotFound
from identity.explain import neighbourhood
from identity.explain.naming import guess
from identity.explain.neighbourhood import Neighbourhood
from identity.model.evidence import EVIDENCE_RULES
from identity.model.instants import iso
from identity.store.base import Store

CONSTRAINTS: dict[str, str] = {
    "anchor": "two live records of the primary CRM with different keys never merge",
    "cannot_link": "a person decided that they are different",
    "user_id": "each side has its own user id of one product",
    "unique": "each side has its own id of a kind of which an entity has one",
    "limit": "the joined contact would hold too many",
    "shared": "the device was seen with several contacts",
    "phone": "not exactly one name has two records on this number",
    "primary_crm": "the primary CRM associates the record elsewhere",
    "decision": "a person assigned it elsewhere",
    "last_authenticated": "somebody else used the device last",
    "blocked": "a value that says nothing of anybody",
    "shared_mailbox": "a mailbox of several people",
    "generic": "next to too many records to say anything about one",
    "ambiguous": "several live accounts of the primary CRM claim it, or a person marked it shared",
    "free_mail": "free-mail makes contacts, never companies",
    "disposable": "a throw-away domain",
    "provider": "a provider's domain stands for its customers",
    "parked": "a parked domain",
    "hosted_site": "a host under which many sites live",
    "social": "a profile, not a domain",
    "own": "the project's own domain",
}
"""What each constraint means, in words."""

STEP_OF_UNIT = "hosts of one registrable domain, or of one alias, are one"


@dataclass(frozen=True, slots=True)
class Step:
    """One reason on the way: what it joins or would have joined, by which rule, said by whom."""

    left: str
    right: str
    rule: str
    says: str
    evidence_class: str | None = None
    method: str | None = None
    rule_version: int | None = None
    source: str | None = None
    record: str | None = None
    observations: int | None = None
    first_seen: str | None = None
    last_seen: str | None = None
    ended: str | None = None
    refused: str | None = None
    constraint: str | None = None
    would_join: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer to why.

    ``together``: whether both are one entity; ``entities``: what each stands for; ``steps``: the
    chain; ``bridge``: index of the weakest step; ``states``: what stands alone among the two.
    """

    left: str
    right: str
    together: bool
    entities: Mapping[str, list[Mapping[str, Any]]]
    steps: tuple[Step, ...] = ()
    bridge: int | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return {
            "left": self.left,
            "right": self.right,
            "together": self.together,
            "entities": {k: [dict(e) for e in v] for k, v in self.entities.items()},
            "steps": [{k: v for k, v in asdict(s).items() if v is not None} for s in self.steps],
            "bridge": self.bridge,
            "states": dict(self.states),
            "decisions": [dict(d) for d in self.decisions],
        }


def why(store: Store, config: Config, left: str, right: str) -> Explanation:
    """Explain why two identifiers are one entity, or why they are not.

    Raises:
        FixInput: a text names no identifier.
        NotFound: an identifier is not in the graph.
    """
    one, two = guess(config, left), guess(config, right)
    around = neighbourhood.read(store, [one, two])
    for identifier in (one, two):
        if identifier not in around.nodes:
            raise NotFound(f"{identifier} is not in the graph")
    entities: dict[str, list[Mapping[str, Any]]] = {
        i: [_entity(e) for e in around.entities_of(i)] for i in (one, two)
    }
    shared = {e["id"] for e in entities[one]} & {e["id"] for e in entities[two]}
    states = {
        i: f"{around.nodes[i]['standing']}: {around.nodes[i]['standing_reason']}"
        for i in (one, two)
        if around.nodes[i]["standing"] is not None
    }
    steps = _chain(around, one, two, together=bool(shared))
    return Explanation(
        left=one,
        right=two,
        together=bool(shared),
        entities=entities,
        steps=steps,
        bridge=_bridge(around, steps) if shared else None,
        states=states,
        decisions=_decisions(store, steps, one, two),
    )


def why_not(store: Store, config: Config, left: str, right: str) -> Explanation:
    """Explain what keeps two identifiers apart: the refused evidence, or what is missing.

    Raises:
        FixInput: a text names no identifier, or the two are one entity.
        NotFound: an identifier is not in the graph.
    """
    answer = why(store, config, left, right)
    if answer.together:
        raise FixInput(
            f"{answer.left} and {answer.right} are one entity", fix="Ask 'identity why'."
        )
    return answer


def _entity(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {"id": row["entity"], "name": row["name"], "kind": row["kind"]}
    if row["from_ms"] is not None:
        found["from"] = iso(row["from_ms"])
    if row["until_ms"] is not None:
        found["until"] = iso(row["until_ms"])
    return found


def _chain(around: Neighbourhood, one: str, two: str, *, together: bool) -> tuple[Step, ...]:
    """Walk the strongest spanning tree; apart, the way with the fewest refusals."""
    graph = around.joining() if together else around.everything()
    if one not in graph or two not in graph or not nx.has_path(graph, one, two):
        return ()
    if together:
        tree = nx.minimum_spanning_tree(
            graph.subgraph(nx.node_connected_component(graph, one)), "rank"
        )
        path = nx.shortest_path(tree, one, two)
    else:
        path = nx.shortest_path(graph, one, two, weight=_refusals)
    return tuple(
        make_step(graph.edges[a, b]["row"], graph.edges[a, b].get("refused"), a, b)
        for a, b in pairwise(path)
    )


def _refusals(_one: str, _two: str, edge: Mapping[str, Any]) -> int:
    return 1_000 if edge.get("refused") is not None else 1


def make_step(
    row: Mapping[str, Any], refused: Mapping[str, Any] | None, left: str, right: str
) -> Step:
    """Make a step of a row of evidence, and of the row that refused it if one did."""
    rule = EVIDENCE_RULES.get(row["rule"])
    if rule is None:
        return Step(left, right, row["rule"], STEP_OF_UNIT, "inferred", "deterministic")
    return Step(
        left=left,
        right=right,
        rule=row["rule"],
        says=rule.doc,
        evidence_class=row["evidence_class"],
        method=row["method"],
        rule_version=row["rule_version"],
        source=row["source"],
        record=row["record"],
        observations=row["observations"],
        first_seen=_instant(row["first_seen_ms"]),
        last_seen=_instant(row["last_seen_ms"]),
        ended=_instant(row["until_ms"]),
        refused=CONSTRAINTS.get(refused["constraint"]) if refused is not None else None,
        constraint=refused["constraint"] if refused is not None else None,
        would_join=orjson.loads(refused["reason"]) if refused is not None else None,
    )


def _instant(ms: int | None) -> str | None:
    """Write an instant; decisions of files have none and stand before all time."""
    return iso(ms) if ms is not None and ms >= 0 else None


def _bridge(around: Neighbourhood, steps: tuple[Step, ...]) -> int | None:
    """Give the weakest step of a chain."""
    ranks = {
        frozenset((r["src"], r["dst"])): neighbourhood.strength(r)
        for r in reversed(around.evidence)
        if not r["withdrawn"]
    }
    scored = [
        (ranks[frozenset((s.left, s.right))], position)
        for position, s in enumerate(steps)
        if frozenset((s.left, s.right)) in ranks
    ]
    return max(scored)[1] if scored else None


def _decisions(
    store: Store, steps: tuple[Step, ...], one: str, two: str
) -> tuple[Mapping[str, Any], ...]:
    """Give the decisions that the chain rests on, or that were taken on the two themselves."""
    named = {s.record for s in steps if s.rule.startswith("decision.")}
    pair = {one, two}
    return tuple(
        {k: v for k, v in row.items() if v is not None}
        for row in store.read("explain/decisions")
        if row["id"] in named or {row["left"], row["right"]} == pair
    )
