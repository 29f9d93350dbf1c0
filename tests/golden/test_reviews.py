"""Questions, and proposals to part what was merged, as people and programs get them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from identity.graph import IdentityGraph
from identity.reviewing import text
from tests.golden.conftest import AS_OF_MS, compare, labels_of
from tests.support.reviewed import lay_out

Golden = Callable[[str, str], None]
ANN_OLD = "a.archer@northwind-glass.de"


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityGraph]:
    folder = lay_out(tmp_path_factory.mktemp("reviewed") / "project")
    with IdentityGraph.open(folder, store="embedded") as graph:
        graph.run(as_of_ms=AS_OF_MS)
        yield graph


@pytest.fixture(scope="module")
def golden(reviewed: IdentityGraph) -> Golden:
    labels = labels_of(reviewed)
    return lambda name, found: compare(name, found, labels)


def as_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)


def test_list(reviewed: IdentityGraph, golden: Golden) -> None:
    answer = reviewed.reviews(limit=4)
    golden("reviews-list.txt", "\n".join(text.list_lines(answer)))
    golden("reviews-list.json", as_json(answer))


QUESTIONS = ("ambiguous_domain", "same_person", "same_company", "duplicate_in_crm")


@pytest.mark.parametrize("question", QUESTIONS)
def test_show(reviewed: IdentityGraph, golden: Golden, question: str) -> None:
    review = reviewed.reviews(kind=question)["reviews"][0]["id"]
    answer = reviewed.review(review)
    name = question.replace("_", "-")
    golden(f"reviews-show-{name}.txt", "\n".join(text.review_lines(answer)))
    golden(f"reviews-show-{name}.json", as_json(answer))


def test_an_answer_that_was_written(
    reviewed: IdentityGraph, golden: Golden, tmp_path: Path
) -> None:
    with IdentityGraph(reviewed.config, reviewed.store.scratch(tmp_path)) as copy:
        row = copy.reviews(kind="same_person")["reviews"][0]
        answer = copy.answer_review(
            row["id"], "same", composition=row["composition"], as_of_ms=AS_OF_MS, actor="mia"
        )
        listed = copy.reviews(kind="same_person")
    golden("reviews-answer.json", as_json(answer))
    golden("reviews-list-answered.txt", "\n".join(text.list_lines(listed)))
    golden("reviews-list-answered.json", as_json(listed))


def test_extract(reviewed: IdentityGraph, golden: Golden) -> None:
    answer = reviewed.extract(ANN_OLD, as_of_ms=AS_OF_MS, actor="mia")
    lines = text.parting_lines(answer, command=f"identity decisions extract {ANN_OLD}")
    golden("decisions-extract.txt", "\n".join(lines))
    golden("decisions-extract.json", as_json(answer))


def test_revert_of_a_step(reviewed: IdentityGraph, golden: Golden) -> None:
    bob = reviewed.lookup("email", "bobby.baker@web.de")["contacts"][0]["id"]
    steps = reviewed.how(bob).merges
    joined = next(m.number for m in steps if m.step.rule == "decision.same_person")
    answer = reviewed.revert(bob, as_of_ms=AS_OF_MS, step=joined, actor="mia")
    lines = text.parting_lines(answer, command=f"identity decisions revert {bob} --step {joined}")
    golden("decisions-revert.txt", "\n".join(lines))
    golden("decisions-revert.json", as_json(answer))


def test_one_decision_before_it_is_taken(reviewed: IdentityGraph, golden: Golden) -> None:
    answer = reviewed.try_decision(
        "mark-shared", "dora@harbour-steel.com", actor="mia", as_of_ms=AS_OF_MS
    )
    golden("decisions-add-preview.txt", "\n".join(text.decision_lines(answer)))
    golden("decisions-add-preview.json", as_json(answer))
