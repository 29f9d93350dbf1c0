"""Every `identity …` line of the documentation is one that the program takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from identity.cli import app
from identity.store import queries

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "examples").rglob("README.md"),
    ROOT / "deploy" / "README.md",
]
LINE = re.compile(r"^(?:    |[A-Z_]+=\S+ )*(?:[\w./-]+/)?identity (?=[a-z-])(.*)$", re.MULTILINE)
INLINE = re.compile(r"`identity ([a-z][^`]*)`")
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""What the parser that the command line is built on raises."""

ENDS = {"|", "||", "&&", ">", ">>", "2>&1", ";"}


def commands(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    code = re.sub(r"^<<'?(\w+)'?\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from (match[1] for match in LINE.finditer(code.replace("\\\n", " ")))


CASES = [(page, line) for page in PAGES for line in commands(page)]


def parse(line: str) -> tuple[str, list[str]]:
    """Let the program's own parser read a line; give the command and what is left.

    Raises:
        UsageError: there is no such option, or an argument is missing.
        LookupError: there is no such command.
    """
    words = shlex.split(line, comments=True)
    end = next((n for n, word in enumerate(words) if word in ENDS), len(words))
    command, args, path = typer.main.get_command(app), words[:end], []
    while (known := getattr(command, "commands", None)) is not None:
        path.append(args[0] if args else "")
        if path[-1] not in known:
            raise LookupError(f"there is no command {' '.join(path)!r}")
        command, args = known[path[-1]], args[1:]
    command.make_context(" ".join(path), list(args))
    return " ".join(path), args


@pytest.mark.parametrize(("page", "line"), CASES, ids=lambda x: getattr(x, "stem", x))
def test_the_program_takes_it(page: Path, line: str) -> None:
    command, args = parse(line)
    if command == "query" and args[0] != "list":
        assert args[0] in [n.removeprefix("analyst/") for n in queries.names("analyst")]


def test_commands_in_sentences_exist() -> None:
    known = typer.main.get_command(app).commands
    missing = {
        f"{page.relative_to(ROOT)}: {words}"
        for page in PAGES
        for words in INLINE.findall(page.read_text(encoding="utf-8"))
        if words.split()[0] not in known
    }
    assert missing == set()


def test_what_is_wrong_is_found() -> None:
    assert len(CASES) > 50
    for line in ("why one", "run --nowhere", "frobnicate", "decisions frobnicate"):
        with pytest.raises((UsageError, LookupError)):
            parse(line)
