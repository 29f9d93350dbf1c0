"""Decisions as files: what was written is read again, what is wrong is named with its row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from identity import deciding
from identity.decision_lint import lint
from identity.errors import FileError, FixInput
from identity.graph import IdentityGraph
from identity.said import Said

AT_MS = 1_777_600_000_000
ANN, BOB, CY = "email:ann@acme.com", "email:bob@acme.com", "email:cy@acme.com"


def project(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "identity.yaml").write_text(
        "project: files\nrules: {free_mail: {base: builtin, add: [post.example.de]}}\n"
    )
    return folder


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[IdentityGraph]:
    with IdentityGraph.open(project(tmp_path / "one"), store="embedded") as opened:
        yield opened


def told(graph: IdentityGraph) -> list[dict[str, Any]]:
    gone = ("row", "withdrawn_by", "withdrawn_ms", "state")
    rows = [{k: v for k, v in row.items() if k not in gone} for row in graph.decisions()]
    return sorted(rows, key=lambda r: r["id"])


@pytest.mark.parametrize("name", ["decisions.csv", "decisions.jsonl"])
def test_what_was_exported_is_imported_as_it_was(
    graph: IdentityGraph, tmp_path: Path, name: str
) -> None:
    pairs = tmp_path / "merged_user.csv"
    pairs.write_text("old_email,new_email\nAnn@Acme.com,bob@acme.com\n")
    graph.import_decisions(pairs, source="merged_user", as_of_ms=AT_MS)
    graph.decide(
        "different",
        ANN,
        CY,
        as_of_ms=AT_MS,
        actor="mia",
        reason='says "no", twice',
        expires_ms=AT_MS + 5,
        supersedes="dec_1 dec_2",
    )
    graph.decide("mark-shared", "office@acme.com", as_of_ms=AT_MS + 1)
    last = graph.decisions()[-1]["id"]
    assert graph.undo_decision(last, actor="mia", at_ms=AT_MS + 2) is False
    path = tmp_path / name
    assert graph.export_decisions(path) == 3
    with IdentityGraph.open(project(tmp_path / "two"), store="embedded") as other:
        counts = other.import_decisions(path, source="file", as_of_ms=AT_MS)
        assert counts == {"read": 3, "applied": 3, "unchanged": 0}
        assert told(other) == told(graph)
        other.export_decisions(tmp_path / f"again-{name}")
        counts = other.import_decisions(path, source="file", as_of_ms=AT_MS)
        assert counts == {"read": 3, "applied": 0, "unchanged": 3}
    assert (tmp_path / f"again-{name}").read_bytes() == path.read_bytes()


WRONG = {
    "broken.jsonl": ('{"action": "same"\n', "broken.jsonl:1", "is not JSON"),
    "list.jsonl": ("\n[1]\n", "list.jsonl:2", "is not a JSON object"),
    "binary.csv": (b"old_email,new_email\n\xff\xfe,x\n", "binary.csv", "cannot be read"),
    "columns.csv": ("from,to\na@b.de,c@d.de\n", "columns.csv", "row 2: lacks action, left"),
    "value.csv": ("old_email,new_email\nnobody,c@d.de\n", "value.csv", "row 2"),
    "action.csv": ("action,left,right\nmerge,a@b.de,c@d.de\n", "row 2", "no action 'merge'"),
    "one.csv": ("action,left\nsame,a@b.de\n", "row 2", "same takes two identifiers"),
    "two.csv": (
        "action,left,right\nmark_shared,a@b.de,c@d.de\n",
        "row 2",
        "mark_shared takes one identifier",
    ),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_file_is_refused_whole(graph: IdentityGraph, tmp_path: Path, name: str) -> None:
    content, place, message = WRONG[name]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FixInput) as caught:
        graph.import_decisions(path, source="file", as_of_ms=AT_MS)
    assert place in str(caught.value)
    assert message in str(caught.value)
    assert graph.decisions() == []


def test_a_file_that_is_not_there(graph: IdentityGraph, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        graph.lint_decisions(tmp_path / "none.csv")


LINTED = {
    "E_MERGE_CYCLE": ("old_email,new_email", ["a@x.de,b@x.de", "b@x.de,c@x.de", "c@x.de,a@x.de"]),
    "E_MERGE_CONFLICT": ("old_email,new_email", ["a@x.de,b@x.de", "a@x.de,c@x.de"]),
    "E_SELF_MERGE": ("old_email,new_email", ["a@x.de,A@x.de"]),
    "E_FREEMAIL_MERGE": ("old_domain,new_domain", ["acme.com,gmail.com"]),
    "E_CONTRADICTION": (
        "action,left,right",
        ["same,a@x.de,b@x.de", "different,b@x.de,a@x.de"],
    ),
    "E_PLANES": ("action,left,right", ["same,a@x.de,acme.com"]),
    "E_ACTION": ("action,left,right", ["merge,a@x.de,b@x.de"]),
    "E_PAIR": ("action,left,right", ["different,a@x.de,"]),
}


@pytest.mark.parametrize("code", sorted(LINTED))
def test_the_lint_names_what_cannot_hold_and_all_its_rows(
    graph: IdentityGraph, tmp_path: Path, code: str
) -> None:
    header, rows = LINTED[code]
    path = tmp_path / "rows.csv"
    fine = {"old_email,new_email": "p@x.de,q@x.de", "old_domain,new_domain": "p.de,q.de"}
    path.write_text("\n".join([header, fine.get(header, "same,p@x.de,q@x.de"), *rows]) + "\n")
    found = graph.lint_decisions(path)
    assert [f.code for f in found] == [code]
    assert sorted(found[0].where) == [f"rows.csv, row {n}" for n in range(3, 3 + len(rows))]


def test_what_is_free_mail_is_said_by_the_project(graph: IdentityGraph) -> None:
    said = Said("same", "domain:acme.com", "domain:post.example.de")
    assert lint([said]) == []
    assert [f.code for f in lint([said], graph.config)] == ["E_FREEMAIL_MERGE"]
    with pytest.raises(FixInput, match="free-mail"):
        graph.decide("same", "acme.com", "post.example.de", as_of_ms=AT_MS)


def test_what_was_taken_back_contradicts_nothing() -> None:
    held = Said("same", ANN, BOB, source="a", row=1)
    assert lint([held, Said("different", ANN, BOB, source="a", row=2, withdrawn=True)]) == []
    assert len(lint([held, Said("different", ANN, BOB, source="a", row=2)])) == 1


def test_all_decisions_of_a_graph_can_be_linted(graph: IdentityGraph) -> None:
    graph.decide("same", ANN, BOB, as_of_ms=AT_MS, actor="mia")
    graph.decide("different", BOB, ANN, as_of_ms=AT_MS, actor="tom")
    assert [f.code for f in graph.lint_decisions()] == ["E_CONTRADICTION"]
    assert {d.action for d in deciding.held(graph.store)} == {"same", "different"}
