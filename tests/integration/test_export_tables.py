"""Exports of a small sample: what one table says, the others say too; the same bytes, both forms.

The sample is generated (fixed seed, a twentieth of its size) and run once; tests count by plain
loops over the exported rows.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from math import fsum
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from identity.cli import app
from identity.export.braze import check, export_braze
from identity.export.tables import TABLES, export_tables
from identity.generate import generate_acme
from identity.graph import IdentityGraph

AS_OF_MS = 1_782_863_999_000
Row = dict[str, Any]


def make_project(folder: Path, repo_root: Path) -> Path:
    """Generate the sample into a folder and run it; one of its events counts as an order."""
    generate_acme(folder, seed=7, scale=0.05)
    text = (repo_root / "examples" / "acme" / "identity.yaml").read_text(encoding="utf-8")
    orders = "journeys:\n  orders: [report_starred]"
    (folder / "identity.yaml").write_text(text.replace("journeys:", orders), encoding="utf-8")
    with IdentityGraph.open(folder) as graph:
        graph.run(as_of_ms=AS_OF_MS)
    return folder


@pytest.fixture(scope="module")
def project(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("small_acme"), repo_root)


@pytest.fixture(scope="module")
def graph(project: Path) -> Iterator[IdentityGraph]:
    with IdentityGraph.open(project) as opened:
        yield opened


@pytest.fixture(scope="module")
def parquet(graph: IdentityGraph, project: Path) -> Path:
    export_tables(graph, project / "parquet")
    return project / "parquet"


@pytest.fixture(scope="module")
def tables(parquet: Path) -> dict[str, list[Row]]:
    return {path.stem: pl.read_parquet(path).to_dicts() for path in parquet.glob("*.parquet")}


def test_all_tables_have_rows_but_those_nothing_has_happened_for(
    tables: dict[str, list[Row]],
) -> None:
    empty = {name for name, rows in tables.items() if not rows}
    assert empty <= {"redirects", "reviews"}
    assert len(tables) == len(TABLES)


def test_exported_again_the_bytes_are_the_same(
    graph: IdentityGraph, parquet: Path, tmp_path: Path
) -> None:
    export_tables(graph, tmp_path)
    for path in sorted(parquet.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_csv_says_what_parquet_says(
    graph: IdentityGraph, tables: dict[str, list[Row]], tmp_path: Path
) -> None:
    export_tables(graph, tmp_path, format="csv")
    for name, rows in tables.items():
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file, strict=True))
        assert len(read) == len(rows), name
        for ours, theirs in zip(read, rows, strict=True):
            wanted = {column: as_csv(value) for column, value in theirs.items()}
            for column, value in theirs.items():
                if isinstance(value, float) and float(ours[column]) == value:
                    wanted[column] = ours[column]  # a number may be written in several ways
            assert ours == wanted, name


def as_csv(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
                f"{value.microsecond // 1000:03}Z"
            )
        case list():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case _:
            return str(value)


REFERENCES = (
    ("contacts", "company_id", "companies", "company_id"),
    ("memberships", "contact_id", "contacts", "contact_id"),
    ("memberships", "company_id", "companies", "company_id"),
    ("identifiers", "contact_id", "contacts", "contact_id"),
    ("identifiers", "company_id", "companies", "company_id"),
    ("opportunities", "company_id", "companies", "company_id"),
    ("workspaces", "company_id", "companies", "company_id"),
    ("user_workspaces", "contact_id", "contacts", "contact_id"),
    ("user_workspaces", "workspace_id", "workspaces", "workspace_id"),
    ("evidence", "src", "identifiers", "identifier"),
    ("evidence", "dst", "identifiers", "identifier"),
    ("refused", "src", "identifiers", "identifier"),
    ("events", "session_id", "sessions", "session_id"),
    ("events", "contact_id", "contacts", "contact_id"),
    ("journeys", "stage_id", "stages", "stage_id"),
    ("journeys", "session_id", "sessions", "session_id"),
    ("credit", "stage_id", "stages", "stage_id"),
    ("credit", "session_id", "sessions", "session_id"),
)


@pytest.mark.parametrize(("table", "column", "other", "key"), REFERENCES)
def test_what_a_row_names_is_there(
    tables: dict[str, list[Row]], table: str, column: str, other: str, key: str
) -> None:
    named = {row[column] for row in tables[table]} - {None}
    assert named
    assert named <= {row[key] for row in tables[other]}


def test_people_did_as_much_as_their_events_say(tables: dict[str, list[Row]]) -> None:
    done: dict[str, list[Row]] = defaultdict(list)
    for event in tables["events"]:
        if event["kind"] == "activity":
            for contact in event["contact_ids"] or ():
                done[contact].append(event)
    assert any(c["number_of_orders"] for c in tables["contacts"])
    for contact in tables["contacts"]:
        mine = done[contact["contact_id"]]
        orders = [e["at"] for e in mine if e["event_name"] == "report_starred"]
        times = [e["at"] for e in mine]
        assert contact["number_of_events"] == len(times)
        assert contact["number_of_orders"] == len(orders)
        assert contact["first_event"] == min(times, default=None)
        assert contact["most_recent_event"] == max(times, default=None)
        assert contact["most_recent_order"] == max(orders, default=None)


def test_each_session_is_its_first_event_and_has_all_of_its_events(
    tables: dict[str, list[Row]],
) -> None:
    of: dict[str, list[Row]] = defaultdict(list)
    for event in tables["events"]:
        of[event["session_id"]].append(event)
    of.pop(None, None)  # type: ignore[call-overload]  # events without an identifier
    for session in tables["sessions"]:
        mine = of.pop(session["session_id"], [])
        assert session["number_of_events"] == len(mine)
        if session["session_id"] == "unattributed":
            continue
        starts = [e for e in mine if e["is_session"]]
        assert [session["session_id"]] == [e["event_id"].replace("evt:", "ses_") for e in starts]
        assert session["started_at"] == starts[0]["at"] == min(e["at"] for e in mine)
        assert session["ended_at"] == max(e["at"] for e in mine)
    assert of == {}


def test_workspaces_and_companies_count_the_people_that_use_them(
    tables: dict[str, list[Row]],
) -> None:
    company = {w["workspace_id"]: w["company_id"] for w in tables["workspaces"]}
    inside: dict[str, set[str]] = defaultdict(set)
    associated: dict[str, set[str]] = defaultdict(set)
    for use in tables["user_workspaces"]:
        if use["valid_until"] is None and use["successor_user_id"] is None:
            inside[use["workspace_id"]].add(use["contact_id"])
            associated[company[use["workspace_id"]]].add(use["contact_id"])
    for workspace in tables["workspaces"]:
        assert workspace["number_of_users"] == len(inside[workspace["workspace_id"]])
    owned = Counter(company.values())
    for one in tables["companies"]:
        assert one["number_of_associated_users"] == len(associated[one["company_id"]])
        assert one["number_of_workspaces"] == owned[one["company_id"]]


def test_journeys_are_numbered_from_both_ends_and_lie_before_their_stage(
    tables: dict[str, list[Row]],
) -> None:
    stages = {s["stage_id"]: s for s in tables["stages"]}
    sessions = {s["session_id"]: s for s in tables["sessions"]}
    steps: dict[str, list[Row]] = defaultdict(list)
    for step in tables["journeys"]:
        steps[step["stage_id"]].append(step)
    for stage, listed in steps.items():
        length = len(listed)
        assert [s["position"] for s in listed] == list(range(1, length + 1))
        assert [s["from_end"] for s in listed] == list(range(length, 0, -1))
        times = [sessions[s["session_id"]]["started_at"] for s in listed]
        assert times == sorted(times)
        assert times[-1] < stages[stage]["at"]


def test_credit_adds_up_to_the_stage_to_the_minor_unit(tables: dict[str, list[Row]]) -> None:
    stages = {s["stage_id"]: s for s in tables["stages"]}
    weights: dict[tuple[str, str], list[float]] = defaultdict(list)
    values: Counter[tuple[str, str]] = Counter()
    for row in tables["credit"]:
        key = (row["model"], row["stage_id"])
        weights[key].append(row["weight"])
        values[key] += row["value_minor"] or 0
    models = {model for model, _ in weights}
    assert len(weights) == len(models) * len(stages)
    for key, shares in weights.items():
        assert abs(fsum(shares) - 1) <= 1e-9, key
        assert min(shares) >= 0, key
        assert values[key] == (stages[key[1]]["value_base_minor"] or 0), key


def test_the_manifest_says_what_was_written(parquet: Path) -> None:
    manifest = json.loads((parquet / "manifest.json").read_bytes())
    assert manifest["as_of"] == "2026-06-30T23:59:59Z"
    assert manifest["run"] == 1
    for file in manifest["files"]:
        assert pl.scan_parquet(parquet / file["file"]).collect().height == file["rows"]


# Braze


@pytest.fixture(scope="module")
def braze(graph: IdentityGraph, project: Path) -> Path:
    export_braze(graph, project / "braze")
    return project / "braze"


def bodies(folder: Path, name: str, part: str) -> list[Row]:
    files = sorted((folder / name).glob("*.json"))
    return [one for file in files for one in json.loads(file.read_bytes())[part]]


def test_braze_would_take_every_file(braze: Path) -> None:
    files = len(list(braze.rglob("*.*"))) - len(("manifest.json", "ledger.json"))
    assert check(braze) == files


def test_everybody_with_a_crm_record_goes_out_once(
    braze: Path, tables: dict[str, list[Row]]
) -> None:
    people: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in tables["identifiers"]:
        if one["scope"] == "salesforce" and one["contact_id"] and not one["deleted"]:
            people[one["contact_id"]][one["object"]].append(one["value"])
    profiles = [a["external_id"] for a in bodies(braze, "users_track", "attributes")]
    assert len(profiles) == len(set(profiles)) == len(people)
    for ids in people.values():
        assert len(set(profiles) & set(ids["contact"] or ids["lead"])) == 1


def test_users_are_linked_to_the_accounts_they_are_members_of(
    braze: Path, tables: dict[str, list[Row]]
) -> None:
    account = {
        c["company_id"]: c["primary_crm_id"].rpartition(":")[2]
        for c in tables["companies"]
        if c["primary_crm_id"]
    }
    external = {
        one["value"]: one["contact_id"]
        for one in tables["identifiers"]
        if one["scope"] == "salesforce" and one["object"] in ("contact", "lead")
    }
    sent = Counter(
        (external[e["external_id"]], e["properties"]["account_id"])
        for e in bodies(braze, "users_track", "events")
    )
    profiles = {external[a["external_id"]] for a in bodies(braze, "users_track", "attributes")}
    members = {
        (m["contact_id"], account[m["company_id"]])
        for m in tables["memberships"]
        if m["valid_until"] is None and m["company_id"] in account and m["contact_id"] in profiles
    }
    assert set(sent) == members
    assert set(sent.values()) == {1}


def test_a_new_run_without_news_sends_nothing(
    graph: IdentityGraph, project: Path, braze: Path, tmp_path: Path
) -> None:
    for name in ("ledger.json",):
        (tmp_path / name).write_bytes((braze / name).read_bytes())
    made = export_braze(graph, tmp_path)
    sent = {n: made.counts[n] for n in ("aliases", "merges", "attributes", "events")}
    assert sent == {"aliases": 0, "merges": 0, "attributes": 0, "events": 0}
    assert check(tmp_path) == 4


# Redirects, and the commands


def product_only(out: Path) -> list[str]:
    """Addresses of people whom only the product knows."""
    rows = pl.read_parquet(out / "contacts.parquet").filter(
        pl.col("user_id").is_not_null() & pl.col("primary_crm_id").is_null()
    )
    return rows["email"].drop_nulls().sort().to_list()


def test_old_ids_lead_to_the_live_one_at_the_end_of_all_merges(
    repo_root: Path, tmp_path: Path
) -> None:
    generate_acme(tmp_path, seed=7, scale=0.05)
    yaml = (repo_root / "examples" / "acme" / "identity.yaml").read_text(encoding="utf-8")
    (tmp_path / "identity.yaml").write_text(yaml, encoding="utf-8")
    decisions = tmp_path / "data" / "decisions" / "merged_user.csv"
    chosen: list[str] = []
    ids = []
    for turn in range(3):
        if turn:
            text = decisions.read_text(encoding="utf-8").rstrip("\n")
            pair = ",".join(chosen[turn - 1 : turn + 1])
            decisions.write_text(f"{text}\n{pair}\n", encoding="utf-8")
        with IdentityGraph.open(tmp_path) as graph:
            graph.run(as_of_ms=AS_OF_MS + turn)
            export_tables(graph, tmp_path / "out")
            chosen = chosen or product_only(tmp_path / "out")[:3]
            ids.append([graph.lookup("email", e)["contacts"][0]["id"] for e in chosen])
    assert len(set(ids[0])) == 3
    final = ids[2][0]
    assert ids[2] == [final] * 3
    redirects = {
        r["old_id"]: r for r in pl.read_parquet(tmp_path / "out/redirects.parquet").to_dicts()
    }
    for old in set(ids[0]) - {final}:
        assert (redirects[old]["redirect"], redirects[old]["state"]) == (final, "merged")
        assert redirects[old]["successors"] == [final]
    living = pl.read_parquet(tmp_path / "out" / "contacts.parquet")["contact_id"].to_list()
    assert not set(redirects) & set(living)


def test_commands(repo_root: Path, tmp_path: Path) -> None:
    folder = make_project(tmp_path / "project", repo_root)

    def run_cli(*words: str) -> Result:
        return CliRunner().invoke(app, ["export", *words, "--project", str(folder)])

    made = run_cli("tables", "--out", str(tmp_path / "csv"), "--format", "csv")
    assert made.exit_code == 0, made.output
    assert "contacts.csv" in made.output
    assert (tmp_path / "csv" / "credit.csv").is_file()
    as_json = run_cli("tables", "--out", str(tmp_path / "parquet"), "--output", "json")
    assert json.loads(as_json.output)["contacts.parquet"]["rows"] > 0
    sent = run_cli("braze", "--out", str(tmp_path / "braze"), "--check")
    assert sent.exit_code == 0, sent.output
    assert "files read again" in sent.output
    assert run_cli("tables").exit_code == 2
    assert run_cli("tables", "--out", str(tmp_path), "--format", "xml").exit_code == 2
    described = CliRunner().invoke(app, ["export", "tables", "--describe"])
    assert described.output.startswith("# Exported tables")
