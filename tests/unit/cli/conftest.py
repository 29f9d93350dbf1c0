"""Commands, run in this process: the program's own `main`, its streams and its exit code.

What needs a second process (locks, signals, the environment of a shell) starts one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from identity import cli
from identity.graph import IdentityGraph
from identity.templates import lay_out

AS_OF_MS = 1_782_900_000_000  # 2026-07-01T10:00:00Z
SCALE = 0.05
SEED = 7


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Outcome]


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command, as a shell does."""
    for name in ("IDENTITY_STORE", "IDENTITY_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["identity", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        shown = capsys.readouterr()
        return Outcome(code, shown.out, shown.err)

    return command


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small sample, run once; commands open it one after the other."""
    folder = tmp_path_factory.mktemp("cli") / "acme"
    lay_out(folder, "acme", seed=SEED, scale=SCALE)
    with IdentityGraph.open(folder, store="embedded") as graph:
        graph.run(as_of_ms=AS_OF_MS)
    return folder


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """A project without sources."""
    (tmp_path / "identity.yaml").write_text("project: blank\n")
    return tmp_path
