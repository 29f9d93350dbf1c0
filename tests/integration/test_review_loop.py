"""Questions from the list to an answer and back; merges that are taken back for good."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from identity.errors import FixInput
from identity.explain.state import digest, full_state
from identity.export.merges import NAME, export_merge_suggestions
from identity.graph import IdentityGraph
from identity.resolve.proposals import StaleProposal
from identity.reviewing.answering import Answered
from tests.support.reviewed import lay_out

AS_OF_MS = 1_777_600_000_000
DAY_MS = 86_400_000
BOB, NAMESAKE = "bob@sundown-freight.com", "bob.baker@harbour-steel.com"
NICKNAME = "bobby.baker@web.de"
ACCOUNTS = tuple(f"crm:salesforce:account:001Gd000000000{n}IAA" for n in (2, 4))


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[IdentityGraph]:
    with IdentityGraph.open(lay_out(tmp_path / "project"), store="embedded") as opened:
        opened.run(as_of_ms=AS_OF_MS)
        yield opened


def contact(graph: IdentityGraph, email: str) -> str:
    return str(graph.lookup("email", email)["contacts"][0]["id"])


def waiting(graph: IdentityGraph, kind: str) -> list[str]:
    return [r["id"] for r in graph.reviews(kind=kind)["reviews"]]


def state(graph: IdentityGraph) -> str:
    rows = full_state(graph.store)
    return digest({n: f for n, f in rows.items() if n != "decisions"})


def test_from_the_list_to_an_answer_and_back(graph: IdentityGraph) -> None:
    before, ids = state(graph), {contact(graph, BOB), contact(graph, NAMESAKE)}
    assert len(ids) == 2
    row = graph.reviews(kind="same_person", limit=1)["reviews"][0]
    shown = graph.review(row["id"], answer="same")
    tried = next(a for a in shown["answers"] if a["answer"] == "same")
    assert tried["effects"]["counts"]["contact merged"] == 1
    assert all(a["effects"] is None for a in shown["answers"] if a is not tried)
    assert state(graph) == before, "looking at a question changes nothing"

    done = graph.answer_review(
        row["id"], "same", composition=row["composition"], as_of_ms=AS_OF_MS + 1, actor="mia"
    )
    assert graph.reviews(kind="same_person")["reviews"][0]["waiting"] == [
        {"decision": done["decisions"][0], "action": "same", "actor": "mia"}
    ]
    with pytest.raises(Answered, match="mia has answered"):
        graph.answer_review(
            row["id"], "different", composition=row["composition"], as_of_ms=AS_OF_MS + 2
        )
    graph.run(as_of_ms=AS_OF_MS + 3)
    assert contact(graph, BOB) == contact(graph, NAMESAKE)
    assert waiting(graph, "same_person") == []

    assert (
        graph.undo_together(done["decisions"][0], actor="mia", at_ms=AS_OF_MS + 4)
        == (done["decisions"])
    )
    graph.run(as_of_ms=AS_OF_MS + 5)
    assert waiting(graph, "same_person") == [row["id"]]
    assert {contact(graph, BOB), contact(graph, NAMESAKE)} == ids
    assert state(graph) == before


def test_an_answer_to_what_has_changed_since_is_refused(graph: IdentityGraph) -> None:
    row = graph.reviews(kind="same_person")["reviews"][0]
    graph.decide("same", NAMESAKE, "dora@harbour-steel.com", actor="eva", as_of_ms=AS_OF_MS + 1)
    graph.run(as_of_ms=AS_OF_MS + 2)
    fresh = next(r for r in graph.reviews(kind="same_person")["reviews"] if r["id"] == row["id"])
    assert fresh["composition"] != row["composition"]
    with pytest.raises(StaleProposal) as caught:
        graph.answer_review(
            row["id"], "same", composition=row["composition"], as_of_ms=AS_OF_MS + 3, actor="mia"
        )
    assert fresh["composition"] in str(caught.value)
    assert f"identity reviews show {row['id']}" in str(caught.value)
    assert not [d for d in graph.decisions() if d["actor"] == "mia"]
    graph.answer_review(
        row["id"], "same", composition=fresh["composition"], as_of_ms=AS_OF_MS + 4, actor="mia"
    )
    assert [d["action"] for d in graph.decisions() if d["actor"] == "mia"] == ["same"]


def test_a_question_that_nobody_can_answer_now_comes_back(graph: IdentityGraph) -> None:
    row = graph.reviews(kind="ambiguous_domain")["reviews"][0]
    keys = [a["answer"] for a in graph.review(row["id"], effects=False)["answers"]]
    assert keys == [
        "fix_source:crm:salesforce:account:001Gd0000000001IAA",
        "fix_source:crm:salesforce:account:001Gd0000000003IAA",
        "mark_shared",
        "unsure",
    ]
    before = state(graph)
    with pytest.raises(FixInput, match="only the system of record"):
        graph.answer_review(
            row["id"], keys[0], composition=row["composition"], as_of_ms=AS_OF_MS + 1
        )
    graph.answer_review(
        row["id"],
        "unsure",
        composition=row["composition"],
        as_of_ms=AS_OF_MS + 1,
        actor="mia",
        expires_ms=AS_OF_MS + 30 * DAY_MS,
    )
    graph.run(as_of_ms=AS_OF_MS + 2)
    assert waiting(graph, "ambiguous_domain") == []
    assert state(graph) == before, "unsure opposes nothing and joins nothing"
    graph.run(as_of_ms=AS_OF_MS + 31 * DAY_MS)
    assert waiting(graph, "ambiguous_domain") == [row["id"]]


def test_a_merge_is_taken_back_by_the_id_that_it_ended(graph: IdentityGraph) -> None:
    bob, namesake = contact(graph, BOB), contact(graph, NAMESAKE)
    row = graph.reviews(kind="same_person")["reviews"][0]
    graph.answer_review(
        row["id"], "same", composition=row["composition"], as_of_ms=AS_OF_MS + 1, actor="mia"
    )
    graph.run(as_of_ms=AS_OF_MS + 2)
    kept = contact(graph, BOB)
    lost = ({bob, namesake} - {kept}).pop()
    by_heir = graph.revert(kept, as_of_ms=AS_OF_MS + 3, actor="eva")
    shown = graph.revert(lost, as_of_ms=AS_OF_MS + 3, actor="eva")
    assert shown == by_heir, "the only merge of an entity can be named by either id"
    assert shown["effects"]["counts"]["contact split"] == 1
    assert not [d for d in graph.decisions() if d["actor"] == "eva"], "a preview writes nothing"
    with pytest.raises(StaleProposal, match="holds others"):
        graph.revert(lost, as_of_ms=AS_OF_MS + 3, actor="eva", write=True, composition="0")
    done = graph.revert(
        lost,
        as_of_ms=AS_OF_MS + 3,
        actor="eva",
        write=True,
        composition=shown["composition"],
    )
    assert done["written"] == len(done["decisions"]) > 0
    graph.run(as_of_ms=AS_OF_MS + 4)
    assert (contact(graph, BOB), contact(graph, NAMESAKE)) == (bob, namesake)

    first = done["decisions"][0]["id"]
    undone = graph.undo_together(first, actor="eva", at_ms=AS_OF_MS + 5)
    assert sorted(undone) == sorted(d["id"] for d in done["decisions"])
    graph.run(as_of_ms=AS_OF_MS + 6)
    assert contact(graph, BOB) == contact(graph, NAMESAKE) == kept
    graph.undo_together(first, actor="eva", at_ms=AS_OF_MS + 7)
    graph.run(as_of_ms=AS_OF_MS + 8)
    assert (contact(graph, BOB), contact(graph, NAMESAKE)) == (bob, namesake)


def test_a_merge_that_was_taken_back_outlasts_new_evidence(
    graph: IdentityGraph, tmp_path: Path
) -> None:
    bob = contact(graph, BOB)
    assert contact(graph, NICKNAME) == bob
    steps = graph.how(bob).merges
    joined = next(m.number for m in steps if m.step.rule == "decision.same_person")
    graph.revert(bob, as_of_ms=AS_OF_MS + 1, step=joined, actor="eva", write=True)
    graph.run(as_of_ms=AS_OF_MS + 2)
    assert contact(graph, BOB) == bob != contact(graph, NICKNAME)

    path = tmp_path / "project" / "data" / "salesforce" / "Contact.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    mine = next(r for r in rows if r["Email"] == BOB)
    newer = mine | {
        "Additional_Emails__c": NICKNAME,
        "SystemModstamp": "2026-04-28T08:00:00.000+0000",
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, newer])
    graph.run(as_of_ms=AS_OF_MS + 3)
    assert contact(graph, BOB) == bob != contact(graph, NICKNAME)
    refused = [s for s in graph.why_not(BOB, NICKNAME).steps if s.constraint]
    assert [(s.rule, s.constraint) for s in refused] == [("crm.additional_email", "cannot_link")]


def test_an_identifier_is_taken_out_for_good(graph: IdentityGraph) -> None:
    bob = contact(graph, BOB)
    done = graph.extract(NICKNAME, as_of_ms=AS_OF_MS + 1, actor="eva", write=True)
    assert (done["left"], done["effects"]) == ([f"email:{NICKNAME}"], None)
    graph.run(as_of_ms=AS_OF_MS + 2)
    assert contact(graph, BOB) == bob != contact(graph, NICKNAME)
    with pytest.raises(FixInput, match="all that"):
        graph.extract(NICKNAME, as_of_ms=AS_OF_MS + 3)


def test_a_merge_that_only_the_crm_can_make_is_a_suggestion_to_its_owner(
    graph: IdentityGraph, tmp_path: Path
) -> None:
    tried = graph.try_decision("same", *ACCOUNTS, actor="mia", as_of_ms=AS_OF_MS + 1)
    assert tried["refused"]["constraint"] == "anchor"
    graph.decide("same", *ACCOUNTS, actor="mia", reason="one firm", as_of_ms=AS_OF_MS + 1)
    graph.run(as_of_ms=AS_OF_MS + 2)
    said = next(d for d in graph.decisions() if d["actor"] == "mia")
    assert said["state"] == "blocked: anchor"
    assert len(waiting(graph, "blocked_same")) == 1
    written = export_merge_suggestions(graph, tmp_path / "out")
    with (tmp_path / "out" / f"{NAME}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert written.rows == len(rows) == 2
    by_object = {r["object"]: r for r in rows}
    account = by_object["account"]
    assert (account["keep_id"], account["merge_id"]) == (
        ACCOUNTS[0].split(":")[-1],
        ACCOUNTS[1].split(":")[-1],
    )
    assert (account["decided_by"], account["reason"]) == ("mia", "one firm")
    assert (by_object["contact"]["keep_name"], by_object["contact"]["decided_by"]) == (
        "Dora Dean",
        "",
    )


def test_an_answer_to_a_conflict_settles_it(graph: IdentityGraph) -> None:
    graph.decide("same", BOB, NAMESAKE, actor="mia", as_of_ms=AS_OF_MS + 1)
    graph.decide("different", BOB, NAMESAKE, actor="tom", as_of_ms=AS_OF_MS + 2)
    graph.run(as_of_ms=AS_OF_MS + 3)
    assert contact(graph, BOB) == contact(graph, NAMESAKE), "the first holds"
    row = graph.reviews(kind="decision_conflict")["reviews"][0]
    graph.answer_review(
        row["id"], "different", composition=row["composition"], as_of_ms=AS_OF_MS + 4, actor="lea"
    )
    graph.run(as_of_ms=AS_OF_MS + 5)
    assert waiting(graph, "decision_conflict") == []
    assert contact(graph, BOB) != contact(graph, NAMESAKE)
