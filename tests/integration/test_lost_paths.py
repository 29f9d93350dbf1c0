"""Markov and Shapley learn from lost paths too: the ones that a walk in Cypher finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import polars as pl
import pytest

from identity import config as configuration
from identity import pipeline
from identity.config import Config
from identity.graph import open_store
from identity.journey.lost import Lost
from identity.journey.stage import make_journeys
from identity.model.changes import Count
from identity.store.base import Store
from identity.templates import lay_out

DAY_MS = 86_400_000
AS_OF_MS = 1_782_900_000_000  # 2026-07-01T10:00:00Z
MODELS = ("linear", "markov", "shapley")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("lost") / "acme"
    lay_out(folder, "acme", seed=7, scale=0.1)
    return with_models(configuration.load(folder), quiet_days=90)


def with_models(config: Config, *, quiet_days: int, lookback_days: int | None = None) -> Config:
    chosen = {"models": list(MODELS), "quiet_days": quiet_days}
    return config.model_copy(
        update={
            "attribution": config.attribution.model_copy(update=chosen),
            "journeys": config.journeys.model_copy(update={"lookback_days": lookback_days}),
        }
    )


@pytest.fixture(scope="module")
def store(config: Config) -> Iterator[Store]:
    store = open_store(config)
    pipeline.run(pipeline.begin(store, config, as_of_ms=AS_OF_MS), pipeline.plan())
    yield store
    store.close()


def lost_of(store: Store, config: Config) -> Lost:
    lost = make_journeys(store, config, Count(1, AS_OF_MS, 10**6)).lost
    assert lost is not None
    return lost


def weights(store: Store, model: str) -> dict[tuple[str, str], float]:
    rows = store.read("attribute/stored_credit")
    return {
        (r["stage"], r["session"]): r["weight"]
        for r in rows
        if r["model"] == model and r["until_run"] is None
    }


@pytest.mark.parametrize("kind", ["won", "lost", "opportunity"])
@pytest.mark.parametrize("quiet_days", [30, 90])
def test_lost_paths_are_those_of_the_walk(
    store: Store, config: Config, kind: str, quiet_days: int
) -> None:
    found = lost_of(store, with_models(config, quiet_days=quiet_days)).paths(kind)
    newest = max(r["at_ms"] for r in store.read("journey/stored_sessions") if r["at_ms"])
    walked = store.read(
        "analyst/drop_paths",
        stage_kind=kind,
        exposures=True,
        without=[],
        quiet_since_ms=newest - quiet_days * DAY_MS,
        n=10_000,
    )
    paths = found.group_by("stage").agg(pl.col("channel").sort_by("position").drop_nulls())
    sequences = (tuple(k for k, _ in groupby(path)) for path in paths["channel"])
    assert Counter(" > ".join(s) for s in sequences) == {r["path"]: r["companies"] for r in walked}
    assert sum(r["companies"] for r in walked) > 5


def test_of_a_stage_of_leads_contacts_are_lost(store: Store, config: Config) -> None:
    lost = lost_of(store, config)
    found = lost.paths("mql")
    assert set(found["stage"].str.slice(0, 4)) == {"con_"}
    reached = lost.owning.contacts.join(
        lost.stages.filter(pl.col("kind") == "mql").select(stage="id"), on="stage"
    )["contact"]
    assert not set(reached) & set(found["stage"])


def test_a_path_ends_with_its_last_session_and_goes_back_only_so_far(
    store: Store, config: Config
) -> None:
    whole = lost_of(store, config).paths("won")
    near = lost_of(store, with_models(config, quiet_days=90, lookback_days=20)).paths("won")
    make_journeys(store, config, Count(1, AS_OF_MS, 10**6))
    ends = whole.group_by("stage").agg(pl.col("at_ms").max(), pl.col("stage_at_ms").first())
    assert ends["at_ms"].equals(ends["stage_at_ms"], check_names=False)
    age = near["stage_at_ms"] - near["at_ms"]
    assert age.max() <= 20 * DAY_MS < (whole["stage_at_ms"] - whole["at_ms"]).max()


def test_credit_by_paths_knows_them_and_adds_up(store: Store, config: Config) -> None:
    known = {model: weights(store, model) for model in MODELS}
    nobody_quiet = with_models(config, quiet_days=100_000)
    state = pipeline.begin(store, nobody_quiet, as_of_ms=AS_OF_MS)
    pipeline.run(state, pipeline.plan(("journeys", "attribute")))
    blind = {model: weights(store, model) for model in MODELS}
    assert blind["linear"] == known["linear"]
    assert blind["markov"] != known["markov"]
    assert blind["shapley"] != known["shapley"]
    for model in MODELS:
        sums: Counter[str] = Counter()
        for (stage, _), weight in known[model].items():
            sums[stage] += weight
        assert set(sums) == {r["id"] for r in store.read("attribute/stages")}
        assert all(total == pytest.approx(1) for total in sums.values())


def test_each_kind_of_stage_learns_from_its_own_paths(store: Store, config: Config) -> None:
    """Crediting one kind alone gives what crediting all of them gives for that kind."""
    state = pipeline.begin(store, config, as_of_ms=AS_OF_MS)
    pipeline.run(state, pipeline.plan(("journeys", "attribute")))
    kinds = {r["id"]: r["kind"] for r in store.read("attribute/stages")}
    all_kinds = weights(store, "markov")
    only = config.attribution.model_copy(update={"stages": ["won"]})
    alone = config.model_copy(update={"attribution": only})
    state = pipeline.begin(store, alone, as_of_ms=AS_OF_MS)
    pipeline.run(state, pipeline.plan(("journeys", "attribute")))
    wanted = {key: value for key, value in all_kinds.items() if kinds[key[0]] == "won"}
    assert weights(store, "markov") == pytest.approx(wanted)
