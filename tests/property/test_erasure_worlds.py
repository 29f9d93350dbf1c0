"""Erasure in random towns (P12): whoever is erased, the graph is that of the same facts without.

A person is erased from a graph that grew step by step; another graph reads the same facts at once,
with nothing known of the person but the keyed hashes. Both must say the same, whole and in parts.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from identity import erasing, pipeline
from identity.config import erasure_key
from identity.explain.state import differences, entity_state
from identity.ingest.stage import apply
from identity.model.identifiers import parse
from identity.resolve import stage
from tests.support.residue import forms, in_graph
from tests.support.worlds import Item, Town, batch_of
from tests.support.worlds_run import Runner

pytestmark = pytest.mark.small_frames

TOWNS = int(os.environ.get("IDENTITY_WORLDS", "2000")) // 200
STEPS = 3
PEOPLE = 2
"""How many are erased of a town, one after the other."""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(erasure_key.VARIABLE, "a key for tests, of more than 32 characters")


@pytest.mark.parametrize("seed", range(TOWNS))
def test_the_same_facts_without(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:
        monkeypatch.setattr(stage, "MANY", 0)
        monkeypatch.setattr(stage, "WHOLE_FROM", 2.0)
    town, runner = Town(seed, 3), Runner(tmp_path / "grown")
    config = town.config.model_copy(update={"folder": str(tmp_path / "project")})
    Path(config.folder).mkdir()
    items: list[Item] = []
    for _ in range(STEPS):
        items += (step := town.items())
        runner.step(config, town.hand_out(step), town.clock.now_ms)
    _note(runner, town.clock.now_ms)
    rng, gone = random.Random(seed), set()
    for _ in range(PEOPLE):
        living = [r for r in runner.store.read("resolve/stored_contacts") if r["state"] == "live"]
        if not living:
            break
        chosen = rng.choice(sorted(living, key=lambda r: r["label"]))["id"]
        plan = erasing.plan(runner.store, config, chosen, as_of_ms=town.clock.now_ms)
        gone |= {*plan.identifiers, *plan.alone} - set(plan.stays)
        erasing.erase(
            runner.store,
            config,
            chosen,
            actor=None,
            reason=None,
            as_of_ms=town.clock.now_ms,
            plan_hash=plan.hash,
        )
    left = entity_state(runner.store)
    there = runner.store.read("resolve/stored_identifiers")
    # the names of a town are short: one may begin as another does that stays
    own = [i for i in gone if not any(parse(i).value in r["id"] for r in there)]
    assert in_graph(runner.store, forms(own)) == [], f"seed {seed}"

    fresh = Runner(tmp_path / "fresh")
    rows = runner.store.read("ingest/suppressions")
    fresh.store.write("erase/suppression", [{**r, "name": "", "kind": ""} for r in rows])
    fresh.step(config, batch_of(items), town.clock.now_ms, whole=True)
    assert differences(left, entity_state(fresh.store)) == {}, f"seed {seed}"

    # read again where the person was erased: nothing is new
    apply(runner.store, config, batch_of(items), run=runner.run + 10)
    state = pipeline.begin(runner.store, config, as_of_ms=town.clock.now_ms)
    pipeline.run(state, pipeline.plan(("resolve",)))
    assert differences(entity_state(runner.store), left) == {}, f"seed {seed}"
    runner.store.close()
    fresh.store.close()


def _note(runner: Runner, as_of_ms: int) -> None:
    """Note the last run, as the pipeline does."""
    row = {
        "id": f"run_{runner.run:09d}",
        "name": f"run {runner.run}",
        "seq": runner.run,
        "as_of_ms": as_of_ms,
        "config_hash": "",
        "rules_hash": runner.last.rules_hash,
        "stages": ["resolve"],
        "counts": "{}",
        "minted": runner.last.minted,
        "changes": runner.last.changes,
    }
    runner.store.write("store/run", [row])
