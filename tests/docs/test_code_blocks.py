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


TUTORIALS = sorted((ROOT / "docs" / "tutorial").glob("*.md"))


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda p: p.stem)
def test_a_tutorial_runs_from_top_to_bottom(page: Path, tmp_path: Path) -> None:
    script = "set -euo pipefail\n" + "\n".join(blocks(page, "bash"))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "quarantined" in done.stdout
    assert (tmp_path / "shop" / "tables" / "contacts.csv").is_file()


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
