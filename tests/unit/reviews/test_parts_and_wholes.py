"""A part of a graph gives the questions that the whole graph gives, on random worlds.

Every step of a world is resolved in parts; what the store then holds must be what a resolution of
all facts says. The seeds are fixed and named in each test's id.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import polars as pl
import pytest

from identity import deciding
from identity.ingest.stage import apply
from identity.resolve.reading import read_all
from identity.resolve.setting import setting_of
from identity.resolve.stage import Last, resolve, rules_hash
from identity.resolve.whole import derive
from identity.said import Said
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from tests.support.small_world import partial_only
from tests.support.worlds import Town

pytestmark = pytest.mark.small_frames

STEPS = 6


@pytest.mark.parametrize("seed", range(16))
def test_reviews_of_parts_are_those_of_the_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial_only(monkeypatch)
    town = Town(seed, size=1 + seed % 3)
    store = EmbeddedStore(tmp_path / "store")
    migrate(store)
    last = Last()
    for run in range(1, STEPS + 1):
        apply(store, town.config, town.hand_out(town.items()), run=run)
        now_ms = town.clock.now_ms
        result = resolve(store, town.config, last, run=run, as_of_ms=now_ms)
        last = Last(rules_hash(town.config), now_ms, result.minted, result.changes)
        wanted = derive(read_all(store), setting_of(town.config, now_ms)).reviews.sort("id")
        found = store.table("resolve/stored_reviews").sort("id")
        assert found.to_dicts() == wanted.to_dicts(), f"seed {seed}, step {run}"
        concerned = {(r["id"], i) for r in wanted.iter_rows(named=True) for i in r["subjects"]}
        assert edges(store) == concerned
    store.close()


@pytest.mark.parametrize("seed", range(3))
def test_questions_that_were_put_off_go_and_come_back_in_parts(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial_only(monkeypatch)
    town = Town(seed, size=3)
    store = EmbeddedStore(tmp_path / "store")
    migrate(store)
    last = Last()

    def step(run: int, now_ms: int) -> pl.DataFrame:
        nonlocal last
        result = resolve(store, town.config, last, run=run, as_of_ms=now_ms)
        last = Last(rules_hash(town.config), now_ms, result.minted, result.changes)
        wanted = derive(read_all(store), setting_of(town.config, now_ms)).reviews.sort("id")
        found = store.table("resolve/stored_reviews").sort("id")
        assert found.to_dicts() == wanted.to_dicts(), f"seed {seed}, run {run}"
        return found

    for run in (1, 2, 3):
        apply(store, town.config, town.hand_out(town.items()), run=run)
        before = step(run, town.clock.now_ms)
    now_ms = town.clock.now_ms
    unsure = {
        row["id"]: [
            Said("unsure", left, right, actor="rae", at_ms=now_ms + 1, expires_ms=now_ms + 1_000)
            for left, right in dict.fromkeys(
                (c["left"], c["right"]) for c in orjson.loads(row["candidates"]) if c.get("right")
            )
        ]
        for row in before.iter_rows(named=True)
    }
    put_off = {review: rows for review, rows in unsure.items() if rows}
    assert put_off, "a town without questions proves nothing"
    said = [d for rows in put_off.values() for d in rows]
    deciding.write(store, town.config, said, run=4, shown="reviews")
    during = step(4, now_ms + 2)
    assert not set(put_off) & set(during["id"])
    after = step(5, now_ms + 1_000)
    assert set(put_off) <= set(after["id"])
    store.close()


def edges(store: EmbeddedStore) -> set[tuple[str, str]]:
    """Give which question concerns which identifier, by the edges."""
    ids = store.table("resolve/identifiers")["id"].to_list()
    found = set()
    for identifier in ids:
        for row in store.read("resolve/stored_reviews_of", ids=[identifier]):
            found.add((row["id"], identifier))
    return found
