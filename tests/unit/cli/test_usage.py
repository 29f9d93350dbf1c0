"""Mistakes at the command line and in identity.yaml: one message, the place, the exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from identity.cli import app
from identity.graph import IdentityGraph
from tests.unit.cli.conftest import Command

IDENTITY = Path(sys.executable).with_name("identity")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("run", "--nonsense"),
        ("lookup", "email"),
        ("lookup", "email", "a@b.de", "more"),
        ("run", "--output", "xml"),
        ("init", "somewhere", "--template", "nonsense"),
        ("credit", "--by", "nonsense"),
        ("timeline", "com_1", "--limit", "0"),
        ("serve", "--port", "70000"),
        ("serve", "--port", "http"),
    ],
)
def test_usage_errors_end_with_2_and_say_so(
    identity: Command, blank: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(blank)
    outcome = identity(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Error: " in outcome.err
    assert not (blank / ".identity").exists()


def test_every_command_has_help_that_fits_a_line(identity: Command) -> None:
    names = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    names += [g.name for g in app.registered_groups if g.name]
    assert len(names) > 5
    for name in names:
        outcome = identity(name, "--help")
        assert outcome.code == 0, name
        assert outcome.out.startswith("Usage: ")
    for line in identity("--help").out.splitlines():
        assert len(line) <= 80


def test_a_folder_without_a_project(identity: Command, tmp_path: Path) -> None:
    for command in (("run",), ("lookup", "email", "a@b.de"), ("serve",), ("quarantine",)):
        outcome = identity(*command, "--project", tmp_path)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == (
            f"error E_CONFIG: {tmp_path / 'identity.yaml'}: there is no such file. "
            "Run 'identity init DIR', or name the project's folder with --project.\n"
        )


CONFIGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "unknown_key": (
        "project: p\nrules:\n  free_mial: {add: [x.de]}\n",
        ("identity.yaml:3", "'free_mial'", "Did you mean 'free_mail'?"),
    ),
    "unknown_key_in_a_list": (
        "project: p\nsources:\n  - {system: web, path: x}\n  - {system: web, name: b, pth: y}\n",
        ("identity.yaml:4", "'pth'", "'path'"),
    ),
    "unknown_system": (
        "project: p\nsources:\n  - {system: zoho, path: x}\n",
        ("identity.yaml:3", "salesforce"),
    ),
    "primary_crm_that_is_no_source": (
        "project: p\nprimary_crm: salesfroce\nsources:\n  - {system: salesforce, path: x}\n",
        ("identity.yaml:2", "Did you mean 'salesforce'?"),
    ),
    "a_key_twice": ("project: p\nproject: q\n", ("identity.yaml:2", "project")),
    "a_tab": ("project: p\nrules:\n\tlimits: {}\n", ("identity.yaml:3",)),
    "not_a_mapping": ("- project\n", ("identity.yaml", "mapping")),
    "empty": ("", ("identity.yaml", "mapping")),
    "variable_that_is_not_set": (
        "project: p\nstore: {kind: neo4j, password: '${NO_SUCH_VARIABLE}'}\n",
        ("identity.yaml:2", "NO_SUCH_VARIABLE", "Set it"),
    ),
    "python_object": (
        "project: !!python/object/apply:os.system ['true']\n",
        ("identity.yaml",),
    ),
    "two_sources_of_one_name": (
        "project: p\nsources:\n  - {system: web, path: x}\n  - {system: web, path: y}\n",
        ("identity.yaml:2", "two sources are called web"),
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_mistakes_in_the_configuration(identity: Command, tmp_path: Path, name: str) -> None:
    text, words = CONFIGS[name]
    (tmp_path / "identity.yaml").write_text(text)
    outcome = identity("run", "--project", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert all(line.startswith("error E_CONFIG: ") for line in outcome.err.splitlines())
    for word in words:
        assert word in outcome.err
    assert "Traceback" not in outcome.err


def test_all_mistakes_are_told_at_once(identity: Command, tmp_path: Path) -> None:
    (tmp_path / "identity.yaml").write_text("projekt: p\nruels: {}\nstore: {kind: redis}\n")
    outcome = identity("run", "--project", tmp_path)
    lines = outcome.err.splitlines()
    assert len(lines) == 4  # the project's name is missing, too
    assert [n for n in (1, 2, 3) if any(f"identity.yaml:{n}" in line for line in lines)] == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "12", "2026-06-30T25:00:00Z"])
def test_an_as_of_that_is_no_time(identity: Command, blank: Path, text: str) -> None:
    outcome = identity("run", "--project", blank, "--as-of", text)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--as-of" in outcome.err


def test_a_store_that_is_locked_ends_with_5_and_names_the_process(blank: Path) -> None:
    with IdentityGraph.open(blank, store="embedded"):
        ended = subprocess.run(
            [IDENTITY, "run", "--project", blank],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (ended.returncode, ended.stdout) == (5, "")
    assert "E_STORE_LOCKED" in ended.stderr
    assert f"process {os.getpid()}" in ended.stderr


def test_a_server_that_is_away_ends_with_3(identity: Command, tmp_path: Path) -> None:
    (tmp_path / "identity.yaml").write_text(
        "project: p\nstore: {kind: neo4j, uri: 'bolt://127.0.0.1:9'}\n"
    )
    outcome = identity("lookup", "email", "a@b.de", "--project", tmp_path)
    assert (outcome.code, outcome.out) == (3, "")
    assert "bolt://127.0.0.1:9" in outcome.err


def test_a_store_that_is_a_file(identity: Command, blank: Path) -> None:
    (blank / ".identity").write_text("")
    outcome = identity("run", "--project", blank)
    assert outcome.code == 2
    assert str(blank / ".identity") in outcome.err


@pytest.mark.parametrize("name", ["with blank", "with\nnewline", "-rf", "ü", "a'b\"c", "$(true)"])
def test_folders_of_any_name(identity: Command, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "identity.yaml").write_text("project: p\n")
    assert identity("run", "--project", folder).code == 0
    assert (folder / ".identity").is_dir()


def test_a_folder_whose_name_is_no_text(blank: Path) -> None:
    folder = os.fsencode(blank) + b"/\xff\xfe"
    os.mkdir(folder)
    with open(folder + b"/identity.yaml", "w") as file:
        file.write("project: p\nrulse: {}\n")
    ended = subprocess.run(
        [os.fsencode(IDENTITY), b"run", b"--project", folder],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert b"rulse" in ended.stderr
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "extra", [{"LC_ALL": "C", "LANG": "C"}, {"COLUMNS": "20"}, {"HOME": "/none"}]
)
def test_poor_surroundings(acme: Path, extra: dict[str, str]) -> None:
    kept = {"PATH": os.environ["PATH"], "IDENTITY_STORE": "embedded"}
    ended = subprocess.run(
        [IDENTITY, "quarantine", "--project", acme],
        capture_output=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env=kept | extra,
    )
    assert ended.returncode == 0, ended.stderr
    assert "E_EMAIL_SYNTAX" in ended.stdout.decode()


def test_a_reader_that_goes_away_is_no_crash(acme: Path) -> None:
    ended = subprocess.run(
        ["bash", "-c", f"'{IDENTITY}' query list | head -1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode in (0, 1)
    assert "Traceback" not in ended.stderr


HEAVY = {
    "fastapi",
    "kglite",
    "neo4j",
    "networkx",
    "numpy",
    "polars",
    "pyarrow",
    "pydantic",
    "scipy",
}


def test_the_program_starts_without_what_only_some_commands_need() -> None:
    code = "import sys, identity.cli; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert set(ended.stdout.split()) & HEAVY == set()


def test_every_command_says_in_one_line_what_it_does() -> None:
    """The list of commands shows a summary that is not cut off, at 80 columns."""
    found = dict(summaries(typer.main.get_command(app), ()))
    assert len(found) > 40
    long = {" ".join(path): text for path, text in found.items() if text.endswith("...")}
    assert long == {}


def summaries(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    width = 80 - 6 - max(len(name) for name in group.commands)
    for name, command in group.commands.items():
        text = command.get_short_help_str(limit=width)
        assert text, name
        yield (*path, name), text
        if hasattr(command, "commands"):
            yield from summaries(command, (*path, name))
