"""The change feed at the command line: for people, and a line an object for pipelines."""

from __future__ import annotations

import json
from pathlib import Path

from identity.graph import IdentityGraph
from tests.unit.cli.conftest import Command


def test_json_lines_are_the_whole_feed_in_order(identity: Command, acme: Path) -> None:
    outcome = identity("changes", "--project", acme, "--json")
    rows = [json.loads(line) for line in outcome.out.splitlines()]
    with IdentityGraph.open(acme, store="embedded") as graph:
        assert len(rows) == graph.revision().changes
        page = graph.changes(limit=len(rows))
    assert [r["seq"] for r in rows] == list(range(1, len(rows) + 1))
    assert [dict(r) for r in page.rows] == rows
    assert not page.has_more
    assert {"created", "refused", "stage.reached"} <= {r["type"] for r in rows}
    assert all(r["cause"]["run"] for r in rows)


def test_from_a_number_on_and_at_most_so_many(identity: Command, acme: Path) -> None:
    some = identity("changes", "--project", acme, "--json", "--since", "7", "--limit", "3")
    assert [json.loads(line)["seq"] for line in some.out.splitlines()] == [8, 9, 10]
    text = identity("changes", "--project", acme, "--since", "7", "--limit", "3").out.splitlines()
    assert len(text) == 7
    assert text[-1] == "there is more: --since 10"
    assert all("because" in line for line in text[1:-1:2])


def test_of_one_type(identity: Command, acme: Path) -> None:
    lines = identity("changes", "--project", acme, "--json", "--type", "refused").out.splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows
    assert {r["type"] for r in rows} == {"refused"}
    assert all("constraint" in r["cause"] for r in rows)
    first = identity(
        "changes", "--project", acme, "--json", "--type", "refused", "--limit", "1"
    ).out.splitlines()
    assert [json.loads(line) for line in first] == rows[:1]


def test_the_end_of_the_feed(identity: Command, acme: Path) -> None:
    outcome = identity("changes", "--project", acme, "--since", str(10**9))
    assert (outcome.code, outcome.out) == (0, f"nothing changed after {10**9:,}\n")
    wrong = identity("changes", "--project", acme, "--type", "renamed")
    assert wrong.code == 2
    assert "membership.changed" in wrong.err
