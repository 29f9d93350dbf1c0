"""The commands for questions and for taking merges back: what they print, write and refuse."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from identity.graph import IdentityGraph
from identity.resolve.reviews.model import QUESTIONS
from tests.unit.cli.conftest import Command


@pytest.fixture
def project(acme: Path, tmp_path: Path) -> Path:
    """A copy of the small sample that may be written to."""
    return Path(shutil.copytree(acme, tmp_path / "acme"))


def listed(identity: Command, project: Path, *more: str) -> Any:
    return identity("reviews", "list", "--project", project, "-o", "json", *more).json


def test_the_list_is_ranked_cut_and_says_so(identity: Command, acme: Path) -> None:
    whole = listed(identity, acme, "--limit", "1000")
    assert whole["total"] == len(whole["reviews"]) > 3
    values = [r["value_minor"] for r in whole["reviews"]]
    assert values == sorted(values, reverse=True)
    assert listed(identity, acme, "--limit", "2")["reviews"] == whole["reviews"][:2]
    text = identity("reviews", "list", "--project", acme, "--limit", "2").out.splitlines()
    assert text[-1] == f"{whole['total']} in all, {whole['total'] - 2} not shown"
    some = whole["reviews"][0]["question"]
    assert {r["question"] for r in listed(identity, acme, "--kind", some)["reviews"]} == {some}


def test_a_kind_that_is_none_names_all(identity: Command, acme: Path) -> None:
    outcome = identity("reviews", "list", "--project", acme, "--kind", "mergers")
    assert (outcome.code, outcome.out) == (2, "")
    assert all(name in outcome.err for name in QUESTIONS)


def test_a_question_that_is_not_there(identity: Command, acme: Path) -> None:
    for arguments in (("show", "rev_1"), ("answer", "rev_1", "same", "--hash", "x")):
        outcome = identity("reviews", *arguments, "--project", acme)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith("error E_NOT_FOUND: no question rev_1 waits. ")


def test_an_answer_needs_the_hash_of_today(identity: Command, project: Path) -> None:
    row = listed(identity, project, "--kind", "same_person")["reviews"][0]
    where = ("--project", project)
    assert identity("reviews", "answer", row["id"], "same", *where).code == 2
    stale = identity("reviews", "answer", row["id"], "same", "--hash", "0" * 16, *where)
    assert (stale.code, stale.out) == (2, "")
    assert stale.err.startswith(f"error E_STALE_PROPOSAL: {row['id']} is about others now")
    assert row["composition"] in stale.err
    tried = identity("reviews", "show", row["id"], "--answer", "yes", *where)
    assert (tried.code, tried.out) == (2, "")
    assert "Answers: same, different, unsure." in tried.err
    unknown = identity("reviews", "answer", row["id"], "yes", "--hash", row["composition"], *where)
    assert "Answers: same, different, unsure." in unknown.err
    done = identity(
        *("reviews", "answer", row["id"], "same", "--hash", row["composition"]),
        *("--actor", "mia", "--reason", "asked her", *where),
    )
    assert done.code == 0
    with IdentityGraph.open(project, store="embedded") as graph:
        said = [d for d in graph.decisions() if d["actor"] == "mia"]
    assert [(d["action"], d["reason"], d["state"]) for d in said] == [("same", "asked her", None)]
    assert f"undo {said[0]['id']} --together" in done.out
    shown = identity("reviews", "show", row["id"], "--no-effects", *where).out
    assert f"answered same by mia ({said[0]['id']})" in shown


def test_taking_out_shows_first_and_writes_only_when_told(identity: Command, project: Path) -> None:
    with IdentityGraph.open(project, store="embedded") as graph:
        row = next(
            d for d in graph.decisions() if d["action"] == "same" and d["state"] == "applied"
        )
    command = ("decisions", "extract", row["left"], "--project", project)
    preview = identity(*command)
    assert preview.code == 0
    assert "Nothing was written." in preview.out
    stale = identity(*command, "--yes", "--hash", "0")
    assert (stale.code, stale.out) == (2, "")
    made = identity(*command, "--yes", "-o", "json").json
    assert made["written"] == len(made["decisions"]) > 0
    assert made["composition"] in preview.out
    replaced = {
        d["id"] for d in identity("decisions", "list", "--project", project, "-o", "json").json
    }
    assert {d["id"] for d in made["decisions"]} <= replaced
    undone = identity(
        *("decisions", "undo", made["decisions"][0]["id"], "--together"),
        *("--project", project, "-o", "json"),
    ).json
    assert sorted(undone["decisions"]) == sorted(d["id"] for d in made["decisions"])


def test_a_merge_that_is_none_is_not_taken_back(identity: Command, acme: Path) -> None:
    assert identity("decisions", "revert", "con_1", "--project", acme).code == 2
    with IdentityGraph.open(acme, store="embedded") as graph:
        single = next(
            c["entity"]
            for c in graph.store.read("journey/resolved_contacts")
            if len(graph.lookup("id", c["entity"])["identifiers"]) == 1
        )
    for more in ((), ("--step", "1")):
        outcome = identity("decisions", "revert", single, *more, "--project", acme)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"identity how {single}" in outcome.err


def test_a_decision_is_tried_before_it_is_taken(identity: Command, project: Path) -> None:
    row = listed(identity, project, "--kind", "ambiguous_domain")["reviews"][0]
    domain = next(p["identifier"] for p in row["parts"] if p["identifier"].startswith("domain:"))
    before = identity("decisions", "list", "--project", project).out
    command = ("decisions", "add", "mark-shared", domain, "--project", project)
    tried = identity(*command, "--preview", "-o", "json").json
    assert tried["refused"] is None
    assert tried["effects"]["counts"] == {"decided": 1}
    assert identity("decisions", "list", "--project", project).out == before
    assert identity(*command).code == 0
    assert "mark_shared" in identity("decisions", "list", "--project", project).out
