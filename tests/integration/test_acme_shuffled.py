"""The order of input says nothing: the sample, shuffled twenty times, gives one digest."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import polars as pl
import pytest

from identity.explain.state import State, differences, digest, full_state
from identity.generate import generate_acme
from identity.graph import IdentityGraph

pytestmark = pytest.mark.small_frames

AS_OF_MS = 1_782_863_999_000
YAML = Path(__file__).parents[2] / "examples" / "acme" / "identity.yaml"
SHUFFLES = range(20)
CHUNK = 5
CHUNKS = [SHUFFLES[start : start + CHUNK] for start in range(0, len(SHUFFLES), CHUNK)]


def shuffle(folder: Path, seed: int) -> int:
    """Shuffle the rows of every source file and of every decision file; say how many there are."""
    rows = 0
    chance = random.Random(seed)
    for path in sorted((folder / "data").rglob("*.*")):
        if path.suffix == ".parquet":
            table = pl.read_parquet(path)
            table.sample(fraction=1.0, shuffle=True, seed=seed).write_parquet(path)
            rows += table.height
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        assert path.suffix in (".csv", ".jsonl"), path
        assert all(line.count('"') % 2 == 0 for line in lines), "a row is a line in these files"
        head, body = (lines[:1], lines[1:]) if path.suffix == ".csv" else ([], lines)
        chance.shuffle(body)
        path.write_text("\n".join([*head, *body, ""]), encoding="utf-8")
        rows += len(body)
    return rows


def state_of(folder: Path) -> State:
    """Run everything on a fresh store."""
    with IdentityGraph.open(folder, store="embedded") as graph:
        graph.run(as_of_ms=AS_OF_MS)
        return full_state(graph.store)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "acme"
    generate_acme(folder)
    (folder / "identity.yaml").write_text(YAML.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wanted(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    folder = tmp_path_factory.mktemp("ordered") / "acme"
    shutil.copytree(sample, folder)
    return state_of(folder)


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda s: f"shuffles {s[0]} to {s[-1]}")
def test_order_says_nothing(sample: Path, wanted: State, seeds: range, tmp_path: Path) -> None:
    for seed in seeds:
        folder = tmp_path / str(seed)
        shutil.copytree(sample, folder)
        assert shuffle(folder, seed) > 60_000
        found = state_of(folder)
        assert differences(wanted, found) == {}, f"shuffle {seed}"
        assert digest(found) == digest(wanted), f"shuffle {seed}"
        shutil.rmtree(folder)
