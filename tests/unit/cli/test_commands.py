"""The commands that look into a project: what they print, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from identity import config
from identity.graph import IdentityGraph
from identity.store import queries
from tests.unit.cli.conftest import Command


def planted(acme: Path, case: str) -> list[str]:
    notes: dict[str, list[list[str]]] = json.loads((acme / "truth/notes.json").read_text())
    return notes[case][0]


def test_init_makes_a_project_that_runs(identity: Command, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "acme"
    made = identity("init", folder, "--template", "acme", "--scale", "0.02", "--seed", "3")
    assert made.code == 0
    assert f"identity run --project {folder}" in made.out
    ran = identity("run", "--project", folder)
    assert ran.code == 0
    assert "contacts" in ran.out
    assert ".identity/" in (folder / ".gitignore").read_text()


def test_init_of_a_blank_project_names_it_by_its_folder(identity: Command, tmp_path: Path) -> None:
    for name, project in (("My Shop", "my-shop"), ("2026", "my-project"), ("shop_2", "shop_2")):
        assert identity("init", tmp_path / name).code == 0
        assert config.load(tmp_path / name).project == project
        assert identity("run", "--project", tmp_path / name).code == 0


def test_init_makes_a_project_of_the_folder_one_is_in(
    identity: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert identity("init").code == 0
    assert config.load(folder).project == "shop"
    assert identity("run").code == 0


@pytest.mark.parametrize("there", ["identity.yaml", "data/own.csv", "truth/own.csv"])
def test_init_overwrites_nothing(identity: Command, tmp_path: Path, there: str) -> None:
    path = tmp_path / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    outcome = identity("init", tmp_path, "--template", "acme", "--scale", "0.02")
    assert (outcome.code, outcome.out) == (2, "")
    assert str(tmp_path / there.partition("/")[0]) in outcome.err
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert path.read_text() == "mine"


def test_init_into_a_file(identity: Command, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert identity("init", tmp_path / "x").code == 2


def test_the_sample_of_the_repository_is_the_template(repo_root: Path) -> None:
    template = repo_root / "identity" / "templates" / "acme" / "identity.yaml"
    sample = repo_root / "examples" / "acme" / "identity.yaml"
    assert sample.read_text() == template.read_text(), f"copy {template} to {sample}"


def test_quarantine(identity: Command, acme: Path) -> None:
    rows = identity("quarantine", "--project", acme, "--output", "json").json
    assert {"file", "row", "column", "code", "message", "fix", "masked"} <= set(rows[0])
    assert [(r["file"], r["row"]) for r in rows] == sorted((r["file"], r["row"]) for r in rows)
    text = identity("quarantine", "--project", acme).out.splitlines()
    assert len(text) == len(rows) + 2
    assert "E_EMAIL_SYNTAX" in "".join(text)


def test_a_timeline_is_in_order_and_by_any_name_of_its_entity(
    identity: Command, acme: Path
) -> None:
    with IdentityGraph.open(acme, store="embedded") as graph:
        row = graph.store.read("explain/stages_of", identifier=planted(acme, "converted_lead")[0])[
            0
        ]
        stage = graph.store.read("explain/stage", id=row["id"])[0]
        contact = graph.lookup("identifier", stage["identifier"])["contacts"][0]["id"]
    by_id = identity("timeline", contact, "--project", acme, "--output", "json").json
    by_identifier = identity(
        "timeline", stage["identifier"], "--project", acme, "--output", "json"
    ).json
    assert by_id == by_identifier
    times = [e["at"] for e in by_id["entries"]]
    assert times == sorted(times)
    assert row["id"] in {e["id"] for e in by_id["entries"] if e["entry"] == "stage"}
    text = identity("timeline", contact, "--project", acme, "--limit", "1").out.splitlines()
    assert len(text) == (3 if len(times) > 1 else 2)


def test_the_timeline_of_a_company_holds_that_of_its_members(identity: Command, acme: Path) -> None:
    with IdentityGraph.open(acme, store="embedded") as graph:
        sessions = {
            c["entity"]: [
                s["id"] for s in graph.store.read("explain/contact_sessions", id=c["entity"])
            ]
            for c in graph.store.read("journey/resolved_contacts")
        }
        busiest = max(sessions, key=lambda c: (len(sessions[c]), c))
        companies = graph.lookup("id", busiest)["companies"]
    assert companies
    company = identity("timeline", companies[0]["id"], "--project", acme, "--output", "json").json
    found = {e["id"] for e in company["entries"]}
    assert set(sessions[busiest]) <= found
    assert len(found) == len(company["entries"])


def test_a_journey_and_the_stages_to_choose_from(identity: Command, acme: Path) -> None:
    with IdentityGraph.open(acme, store="embedded") as graph:
        rows = graph.store.read("journey/stored_stages")
    won = next(r for r in sorted(rows, key=lambda r: r["id"]) if r["kind"] == "won")
    answer = identity("journey", won["id"], "--project", acme, "--output", "json").json
    assert (answer["stage"]["id"], answer["stage"]["kind"]) == (won["id"], "won")
    assert all(s["at_ms"] < won["at_ms"] for s in answer["sessions"])
    assert identity("journey", won["id"], "--project", acme).out.startswith(won["name"])
    deal = won["id"].removeprefix("stg_won:").rpartition(":")[0]
    several = identity("journey", deal, "--project", acme)
    assert several.code == 2
    assert won["id"] in several.err
    nothing = identity("journey", "stg_won:crm:salesforce:opportunity:nope:1", "--project", acme)
    assert (nothing.code, nothing.out) == (2, "")


def test_credit_adds_up_whatever_it_is_summed_by(identity: Command, acme: Path) -> None:
    sums = set()
    for by in ("channel", "source", "campaign", "landing", "content", "country"):
        rows = identity("credit", "--by", by, "--project", acme, "--output", "json").json
        sums.add((sum(r["value_minor"] for r in rows), round(sum(r["weight"] for r in rows), 6)))
    assert len(sums) == 1
    value, weight = sums.pop()
    assert value > 0
    assert weight == round(weight)
    text = identity("credit", "--project", acme).out
    assert text.startswith("credit by channel, linear, in EUR")
    narrowed = identity("credit", "--project", acme, "--to", "2025-01", "--output", "json").json
    assert sum(r["value_minor"] for r in narrowed) < value


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--model", "magic"), "linear"),
        (("--stage", "magic"), "won"),
        (("--from", "June"), "2026-01"),
        (("--to", "2026-6"), "2026-01"),
    ],
)
def test_credit_of_what_is_not_there(
    identity: Command, acme: Path, options: tuple[str, str], word: str
) -> None:
    outcome = identity("credit", *options, "--project", acme)
    assert (outcome.code, outcome.out) == (2, "")
    assert options[1] in outcome.err
    assert word in outcome.err


def test_queries_are_listed_run_and_checked(identity: Command, acme: Path) -> None:
    listed = identity("query", "list").out.splitlines()
    assert len(listed) == len(queries.names("analyst"))
    unknown = identity("query", "stage_jorney", "--project", acme)
    assert (unknown.code, unknown.out) == (2, "")
    assert "stage_journey" in unknown.err
    missing = identity("query", "stage_journey", "--project", acme)
    assert missing.code == 2
    assert "stage (string)" in missing.err
    wrong = identity("query", "top_paths", "--param", "n=many", "--project", acme)
    assert wrong.code == 2


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [
        ("email", "nobody@nobody-knows.de", "is not in the graph"),
        ("email", "ann@", "not an e-mail"),
        ("mail", "a@b.de", "email"),
        ("id", "con_nope", "never was"),
        ("id", "42", "canonical id"),
        ("contact", "0035e0000", "Salesforce id"),
    ],
)
def test_lookups_of_what_is_not_there(
    identity: Command, acme: Path, kind: str, value: str, word: str
) -> None:
    outcome = identity("lookup", kind, value, "--project", acme)
    assert (outcome.code, outcome.out) == (2, "")
    assert word in outcome.err


def test_a_name_cannot_drive_the_terminal(identity: Command, tmp_path: Path) -> None:
    (tmp_path / "identity.yaml").write_text(
        "project: p\nprimary_crm: crm\nsources:\n"
        "  - {name: crm, system: custom, path: p.csv, object: contact, id: id,\n"
        "     identifiers: [{kind: email, column: email}], attributes: {name: name}}\n"
    )
    (tmp_path / "p.csv").write_text("id,email,name\n1,a@b.de,\x1b]0;owned\x07\x1b[31mAnn\n")
    assert identity("run", "--project", tmp_path).code == 0
    shown = identity("lookup", "email", "a@b.de", "--project", tmp_path)
    assert shown.code == 0
    assert "Ann" in shown.out
    assert "\x1b" not in shown.out
    assert "\x07" not in shown.out


def test_the_schemas_are_printed(identity: Command) -> None:
    for name in identity("schema", "list").out.split():
        outcome = identity("schema", name)
        assert outcome.code == 0
        assert name == "errors" or json.loads(outcome.out)
    assert identity("schema", "nonsense").code == 2


def test_sources_are_checked_without_a_graph(identity: Command, tmp_path: Path) -> None:
    assert identity("init", tmp_path / "p", "--template", "acme", "--scale", "0.02").code == 0
    text = identity("sources", "check", "--project", tmp_path / "p")
    assert text.code == 0
    assert "data/salesforce/Contact.csv" in text.out
    assert not (tmp_path / "p" / ".identity").exists()
    (tmp_path / "p/data/web/events.jsonl").unlink()
    (tmp_path / "p/data/salesforce/Contact.csv").write_text("sep=;\n")
    broken = identity("sources", "check", "--project", tmp_path / "p", "--output", "json")
    assert broken.code == 1
    failed = {c["name"]: c["message"] for c in broken.json["checks"] if c["status"] == "fail"}
    assert set(failed) == {"source salesforce", "source web"}
    assert "data/salesforce/Contact.csv:1" in failed["source salesforce"]
