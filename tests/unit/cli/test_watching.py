"""What changed and how the graph is, at the command line: for people, and for pipelines."""

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


def test_health_is_a_table_with_bands(identity: Command, acme: Path) -> None:
    outcome = identity("health", "--project", acme, "--json")
    found = outcome.json
    assert outcome.code == (0 if found["healthy"] else 1)
    text = identity("health", "--project", acme).out
    for figure in found["figures"]:
        assert figure["says"] in text
    assert f"after run {found['run']}" in text


def test_a_figure_out_of_its_band_ends_with_1(identity: Command, acme: Path) -> None:
    settings = acme / "identity.yaml"
    plain = settings.read_text(encoding="utf-8")
    try:
        settings.write_text(plain + "\nhealth: {largest_component: [0, 1]}\n", encoding="utf-8")
        outcome = identity("health", "--project", acme)
        assert outcome.code == 1
        assert "out of their band: largest_component" in outcome.out
        settings.write_text(plain + "\nhealth: {refused: [0.5, 0.1]}\n", encoding="utf-8")
        wrong = identity("health", "--project", acme)
        assert wrong.code == 2
        assert "the band of refused ends before it begins" in wrong.err
        settings.write_text(plain + "\nhealth: {refusd: [0, 1]}\n", encoding="utf-8")
        assert "Did you mean 'refused'?" in identity("health", "--project", acme).err
    finally:
        settings.write_text(plain, encoding="utf-8")
