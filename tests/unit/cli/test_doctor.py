"""`identity doctor`: each thing that can be wrong is found, and its remedy named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from identity import config
from identity.doctor import Check, Report, Status, examine, machine, project
from identity.doctor import store as of_graph
from identity.graph import IdentityGraph
from tests.unit.cli.conftest import AS_OF_MS, Command

NOW_MS = 1_795_600_000_000  # 2026-11-25
YAML = """project: p
primary_crm: crm
sources:
  - {name: crm, system: custom, path: p.csv, object: contact, id: id}
"""


def found(folder: Path, now_ms: int = NOW_MS) -> dict[str, Check]:
    return {c.name: c for c in examine(folder, now_ms=now_ms, store_kind=None).checks}


@pytest.fixture
def healthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("IDENTITY_STORE", raising=False)
    (tmp_path / "identity.yaml").write_text(YAML)
    (tmp_path / "p.csv").write_text("id\n1\n2\n")
    with IdentityGraph.open(tmp_path) as graph:
        graph.run(as_of_ms=AS_OF_MS)
    return tmp_path


def test_a_healthy_project(identity: Command, healthy: Path) -> None:
    outcome = identity("doctor", "--project", healthy)
    assert (outcome.code, outcome.err) == (0, "")
    statuses = {line.split()[0] for line in outcome.out.splitlines() if line[0] != " "}
    assert statuses <= {"ok", "info"}, outcome.out
    answer = identity("doctor", "--project", healthy, "--output", "json").json
    assert (answer["project"], answer["status"]) == ("p", "ok")


def test_nothing_is_written(healthy: Path) -> None:
    empty = healthy / "empty"
    empty.mkdir()
    (empty / "identity.yaml").write_text("project: p\n")
    examine(empty, now_ms=NOW_MS)
    assert [p.name for p in empty.iterdir()] == ["identity.yaml"]


def test_no_project_at_all(identity: Command, tmp_path: Path) -> None:
    outcome = identity("doctor", "--project", tmp_path, "--output", "json")
    assert outcome.code == 1
    failed = [c["name"] for c in outcome.json["checks"] if c["status"] == "fail"]
    assert failed == ["configuration"]
    assert outcome.json["project"] is None


def test_secrets_that_are_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_SECRET", raising=False)
    file = tmp_path / "identity.yaml"
    file.write_text(
        "project: p\n# ${COMMENTED}\nstore: {kind: neo4j, uri: 'bolt://127.0.0.1:9',\n"
        "        password: '${NEO4J_SECRET}', user: '${NEO4J_USER_NAME:-neo4j}'}\n"
    )
    checks = found(tmp_path)
    assert checks["secrets"].status is Status.FAIL
    assert "NEO4J_SECRET" in checks["secrets"].message
    assert "COMMENTED" not in checks["secrets"].message
    assert "NEO4J_USER_NAME" not in checks["secrets"].message
    monkeypatch.setenv("NEO4J_SECRET", "hunter2-hunter2")
    checks = found(tmp_path)
    assert checks["secrets"].status is Status.OK
    assert checks["store"].status is Status.FAIL  # nobody listens there
    assert "hunter2" not in str(checks)


def test_a_store_that_others_can_read(healthy: Path) -> None:
    assert found(healthy)["permissions"].status is Status.OK
    (healthy / ".identity").chmod(0o755)
    check = found(healthy)["permissions"]
    assert (check.status, f"chmod 700 {healthy / '.identity'}") == (Status.WARN, check.fix)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_store_that_cannot_be_written(healthy: Path) -> None:
    (healthy / ".identity").chmod(0o500)
    try:
        assert found(healthy)["permissions"].status is Status.FAIL
    finally:
        (healthy / ".identity").chmod(0o700)


def test_a_password_that_others_can_read(healthy: Path) -> None:
    file = healthy / "identity.yaml"
    file.write_text(YAML + "store: {kind: embedded, password: hunter2}\n")
    file.chmod(0o644)
    check = found(healthy)["permissions"]
    assert check.status is Status.WARN
    assert "hunter2" not in check.message
    file.chmod(0o600)
    assert found(healthy)["permissions"].status is Status.OK


def test_constraints_and_migrations(healthy: Path) -> None:
    with IdentityGraph.open(healthy) as graph:
        store = graph.store
        assert of_graph.constraints(store).status is Status.OK
        store.schema(["DROP CONSTRAINT event_id"])
        check = of_graph.constraints(store)
        assert (check.status, "event_id" in check.message) == (Status.FAIL, True)
        assert of_graph.schema(store).status is Status.OK
        store.write(
            "store/migration", [{"id": "001_constraints", "name": "x", "checksum": "other"}]
        )
        assert "changed" in of_graph.schema(store).message
        store.write("store/migration", [{"id": "900_new", "name": "x", "checksum": "y"}])
        assert "newer" in of_graph.schema(store).message


def test_a_run_that_was_interrupted(healthy: Path) -> None:
    assert found(healthy)["last run"].status is Status.OK
    (healthy / "p.csv").write_text("id\n1\n2\n3\n")
    with IdentityGraph.open(healthy) as graph:
        graph.run("ingest", as_of_ms=AS_OF_MS)
    check = found(healthy)["last run"]
    assert (check.status, "not resolved" in check.message) == (Status.WARN, True)
    with IdentityGraph.open(healthy) as graph:
        graph.run("resolve", as_of_ms=AS_OF_MS)
    check = found(healthy)["last run"]
    assert (check.status, "no further" in check.message) == (Status.WARN, True)
    with IdentityGraph.open(healthy) as graph:
        graph.run(as_of_ms=AS_OF_MS)
    assert found(healthy)["last run"].status is Status.OK


def test_no_graph_yet(tmp_path: Path) -> None:
    (tmp_path / "identity.yaml").write_text("project: p\n")
    check = found(tmp_path)["store"]
    assert (check.status, check.fix) == (Status.INFO, "identity run")


def test_a_store_that_somebody_holds(healthy: Path) -> None:
    with IdentityGraph.open(healthy):
        checks = found(healthy)
    assert checks["store"].status is Status.WARN
    assert "constraints" not in checks


def test_a_graph_near_what_memory_is_planned_for(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with IdentityGraph.open(healthy) as graph:
        assert of_graph.size(graph.store).status is Status.OK
        nodes = graph.store.read("store/size")[0]["nodes"]
        monkeypatch.setattr(of_graph, "PLANNED_NODES", nodes)
        check = of_graph.size(graph.store)
        assert (check.status, "Neo4j" in check.fix) == (Status.WARN, True)


def test_sources_that_are_away_or_have_changed(healthy: Path) -> None:
    assert found(healthy)["source crm"].status is Status.OK
    (healthy / "p.csv").write_text("identifier\n1\n")
    check = found(healthy)["source crm"]
    assert (check.status, "p.csv:1" in check.message) == (Status.FAIL, True)
    (healthy / "p.csv").write_text("id\n\n1\n1.0E+11\n")
    check = found(healthy)["source crm"]
    assert (check.status, "p.csv:4" in check.message) == (Status.WARN, True)
    (healthy / "p.csv").unlink()
    assert found(healthy)["source crm"].status is Status.FAIL


def test_an_optional_source_may_be_away_but_not_be_wrong(identity: Command, healthy: Path) -> None:
    config = healthy / "identity.yaml"
    source = "  - {system: ads, name: later, path: later, optional: true}\n"
    config.write_text(config.read_text().replace("sources:\n", f"sources:\n{source}"))
    away = found(healthy)["source later"]
    assert away.status is Status.INFO
    assert "optional" in away.message
    assert identity("run", "--project", healthy, "--as-of", "2026-07-01").code == 0
    (healthy / "later").mkdir()
    assert found(healthy)["source later"].status is Status.INFO
    (healthy / "later" / "spend.csv").write_text("nothing,of,this\n1,2,3\n")
    assert found(healthy)["source later"].status is Status.FAIL
    assert identity("run", "--project", healthy, "--as-of", "2026-07-01").code == 2


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_of_a_large_source_only_the_beginning_is_read(healthy: Path, suffix: str) -> None:
    """The bad row at the end is not reached; a row is never cut in two."""
    (healthy / "identity.yaml").write_text(YAML.replace("p.csv", f"p.{suffix}"))
    rows = range(120_000)
    if suffix == "csv":
        text = "id,note\n" + "".join(f'{n},"a\n""b"""\n' for n in rows) + "1.0E+11,x\n"
    else:
        text = (
            "".join(f'{{"id": "{n}", "note": "a \\" b"}}\n' for n in rows) + '{"id": "1.0E+11"}\n'
        )
    (healthy / f"p.{suffix}").write_text(text)
    assert len(text) > 1 << 20
    check = found(healthy)["source crm"]
    assert check.status is Status.OK, check.message


def test_a_clock_that_cannot_be_right() -> None:
    assert machine.clock(NOW_MS, "Europe/Berlin", NOW_MS).status is Status.OK
    assert machine.clock(0, "UTC", None).status is Status.FAIL
    assert machine.clock(NOW_MS, "UTC", NOW_MS + 1).status is Status.WARN
    assert machine.clock(NOW_MS, "Europe/Atlantis", None).status is Status.FAIL


def test_lists_grow_old() -> None:
    assert machine.lists(date(2026, 11, 25)).status is Status.OK
    check = machine.lists(date(2028, 1, 1))
    assert (check.status, "pip install" in check.fix) == (Status.WARN, True)


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.python().status is Status.OK
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert machine.python().status is Status.FAIL


def test_java_is_only_for_those_who_want_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (machine.java().status, "apt-get" in machine.java().fix) == (Status.INFO, True)
    answers: list[tuple[str, str]] = [
        ('openjdk version "17.0.9"', "can run"),
        ('java version "1.8.0"', "Java 8"),
    ]
    for answer, word in answers:
        for name in ("java", "mvn"):
            (tmp_path / name).write_text(f"#!/bin/sh\necho '{answer}' >&2\n")
            (tmp_path / name).chmod(0o755)
        assert word in machine.java().message


def test_room_on_the_disk(healthy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = config.load(healthy)
    held = sum(f.stat().st_size for f in (healthy / ".identity").iterdir())

    def with_free(free: int) -> Check:
        class Usage:
            pass

        usage = Usage()
        usage.free = free  # type: ignore[attr-defined]
        monkeypatch.setattr(project.shutil, "disk_usage", lambda _path: usage)
        return project.disk(loaded)

    for free, status in ((held - 1, Status.FAIL), (held + 1, Status.WARN), (10**12, Status.OK)):
        assert with_free(free).status is status


@pytest.mark.parametrize("worst", list(Status))
def test_only_failures_make_it_end_with_1(worst: Status) -> None:
    report = Report("p", (Check("a", Status.OK, "fine"), Check("b", worst, "x\ny", "do z")))
    assert report.healthy is (worst is not Status.FAIL)
    lines = list(report.lines())
    assert lines[1].split()[:2] == [worst.value, "b"]
    assert [line.strip() for line in lines[2:]] == ["y", "-> do z"]


Looks = Callable[..., Check]


def test_every_look_says_what_it_is_for() -> None:
    looks: list[Looks] = [*of_graph.CHECKS, machine.python, machine.java, project.secrets]
    assert all(look.__doc__ and look.__doc__.startswith("Whether ") for look in looks)
