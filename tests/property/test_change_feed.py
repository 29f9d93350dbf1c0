"""P23: who applies the change feed to a copy has the graph; every row says why it is there.

Random towns, resolved step by step from what each step touched, with changes of the rules,
decisions and their undoing between.
"""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import pytest

from identity.resolve import stage
from tests.support.feed_mirror import Mirror, differing, mirror_of
from tests.support.worlds import Town, batch_of, note, withdrawn
from tests.support.worlds_rules import changed
from tests.support.worlds_run import Runner

pytestmark = pytest.mark.small_frames

TOWNS = int(os.environ.get("IDENTITY_FEED_TOWNS", "12"))
STEPS = 5
UNEXPLAINED = {"run", "rules"}
EXPLAINED = 0.97
"""The share of rows whose cause says more than the run; what is left is bare, never guessed."""


@pytest.fixture(autouse=True)
def _parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "MANY", 0)
    monkeypatch.setattr(stage, "WHOLE_FROM", 2.0)


@pytest.mark.parametrize("seed", range(TOWNS))
def test_a_copy_that_follows_the_feed_is_the_graph(seed: int, tmp_path: Path) -> None:
    town, runner = Town(200_000 + seed, 4), Runner(tmp_path / "town")
    copy, late = Mirror(), None
    try:
        for number in range(STEPS):
            if number and town.random.random() < 0.2:
                town.config = changed(town.config, town.random)
            items = town.items()
            runner.step(town.config, town.hand_out(items), town.clock.now_ms)
            _follow(runner, copy)
            decisions = town.decisions()
            if decisions and town.random.random() < 0.5:
                undone = [withdrawn(town.random.choice(decisions))]
                note(town.known, undone)
                runner.step(town.config, batch_of(undone), town.clock.now_ms)
                _follow(runner, copy)
            if number == 1:
                late = mirror_of(runner.store)
        assert late is not None
        late.apply(runner.store.read("explain/changes_after", seq=late.seq))
        assert differing(late, copy) == []
        whole = runner.resolve(town.config, town.clock.now_ms, whole=True)
        assert not whole.counts
        _causes_say_why(runner)
    finally:
        runner.store.close()


def _follow(runner: Runner, copy: Mirror) -> None:
    copy.apply(runner.store.read("explain/changes_after", seq=copy.seq))
    assert differing(copy, mirror_of(runner.store)) == []
    # P11: an id that was given up leads to one that lives, in one step
    assert {into for into in copy.ended.values() if into} <= copy.entities.keys()


def _causes_say_why(runner: Runner) -> None:
    rows = runner.store.read("explain/changes_after", seq=0)
    causes = [orjson.loads(r["cause"]) for r in rows]
    assert all(c["run"] == r["run"] for c, r in zip(causes, rows, strict=True))
    bare = [r for c, r in zip(causes, rows, strict=True) if set(c) <= UNEXPLAINED]
    shown = [(r["change"], r["subject"], r["before"], r["after"], r["cause"]) for r in bare]
    assert len(bare) <= (1 - EXPLAINED) * len(rows), shown[:20]
    known = {r["id"] for r in runner.store.read("resolve/identifiers")}
    decisions = {r["id"]: r["actor"] for r in runner.store.read("resolve/decisions")}
    for cause, row in zip(causes, rows, strict=True):
        if "rule" in cause:
            assert cause["rule_version"] >= 1, row
        if "decision" in cause:
            assert cause.get("actor") == decisions[cause["decision"]], row
        record = cause.get("record", "")
        assert record in known or not record.startswith("crm:"), row
