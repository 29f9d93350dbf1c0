"""A backup restores to the same graph, on the same store or the other; damage is never loaded."""

from __future__ import annotations

import json
import shutil
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import orjson
import pytest
from pydantic import TypeAdapter

from identity import cli
from identity.api.published import ANSWERS
from identity.errors import FixInput, Stop
from identity.explain.state import digest, full_state
from identity.graph import IdentityGraph
from identity.store import backup as archive
from tests.support.small_acme import RUNS_MS, SmallAcme


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> SmallAcme:
    """A graph with a past: merges, partings, retired ids, decisions, undone ones."""
    project = SmallAcme.make(tmp_path_factory.mktemp("kept") / "acme", repo_root)
    with IdentityGraph.open(project.folder, store="embedded") as graph:
        project.run(graph.store)
    return project


@pytest.fixture(scope="module")
def saved(project: SmallAcme) -> Path:
    path = project.folder / "backups" / "acme.backup"
    with IdentityGraph.open(project.folder, store="embedded") as graph:
        graph.backup(path)
    return path


@pytest.fixture
def other(project: SmallAcme, tmp_path: Path) -> Iterator[IdentityGraph]:
    """The same project on another machine: its sources, and no graph yet."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copytree(project.folder / "data", folder / "data")
    shutil.copy(project.folder / "identity.yaml", folder)
    with IdentityGraph.open(folder, store="embedded") as graph:
        yield graph


def rows_of(graph: IdentityGraph) -> dict[str, int]:
    return {name: table.height for name, table in graph.store.export() if table.height}


def test_a_restored_graph_is_the_saved_one(
    project: SmallAcme, saved: Path, other: IdentityGraph
) -> None:
    made = other.restore(saved)
    with IdentityGraph.open(project.folder, store="embedded") as graph:
        assert list(archive.unequal(graph.store.export(), dict(other.store.export()))) == []
        assert (
            digest(full_state(other.store))
            == digest(full_state(graph.store))
            == made.manifest.digest
        )
        assert rows_of(other) == rows_of(graph)
        assert other.decisions() == graph.decisions()
        ended = graph.store.read("export/ended_contacts")
        assert ended
        assert other.store.read("export/ended_contacts") == ended
    assert other.verify().sound


def test_the_restored_graph_goes_on_where_it_was(saved: Path, other: IdentityGraph) -> None:
    other.restore(saved)
    before = digest(full_state(other.store))
    state = other.run(as_of_ms=RUNS_MS[-1])
    assert state.ingested is not None
    assert state.ingested.total("applied") == 0
    assert digest(full_state(other.store)) == before


def test_a_backup_is_for_its_owner_and_overwrites_nothing(project: SmallAcme, saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]
    content = saved.read_bytes()
    with (
        IdentityGraph.open(project.folder, store="embedded") as graph,
        pytest.raises(FixInput, match="is there already"),
    ):
        graph.backup(saved)
    assert saved.read_bytes() == content


def test_only_into_an_empty_graph(saved: Path, other: IdentityGraph) -> None:
    other.restore(saved)
    held = rows_of(other)
    with pytest.raises(FixInput, match="not empty"):
        other.restore(saved)
    assert rows_of(other) == held


def changed(saved: Path, path: Path, name: str, content: bytes | None) -> Path:
    """Copy a backup with one entry replaced, or left out."""
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
            elif content is not None:
                new.writestr(entry, content)
    return path


def test_a_damaged_backup_is_refused_before_anything_is_loaded(
    saved: Path, other: IdentityGraph, tmp_path: Path
) -> None:
    with zipfile.ZipFile(saved) as whole:
        manifest = orjson.loads(whole.read("manifest.json"))
        last = whole.namelist()[-2]
        table = whole.read(last)
    newer = {**manifest, "format": 2}
    unknown = {**manifest, "migrations": [*manifest["migrations"], "999_later"]}
    broken = {
        "sum": changed(saved, tmp_path / "a", last, table[:-9] + b"x" * 9),
        "damaged": changed(saved, tmp_path / "b", last, None),
        "no manifest": changed(saved, tmp_path / "c", "manifest.json", None),
        "newer program": changed(saved, tmp_path / "d", "manifest.json", orjson.dumps(newer)),
        "999_later": changed(saved, tmp_path / "e", "manifest.json", orjson.dumps(unknown)),
        "not a backup": tmp_path / "f",
        "no such file": tmp_path / "g",
    }
    broken["not a backup"].write_bytes(saved.read_bytes()[:1000])
    before = rows_of(other)
    for words, path in broken.items():
        with pytest.raises(FixInput, match=words):
            other.restore(path)
    assert rows_of(other) == before


def test_a_graph_that_differs_from_its_backup_is_told(
    saved: Path, other: IdentityGraph, tmp_path: Path
) -> None:
    with zipfile.ZipFile(saved) as whole:
        manifest = orjson.loads(whole.read("manifest.json"))
    manifest["digest"] = "0" * 64
    path = changed(saved, tmp_path / "a", "manifest.json", orjson.dumps(manifest))
    with pytest.raises(Stop, match="differs"):
        other.restore(path)


def test_verify_finds_what_was_written_by_hand(saved: Path, other: IdentityGraph) -> None:
    other.restore(saved)
    refused = other.store.read("resolve/stored_refused")
    row = {"src": refused[0]["src"], "dst": refused[0]["dst"], "key": refused[0]["key"]}
    other.store.write("resolve/unrefuse", [row])
    found = other.verify()
    assert not found.sound
    assert found.differences == {"refused": 1}


def test_verify_waits_for_a_run(saved: Path, other: IdentityGraph) -> None:
    other.restore(saved)
    other.decide("mark_shared", "email:somebody@else.com", as_of_ms=RUNS_MS[-1])
    with pytest.raises(FixInput, match="not resolved yet"):
        other.verify()


def test_the_commands_and_their_published_answers(
    project: SmallAcme,
    tmp_path: Path,
    repo_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("IDENTITY_STORE", "embedded")
    path = tmp_path / "acme.backup"
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copytree(project.folder / "data", folder / "data")
    shutil.copy(project.folder / "identity.yaml", folder)
    answers = []
    for name, *arguments in (
        ("backup", path, "--project", project.folder),
        ("restore", path, "--verify", "--project", folder),
        ("verify", "--project", folder),
    ):
        monkeypatch.setattr(sys, "argv", ["identity", name, *map(str, arguments), "-o", "json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        answer = json.loads(capsys.readouterr().out)
        schema = json.loads((repo_root / f"docs/reference/schemas/{name}.json").read_text())
        jsonschema.validate(answer, schema, cls=jsonschema.Draft202012Validator)
        TypeAdapter(ANSWERS[name]).validate_python(answer, strict=True, extra="forbid")
        answers.append(answer)
    assert answers[1]["verified"] is True
    assert answers[2]["sound"] is True
    assert len({answer["digest"] for answer in answers}) == 1


@pytest.mark.neo4j
def test_from_the_embedded_store_to_a_server_and_back(
    saved: Path,
    other: IdentityGraph,
    neo4j_url: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("NEO4J_URI", neo4j_url)
    back = tmp_path / "back.backup"
    with IdentityGraph.open(other.config.root, store="neo4j") as server:
        made = server.restore(saved)
        assert server.verify().sound
        server.backup(back)
    assert other.restore(back).manifest.digest == made.manifest.digest
    assert (
        list(archive.unequal(other.store.export(), dict(archive.read(saved, made.manifest)))) == []
    )
