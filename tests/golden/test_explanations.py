"""Explanations as people and programs get them, held to files that were read once by a person."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from identity import config as configuration
from identity import planning
from identity.errors import FixInput
from identity.explain import text
from identity.graph import IdentityGraph
from tests.golden.conftest import AS_OF_MS

Golden = Callable[[str, str], None]
ANN, ANN_OLD = "ann@northwind-glass.de", "a.archer@northwind-glass.de"
BOB, INFO = "bob@sundown-freight.com", "info@northwind-glass.de"
DEVICE = "anon:web:dev-shared-33"


def as_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)


PAIRS = {
    "merged": (ANN, ANN_OLD),
    "apart": (ANN, BOB),
    "shared-device": (DEVICE, BOB),
    "mailbox": (INFO, "crm:salesforce:contact:003Gd0000000003IAA"),
    "unconnected": (INFO, BOB),
    "company": ("northwind-glass.de", "crm:salesforce:account:001Gd0000000001IAA"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_why(graph: IdentityGraph, golden: Golden, name: str) -> None:
    answer = graph.why(*PAIRS[name])
    golden(f"why-{name}.txt", "\n".join(text.why_lines(answer)))
    golden(f"why-{name}.json", as_json(answer.as_dict()))


def test_why_not_is_for_those_that_are_apart(graph: IdentityGraph) -> None:
    assert graph.why_not(ANN, BOB) == graph.why(ANN, BOB)
    with pytest.raises(FixInput, match="are one entity"):
        graph.why_not(ANN, ANN_OLD)


def contact_of(graph: IdentityGraph, email: str) -> str:
    return str(graph.lookup("email", email)["contacts"][0]["id"])


def test_how(graph: IdentityGraph, golden: Golden) -> None:
    answer = graph.how(contact_of(graph, ANN))
    golden("how.txt", "\n".join(text.how_lines(answer)))
    golden("how.json", as_json(answer.as_dict()))


def test_the_steps_alone_reproduce_the_entity(graph: IdentityGraph) -> None:
    answer = graph.how(contact_of(graph, ANN))
    steps = nx.Graph([(m.step.left, m.step.right) for m in answer.merges])
    members = set(answer.entity["identifiers"])
    assert set(steps.nodes) == members
    assert nx.is_connected(steps)
    assert steps.number_of_edges() == len(members) - 1


def test_repair(graph: IdentityGraph, golden: Golden) -> None:
    answer = graph.repair(contact_of(graph, ANN), ANN, ANN_OLD)
    golden("repair.txt", "\n".join(text.repair_lines(answer)))
    golden("repair.json", as_json(answer.as_dict()))
    weakest = graph.repair(contact_of(graph, ANN))
    assert weakest.cost <= answer.cost


def test_what_if(graph: IdentityGraph, golden: Golden) -> None:
    decision = graph.decisions()[0]["id"]
    found = graph.what_if(decision=decision, as_of_ms=AS_OF_MS + 1)
    golden("what-if-decision.txt", "\n".join(text.effect_lines(found)))
    golden("what-if-decision.json", as_json(found.as_dict()))
    lead = "crm:salesforce:lead:00QGd0000000001MAA"
    without_lead = graph.what_if(record=lead, as_of_ms=AS_OF_MS + 1)
    golden("what-if-record.txt", "\n".join(text.effect_lines(without_lead)))
    pair = (ANN_OLD, "anon:web:dev-aaaa-1111")
    without_edge = graph.what_if(evidence=pair, as_of_ms=AS_OF_MS + 1)
    golden("what-if-evidence.txt", "\n".join(text.effect_lines(without_edge)))


def test_plan(graph: IdentityGraph, golden: Golden) -> None:
    """A rule that is about to change: what it would do, before it does it."""
    rules = graph.config.rules
    fewer = rules.model_copy(update={"domains": {"northwind-glass.de": "shared"}})
    config = graph.config.model_copy(update={"rules": fewer})
    made = planning.make(graph.store, config, as_of_ms=AS_OF_MS + 1)
    assert made.effects is not None
    golden("plan.txt", "\n".join(text.effect_lines(made.effects)))
    golden("plan.json", as_json(made.effects.as_dict()))


NEW_ROWS = {
    "salesforce/Account.csv": (
        "001Gd0000000003IAA,false,,Glass Trading,,http://northwind-glass.de,Austria,{0},{0}",
    ),
    "salesforce/Contact.csv": (
        "003Gd0000000004IAA,false,,,Cara,Cole,cara@newtown-steel.com,,Buyer,{0},{0}",
        "003Gd0000000003IAA,true,003Gd0000000001IAA,001Gd0000000001IAA,Info,Desk,"
        "info@northwind-glass.de,,,{0},{0}",
    ),
    "salesforce/Opportunity.csv": (
        "006Gd0000000002IAA,false,001Gd0000000003IAA,Trucks,Proposal,500,EUR,2026-09-01,false,"
        "false,{0},{0}",
        "006Gd0000000003IAA,false,001Gd0000000002IAA,Vans,Proposal,250,EUR,2026-10-01,false,false,"
        "{0},{0}",
    ),
}


def test_plan_of_new_data(graph: IdentityGraph, golden: Golden, tmp_path: Path) -> None:
    """An account that shares a domain, a new company, a merge, a deal that changes hands."""
    folder = tmp_path / "project"
    shutil.copytree(Path(__file__).parent / "project", folder)
    for name, rows in NEW_ROWS.items():
        with (folder / "data" / name).open("a", encoding="utf-8") as file:
            file.writelines(row.format("2026-04-20T08:00:00.000+0000") + "\n" for row in rows)
    made = planning.make(graph.store, configuration.load(folder), as_of_ms=AS_OF_MS + 1)
    assert made.effects is not None
    golden("plan-new-data.txt", "\n".join(text.effect_lines(made.effects)))
    golden("plan-new-data.json", as_json(made.effects.as_dict()))


def test_plan_of_a_decision_that_waits(
    graph: IdentityGraph, golden: Golden, tmp_path: Path
) -> None:
    copy = IdentityGraph(graph.config, graph.store.scratch(tmp_path))
    with copy:
        copy.decide("same", ANN, BOB, actor="mia", as_of_ms=AS_OF_MS)
        copy.decide("same", ANN_OLD, "bobby.baker@web.de", actor="mia", as_of_ms=AS_OF_MS)
        made = copy.plan(as_of_ms=AS_OF_MS + 1)
    assert made.effects is not None
    golden("plan-decision.txt", "\n".join(text.effect_lines(made.effects)))
    golden("plan-decision.json", as_json(made.effects.as_dict()))


def test_a_plan_of_no_change_is_empty(graph: IdentityGraph) -> None:
    made = graph.plan(as_of_ms=AS_OF_MS + 1)
    assert made.effects is not None
    assert made.effects.empty
