"""The commands and configurations in the documentation work as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from identity import config
from identity.errors import ConfigError

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(path: Path, language: str) -> list[str]:
    return [b for kind, b in BLOCK.findall(path.read_text(encoding="utf-8")) if kind == language]


def steps(page: Path) -> list[tuple[str, str, str]]:
    """Give the blocks of a page that run: kind, text, and the output that is shown right after."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    after = [*found[1:], ("", "")]
    return [
        (kind, text, shown if follower == "text" else "")
        for (kind, text), (follower, shown) in zip(found, after, strict=True)
        if kind in ("bash", "python")
    ]


def lacking(output: str, expected: str) -> str | None:
    """Give the first expected line that the output has not, in order; `…` stands for anything."""
    lines = iter([" ".join(line.split()) for line in output.splitlines()])
    for line in filter(None, (" ".join(line.split()) for line in expected.splitlines())):
        pattern = re.escape(line).replace("…", ".*")
        if not any(re.fullmatch(pattern, one) for one in lines):
            return line
    return None


RUNNABLE = [
    page for page in PAGES if page.parent.name in ("tutorial", "how-to") and blocks(page, "bash")
]
SETTINGS = ("IDENTITY_STORE", "IDENTITY_API_KEY", "NEO4J_URI", "NEO4J_PASSWORD")
MARK = "-- end of a block --"


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda p: p.stem)
def test_a_page_runs_from_top_to_bottom(page: Path, tmp_path: Path) -> None:
    """One shell runs all blocks; what a page shows after a block is what the block printed."""
    parts = ["set -euo pipefail"]
    for kind, text, _ in steps(page):
        parts += [text if kind == "bash" else f"python - <<'PY'\n{text}PY", f"echo '{MARK}'"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "\n".join(parts)],
        cwd=tmp_path,
        env={**{k: v for k, v in os.environ.items() if k not in SETTINGS}, "PATH": path},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    outputs = done.stdout.split(f"{MARK}\n")
    for (_, text, expected), output in zip(steps(page), outputs[:-1], strict=True):
        line = lacking(output, expected)
        assert line is None, f"{text}\nprinted\n{output}\nwithout\n{line}"
    if page.parent.name == "tutorial":
        assert "quarantined" in done.stdout
        assert (tmp_path / "shop" / "tables" / "contacts.csv").is_file()


def test_expected_output_is_compared() -> None:
    output = "a  1\nb   2\nc 3\n"
    assert lacking(output, "a 1\nc …\n") is None
    assert lacking(output, "c 3\na 1\n") == "a 1"
    assert lacking(output, "b 3\n") == "b 3"


CONFIGS = [(p, b) for p in [*PAGES, ROOT / "README.md"] for b in blocks(p, "yaml")]


@pytest.mark.parametrize(("page", "block"), CONFIGS, ids=lambda x: getattr(x, "stem", ""))
def test_configurations_are_valid(page: Path, block: str, tmp_path: Path) -> None:
    text = block if block.startswith("project:") else f"project: example\n{block}"
    try:
        config.parse(text, tmp_path / "identity.yaml")
    except ConfigError as error:
        pytest.fail(f"{page.name}: {error}")


def test_every_page_that_is_linked_exists() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*PAGES, ROOT / "README.md"]
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []
